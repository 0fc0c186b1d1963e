"""Words, dates and XML as feeds write them: what a reader should see, and no more is lost than must be."""

from datetime import UTC, datetime
from typing import Any

import pytest

from subscriptions.feeds import plain_text
from subscriptions.feeds.dates import moment
from subscriptions.feeds.feed import parse
from subscriptions.feeds.fetching import Answer, FeedError

ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>%s</entry></feed>"
RSS = "<rss version='2.0'><channel><title>x</title><item><guid>1</guid>%s</item></channel></rss>"


def read(text: str | bytes, content_type: str = "application/xml") -> Any:
    content = text.encode() if isinstance(text, str) else text
    (entry,) = parse(Answer("https://a.se/", content, content_type, None, None)).entries
    return entry


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        (
            "<p>Vattnet är avstängt.</p><p>Koka det.</p><ul><li>Torget</li><li>Skolan</li></ul>Ring<br>112",
            "Vattnet är avstängt.\nKoka det.\nTorget\nSkolan\nRing\n112",
        ),
        ("<h2>Rubrik</h2>Text<hr/>Mer<BR />Slut", "Rubrik\nText\nMer\nSlut"),
        ("<table><tr><td>Måndag</td><td>8–16</td></tr><tr><th>Lördag</th><td>stängt</td></tr></table>",
         "Måndag 8–16\nLördag stängt"),
        ("<dl><dt>Var</dt><dd>Torget</dd></dl>", "Var\nTorget"),
        ("Vatten<b>avstängning</b> i <em>B</em><span>ollmora</span>", "Vattenavstängning i Bollmora"),
        ("<div>Ett<div>Två</div></div>", "Ett\nTvå"),
        ("rad ett\nrad två<br/>\n\nrad tre", "rad ett rad två\nrad tre"),
        ("<p title='<p>'>A</p><!-- <br> --><script>x<br>y</script><style>p{}</style>B", "A\nB"),
        ("Skriv till <info@a.example> om 5 < 6 & 7 > 3.", "Skriv till <info@a.example> om 5 < 6 & 7 > 3."),
        ("Se <https://a.se/x> nu", "Se <https://a.se/x> nu"),
        ("5 &lt; 6 &amp;amp; 7", "5 < 6 &amp; 7"),
        ("<![CDATA[<p>A</p>]]>B<![CDATA[ & C]]>", "A\nB & C"),
        ("A<o:p></o:p>B<my-tag>C</my-tag>", "ABC"),
    ],
)  # fmt: skip
def test_blocks_and_breaks_are_lines_and_inline_tags_are_nothing(html: str, lines: str) -> None:
    assert plain_text.html_lines(html, 500) == lines
    assert plain_text.html_line(html, 500) == lines.replace("\n", " ")


def test_html_is_lines_in_summaries_and_blanks_in_titles() -> None:
    html = "&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;"
    for entry in (
        read(ATOM % f"<title type='html'>{html}</title><summary type='html'>{html}</summary>"),
        read(RSS % f"<title>{html}</title><description>{html}</description>"),
    ):
        assert (entry.title, entry.summary) == ("A B", "A\nB")


@pytest.mark.parametrize("declared", ["", " type='text'", " type='text/plain'"])
def test_text_declared_as_text_keeps_its_signs(declared: str) -> None:
    words = "Skriv till &lt;info@kommun.example&gt; om 5 &lt; 6 &amp;amp; &lt;b&gt;."
    entry = read(ATOM % f"<title{declared}>{words}</title><summary{declared}>{words}</summary>")
    right = "Skriv till <info@kommun.example> om 5 < 6 &amp; <b>."
    assert (entry.title, entry.summary) == (right, right)


def test_paragraphs_of_text_are_lines() -> None:
    entry = read(ATOM % "<title>A\n B</title><summary>Ändrat: nya\ntider.\n \n\nText.</summary>")
    assert (entry.title, entry.summary) == ("A B", "Ändrat: nya tider.\nText.")


def test_a_long_html_is_cut_between_tags() -> None:
    assert plain_text.html_lines("<b>" * 100_000, 100) == ""
    assert plain_text.html_lines("ord <i>" * 100_000, 10) == "ord ord o…"


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Mon, 02 Mar 2026 12:00:00 CET", 11),
        ("Mon, 02 Mar 2026 12:00:00 CEST", 10),
        ("Mon, 02 Mar 2026 12:00:00 MET", 11),
        ("Mon, 02 Mar 2026 12:00:00 EET", 10),
        ("Mon, 02 Mar 2026 12:00:00 GMT", 12),
        ("Mon, 02 Mar 2026 12:00:00 UT", 12),
        ("Mon, 02 Mar 2026 12:00:00 Z", 12),
        ("Mon, 02 Mar 2026 12:00:00 EST", 17),
        ("Mon, 02 Mar 2026 12:00:00 +0100", 11),
        ("Mon, 02 Mar 2026 12:00:00 +01:00", 11),
        ("Mon, 02 Mar 2026 12:00:00 GMT+0100", 11),
        ("Mon, 02 Mar 2026 12:00:00 +0100 (CET)", 11),
        ("Mon, 02 Mar 2026 12:00:00", 11),
        ("02 Mar 2026 12:00", 11),
        ("Monday, 02-Mar-26 12:00:00 CET", 11),
        ("mån, 02 mars 2026 12:00:00 +0100", 11),
        ("måndag 2 mars 2026 kl. 12.00", 11),
        ("Mån, 2 mar. 2026 12:00", 11),
        ("den 2 mars 2026 12:00 CET", 11),
        ("2026-03-02T12:00:00+01:00", 11),
        ("2026-03-02T12:00:00 +01:00", 11),
        ("2026-03-02 12:00 CET", 11),
        ("2026-03-02T12:00:00", 11),
        ("Mon, 02 Mar 2026 12:00:00 UTC+1", 11),
        ("Mon, 02 Mar 2026 12:00:00 GMT+1", 11),
        ("Mon, 02 Mar 2026 12:00:00 +1:00", 11),
        ("Mon Mar  2 12:00:00 2026", 11),
        ("Mon Mar  2 12:00:00 GMT 2026", 12),
        ("2026/03/02 12:00:00", 11),
    ],
)
def test_dates_are_read_with_their_zone_and_without_one_as_swedish_time(text: str, hour: int) -> None:
    right = datetime(2026, 3, 2, hour, tzinfo=UTC)
    assert moment(text) == right
    assert read(RSS % f"<title>x</title><pubDate>{text}</pubDate>").updated == right
    assert read(ATOM % f"<updated>{text}</updated>").updated == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("fre, 01 maj 2026 12:00:00 CEST", datetime(2026, 5, 1, 10, tzinfo=UTC)),
        ("lör, 31 okt 2026 24:00:00 +0100", datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ("5 augusti 2026 10:00", datetime(2026, 8, 5, 8, tzinfo=UTC)),
        ("Thu, 31 Dec 2026 23:59:60 GMT", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Mon, 02 Mar 2026", datetime(2026, 3, 1, 23, tzinfo=UTC)),
        ("", None),
        ("i går", None),
        ("Mon, 32 Mar 2026 12:00:00 CET", None),
        ("9999-12-31T23:59:59Z", None),
    ],
)
def test_swedish_months_and_odd_dates(text: str, right: datetime | None) -> None:
    assert moment(text) == right


@pytest.mark.parametrize("start", ["\n\n", " \r\n\t", "\ufeff\n", "\n\ufeff"])
def test_blank_lines_before_the_declaration_are_skipped(start: str) -> None:
    declared = "<?xml version='1.0' encoding='iso-8859-1'?>\n" + ATOM % "<title>Å</title>"
    content = start.encode() + declared.encode("iso-8859-1" if "\ufeff" not in start else "utf-8")
    if "\ufeff" in start:
        content = content.replace(b"iso-8859-1", b"utf-8")
    assert read(content).title == "Å"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Villa &amp; tr&auml;dg&aring;rd &ndash; nu&nbsp;&eacute;n", "Villa & trädgård – nu én"),
        ("Villa & trädgård &x; A&B; &", "Villa & trädgård &x; A&B; &"),
        ("<![CDATA[a & b &auml;]]>", "a & b &auml;"),
        ("&#229;&#xE4;&#0;&#x1f; \x0c.", "åä ."),
        ("&lt;b&gt;", "<b>"),
    ],
)
def test_small_slips_in_xml_are_mended(written: str, shown: str) -> None:
    assert read(ATOM % f"<title>{written}</title><link href='/?a=1&b=2'/>").title == shown
    assert read(ATOM % f"<title>{written}</title><link href='/?a=1&b=2'/>").link == "https://a.se/?a=1&b=2"


@pytest.mark.parametrize("doctype", [
    "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://a.se/rss-0.91.dtd'>",
    "<!-- x --><!DOCTYPE rss [\n<!ELEMENT rss ANY>\n]>",
])  # fmt: skip
def test_a_dtd_without_entities_is_nothing(doctype: str) -> None:
    assert read(doctype + RSS % "<title>&ouml;</title>").title == "ö"


def test_an_article_about_entities_is_read() -> None:
    assert read(ATOM % "<title><![CDATA[<!ENTITY a>]]></title>").title == "<!ENTITY a>"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "\n\n" + ATOM % "<title>Ett\n<b>Två &auml; tre</title>",
            "är trasig XML på rad 4: .*vid ”.*Två ä tre",
        ),
        ("<?xml version='1.0'?>\n" + ATOM % "<x:y/>", "är trasig XML på rad 2: unbound prefix"),
        ((ATOM % "\n")[:-5], "är trasig eller avhuggen XML: slutar på rad 2"),
        ("<!DOCTYPE html><html><body>Logga in<br></body></html>", "är varken Atom eller RSS"),
        ('{"version": "https://jsonfeed.org/version/1.1"}', "är varken Atom eller RSS"),
    ],
)
def test_what_is_refused_is_refused_with_its_line_and_words(text: str, why: str) -> None:
    with pytest.raises(FeedError, match=why):
        read(text)


OUTSIDE = "<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8-sig", "cp037"]
)
def test_in_every_encoding_words_are_read_and_entities_found(encoding: str, declared: bool) -> None:
    name = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    start = f"<?xml version='1.0' encoding='{name}'?>" if declared or encoding == "cp037" else ""
    assert read((start + ATOM % "<title>Å, ö</title>").encode(encoding)).title == "Å, ö"
    with pytest.raises(FeedError, match="XML-entiteter"):
        read((start + OUTSIDE + ATOM % "<title>&x;</title>").encode(encoding))
