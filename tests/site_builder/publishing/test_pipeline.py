"""From Markdown to pages, feeds and data, held at the edges: files in, files out."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import feedparser
import pytest

from site_builder.content.legal_dates import last_day_of_appeal
from site_builder.problems import Problem
from site_builder.publishing.build import Options, Result, read
from site_builder.publishing.build import build as build_site
from site_builder.publishing.publish import (
    ASIDE,
    JOURNAL,
    RECORD,
    PublicationError,
    commit,
    complete,
    write_aside,
)
from site_builder.text import personnummer

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

SERVICE = """---
id: 11111111-1111-4111-8111-111111111111
titel: Snöröjning
ingress: Så röjer kommunen snö.
status: publicerad
publicerad: "2026-01-01"
ansvarig: vaxel
vem: Alla
hur: Ring
kanaler:
  - typ: telefon
    mål: 08-578 291 00
---
## Mer
Text
"""
CONTACT = """---
id: 22222222-2222-4222-8222-222222222222
titel: Växeln
ingress: Ring kommunen.
status: publicerad
publicerad: "2026-01-01"
telefon: 08-578 291 00
e-post: hemlig@example.se
visa_inte: [e-post]
frågor: Allt
---
"""
ALERT = """---
id: 33333333-3333-4333-8333-333333333333
titel: Vattenläcka
ingress: Vattnet är avstängt.
status: publicerad
publicerad: "2026-11-24 07:00"
händelse: Vattenläcka
slag: störning
allvar: allvarlig
område: Bollmora
gäller_från: "2026-11-24 07:00"
upphör: "2026-11-24 20:00"
---
"""


@pytest.fixture
def content(tmp_path: Path) -> Path:
    root = tmp_path / "content"
    write(root, "tjanster/snorojning.md", SERVICE)
    write(root, "kontakter/vaxel.md", CONTACT)
    write(root, "driftinfo/lacka.md", ALERT)
    return root


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def problems(root: Path) -> list[Problem]:
    return read([root], NOW, root.parent / "cache")[2]


def build(roots: list[Path], site: Path, now: datetime) -> Result:
    return build_site(Options(roots, site, now, cache=site.parent / "cache"))


def test_good_content_has_no_problems(content: Path) -> None:
    assert problems(content) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "hint"),
    [
        ("vem: Alla", "vemm: Alla", "unknown-field", 8, "”vem”"),
        ("vem: Alla", "vem: Alla\nvem: Ingen", "duplicate-key", 9, ""),
        ('"2026-01-01"', '"2026-13-01"', "invalid-moment", 6, ""),
        ("ansvarig: vaxel", "ansvarig: vaxl", "missing-reference", 7, "vaxel"),
        ("status: publicerad", "status: klar", "invalid-choice", 5, "Välj"),
        ("## Mer", "### Mer", "skipped-heading", 14, "##"),
        ("Text", "[klicka här](/kontakt/vaxel/)", "vague-link-text", 15, ""),
        ("Text", "[Växeln](/kontakt/vaxl/)", "broken-link", 15, "/kontakt/vaxel/"),
        ("Text", "[x y](javascript:alert)", "unsafe-link", 15, ""),
        ("Text", "![](/bild.png)", "missing-alt-text", 15, ""),
        ("Text", "Hon heter 811228-9874", "personnummer", 15, ""),
        ("---\n## Mer", "## Mer", "front-matter-unclosed", 1, "---"),
        ("vem: Alla", "vem: &a Alla\nfår: *a", "yaml-alias", 9, ""),
        ("vem: Alla", "vem: a: b", "yaml-syntax", 8, "citattecken"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_a_hint(
    content: Path, old: str, new: str, code: str, line: int, hint: str
) -> None:
    write(content, "tjanster/snorojning.md", SERVICE.replace(old, new))
    found = {problem.code: problem for problem in problems(content)}
    assert found[code].line == line
    assert hint in found[code].suggestion


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty-file"),
        (b"\xff\xfe", "not-utf-8"),
        (b"x" * 5_000_000, "file-too-large"),
        (b"hej", "front-matter-missing"),
    ],
)
def test_an_odd_file_is_a_problem_and_never_a_traceback(content: Path, raw: bytes, code: str) -> None:
    (content / "tjanster" / "konstig.md").write_bytes(raw)
    assert code in {problem.code for problem in problems(content)}


def test_a_build_with_errors_leaves_the_previous_site_untouched(content: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    build([content], site, NOW)
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    write(content, "tjanster/snorojning.md", SERVICE.replace("vem:", "vemm:").replace("Snöröjning", "Ny"))
    result = build([content], site, NOW)
    assert result.changed == 0
    assert before == {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_two_builds_at_the_same_moment_are_identical(content: Path, tmp_path: Path) -> None:
    build([content], tmp_path / "site", NOW)
    assert build([content], tmp_path / "site", NOW).changed == 0


def test_a_draft_is_nowhere(content: Path, tmp_path: Path) -> None:
    draft = SERVICE.replace("publicerad\n", "utkast\n", 1).replace("Snöröjning", "Hemligheten")
    write(content, "tjanster/snorojning.md", draft)
    build([content], tmp_path / "site", NOW)
    for path in (tmp_path / "site").rglob("*"):
        assert not path.is_file() or b"Hemligheten" not in path.read_bytes(), path


def test_a_withheld_mail_address_is_in_no_output(content: Path, tmp_path: Path) -> None:
    build([content], tmp_path / "site", NOW)
    for path in (tmp_path / "site").rglob("*"):
        assert not path.is_file() or b"hemlig@example.se" not in path.read_bytes(), path


def test_raw_html_is_shown_as_text(content: Path, tmp_path: Path) -> None:
    write(content, "tjanster/snorojning.md", SERVICE.replace("Text", "<script>alert(1)</script>"))
    build([content], tmp_path / "site", NOW)
    page = (tmp_path / "site/tjanster/snorojning/index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_feeds_are_well_formed_and_carry_categories(content: Path, tmp_path: Path) -> None:
    build([content], tmp_path / "site", NOW)
    for path in (tmp_path / "site/floden").iterdir():
        if path.suffix in (".atom", ".rss"):
            feed = feedparser.parse(path.read_bytes())
            assert not feed.bozo, path
    everything = feedparser.parse((tmp_path / "site/floden/alla.atom").read_bytes())
    assert everything.entries[0].id == "urn:uuid:33333333-3333-4333-8333-333333333333"
    assert {tag.term for tag in everything.entries[0].tags} == {"driftinfo"}


def test_an_alert_in_force_is_on_the_start_page_and_in_the_data_until_it_expires(
    content: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    build([content], site, NOW)
    assert "Vattenläcka" in (site / "index.html").read_text(encoding="utf-8")
    assert len(json.loads((site / "api/v1/alerts.json").read_text(encoding="utf-8"))["alerts"]) == 1
    build([content], site, NOW.replace(hour=20))
    assert json.loads((site / "api/v1/alerts.json").read_text(encoding="utf-8"))["alerts"] == []


def publish(site: Path, files: dict[str, bytes], removed: tuple[str, ...] = ()) -> None:
    site.mkdir(exist_ok=True)
    commit(site, [path for path, data in files.items() if write_aside(site, path, data)], removed)


def test_what_ends_at_midnight_ends_the_day_before_at_24(content: Path, tmp_path: Path) -> None:
    for ends, told in (
        ("2026-11-25 00:00", "24 november 2026 klockan 24.00"),
        ("2026-11-25 08:00", "25 november 2026 klockan 08.00"),
    ):
        write(content, "driftinfo/lacka.md", ALERT.replace("2026-11-24 20:00", ends))
        build([content], tmp_path / "site", NOW)
        pages = [
            *(tmp_path / "site" / "driftinfo").glob("**/lacka/index.html"),
            tmp_path / "site" / "index.html",
        ]
        for page in pages:
            assert f">{told}</time>" in page.read_text(encoding="utf-8")
        assert len(pages) == 2


def test_the_start_page_offers_both_news_and_warnings_as_it_says(content: Path, tmp_path: Path) -> None:
    build([content], tmp_path / "site", NOW)
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert '<a href="/prenumerera/?allt=1&amp;kris=1">Bevaka nyheter och varningar' in page


def test_a_publication_cut_off_after_its_journal_is_completed_by_the_next(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(site, {"a.html": b"old", "b.html": b"old"})
    (site / ("a.html" + ASIDE)).write_bytes(b"new")
    plan = {"rename": ["a.html"], "remove": ["b.html"], "beside": []}
    (site / JOURNAL).write_text(json.dumps(plan), encoding="utf-8")
    complete(site)
    assert sorted(path.name for path in site.glob("*.html*")) == ["a.html"]
    assert (site / "a.html").read_bytes() == b"new"


def test_a_publication_cut_off_when_all_is_done_is_completed_too(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(site, {"a/b/c.html": b"old", "d.html": b"old"})
    plan = json.dumps({"rename": ["d.html"], "remove": ["a/b/c.html"], "beside": []})
    for _ in range(2):
        (site / JOURNAL).write_text(plan, encoding="utf-8")
        complete(site)
    assert sorted(path.name for path in site.iterdir()) == ["d.html"]


@pytest.mark.parametrize("published", [{}, {"a.html": b"old"}])
def test_a_file_that_is_gone_when_its_turn_comes_is_told_and_made_by_the_next_build(
    tmp_path: Path, published: dict[str, bytes]
) -> None:
    site = tmp_path / "site"
    publish(site, published)
    (site / RECORD).write_text('{"a.html": "key", "b.html": "key"}', encoding="utf-8")
    write_aside(site, "b.html", b"new")
    with pytest.raises(PublicationError, match=r"a\.html"):
        commit(site, ["a.html", "b.html"], [])
    assert json.loads((site / RECORD).read_text(encoding="utf-8")) == {"a.html": "", "b.html": "key"}
    assert (site / "b.html").read_bytes() == b"new"
    assert not (site / JOURNAL).exists()


def test_after_a_crash_what_was_renamed_is_done_and_what_is_gone_after_it_is_lost(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(site, {"a.html": b"new", "c.html": b"old"})
    (site / ("b.html" + ASIDE)).write_bytes(b"new")
    plan = {"rename": ["a.html", "b.html", "c.html"], "remove": [], "beside": []}
    (site / JOURNAL).write_text(json.dumps(plan), encoding="utf-8")
    assert complete(site) == ["c.html"]


def test_a_manifest_that_is_gone_stops_every_build_until_it_is_back(tmp_path: Path) -> None:
    site, manifest = tmp_path / "site", tmp_path / "publicerat.json"
    site.mkdir()
    plan = {"rename": [], "remove": [], "beside": [str(manifest)]}
    (site / JOURNAL).write_text(json.dumps(plan), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(PublicationError, match=r"publicerat\.json"):
            complete(site)
    manifest.write_text("{}", encoding="utf-8")
    assert complete(site) == []


def test_a_file_may_take_the_place_of_a_folder_and_a_folder_that_of_a_file(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(site, {"a/b/c": b"old", "d": b"old"})
    publish(site, {"a": b"new", "d/e/f": b"new"}, ("a/b/c", "d"))
    assert (site / "a").read_bytes() == (site / "d/e/f").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("announced", "last"),
    [
        (date(2012, 5, 2), date(2012, 5, 23)),
        (date(2026, 5, 29), date(2026, 6, 22)),
        (date(2026, 12, 3), date(2026, 12, 28)),
        (date(2026, 12, 10), date(2027, 1, 4)),
    ],
)
def test_the_last_day_of_appeal_is_three_weeks_later_moved_to_a_working_day(
    announced: date, last: date
) -> None:
    assert last_day_of_appeal(announced) == last


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("811228-9874", True),
        ("19811228-9874", True),
        ("701063-2391", True),
        ("811228-9875", False),
        ("08-578 291 00", False),
    ],
)
def test_personnummer_are_found_by_their_check_digit(text: str, found: bool) -> None:
    assert any(True for _ in personnummer.find(text)) is found


def test_the_real_content_has_no_errors(tmp_path: Path) -> None:
    _, _, found = read([Path("content")], NOW, tmp_path)
    assert [problem for problem in found if problem.severity == "error"] == []


def test_publication_never_touches_a_file_that_it_did_not_write(content: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    build([content], site, NOW)
    (site / "notes.txt").write_text("mine", encoding="utf-8")
    (content / "driftinfo/lacka.md").unlink()
    write(content, "driftinfo/ny.md", ALERT.replace("upphör:", "ersätter: /driftinfo/lacka/\nupphör:"))
    build([content], site, NOW)
    assert (site / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert 'href="/driftinfo/ny/"' in (site / "driftinfo/lacka/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["kungörelse", "nämndsammanträde", "fullmäktigesammanträde"])
def test_a_notice_whose_last_day_cannot_be_computed_is_an_error(content: Path, kind: str) -> None:
    notice = f"""---
id: 44444444-4444-4444-8444-444444444444
titel: Anslag
ingress: Ett anslag.
status: publicerad
publicerad: "2026-11-20"
slag: {kind}
organ: ks
tillkännagivet: "2026-11-20"
---
"""
    write(content, "anslag/anslag.md", notice)
    assert "last-day-unknown" in {problem.code for problem in problems(content)}
