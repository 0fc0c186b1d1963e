"""A service opens as a form, a field changes, check speaks at it, and publishing makes it live."""

from pathlib import Path

from editor.forms.fields import form_of
from editor.forms.posted import changes, opened, posted
from editor.forms.view import body_control, controls_of
from editor.texts.record_text import changed_text, fields_and_body
from editor.web.desk import templates
from editor.workspace.held import HeldSite, Place
from site_builder.config import Config
from site_builder.content import BY_FOLDER
from tests.editor.conftest import Newsroom, as_sent, form_values
from tests.site_builder.conftest import NOW

CONTENT = Path(__file__).parents[2] / "content"
PAGE = "/redigera/tjanster/bygglov/"


def test_every_record_of_the_content_opens_and_is_sent_unchanged(tmp_path: Path) -> None:
    held = HeldSite(Place([CONTENT], tmp_path / "site", None, tmp_path, Config()), lambda: NOW)
    site = held.now()
    form = templates().from_string(
        '{% import "controls.html" as show %}<form class="write">{% for c in controls %}'
        '<input name="visat" value="{{ c.name }}">{{ show.show(c, {}) }}{% endfor %}</form>'
    )
    files = sorted(path for path in CONTENT.rglob("*.md") if path.parent != CONTENT)
    assert len(files) > 600
    for file in files:
        fields = form_of(BY_FOLDER[file.relative_to(CONTENT).parts[0]])
        text = file.read_bytes().decode()
        base = opened(fields, *fields_and_body(text))
        controls = controls_of(fields, base, site.titles, site.vocabularies, {})
        page = form.render(controls=[*controls, body_control(base, {})])
        now = posted(fields, as_sent(form_values(page)), base, site.titles)
        assert changes(base, now) == ({}, None), file
        assert changed_text(text, *changes(base, now)) == text


def test_publishing_a_changed_field_changes_its_line_and_the_live_page(newsroom: Newsroom) -> None:
    newsroom.town.build()
    page = newsroom.send(PAGE, newsroom.open(PAGE), "publicera", vem="Du som ska bygga")
    assert "Sparat och publicerat" in page
    assert newsroom.changed_lines() == ["-vem: Alla som bygger", "+vem: Du som ska bygga"]
    assert "Du som ska bygga" in newsroom.town.page("/tjanster/bygglov/")
    assert newsroom.git("status", "--porcelain") == ""
    assert "Lokal redaktör" in newsroom.git("log", "-1", "--format=%an %cn")


def test_publishing_what_is_unchanged_leaves_file_and_history_as_they_are(newsroom: Newsroom) -> None:
    values = newsroom.open(PAGE)
    before, text = newsroom.git("rev-parse", "HEAD"), newsroom.read("tjanster/bygglov.md")
    newsroom.send(PAGE, values, "publicera")
    assert newsroom.read("tjanster/bygglov.md") == text
    assert newsroom.git("rev-parse", "HEAD") == before


def test_check_speaks_at_the_field_and_nothing_is_published(newsroom: Newsroom) -> None:
    values = newsroom.open(PAGE)
    before = newsroom.git("rev-parse", "HEAD")
    page = newsroom.send(PAGE, values, "publicera", läge="stängd", kanaler__1__mål="/ingenstans/")
    assert "Inget är publicerat" in page
    assert 'href="#f-orsak"' in page
    assert "fältet orsak saknas" in page
    assert newsroom.git("rev-parse", "HEAD") == before


def test_the_preview_is_the_real_page_with_the_unsaved_text(newsroom: Newsroom) -> None:
    page = newsroom.send(PAGE, newsroom.open(PAGE), "kontrollera", vem="Du <som> bygger")
    address = page.partition('<iframe src="')[2].partition('"')[0]
    shown = newsroom.client.get(address)
    assert "Du &lt;som&gt; bygger" in shown.text
    assert "frame-ancestors 'self'" in shown.headers["content-security-policy"]
    assert "Du <som> bygger" not in newsroom.read("tjanster/bygglov.md")


def test_parts_are_added_moved_and_removed_by_buttons(newsroom: Newsroom) -> None:
    page = newsroom.send(PAGE, newsroom.open(PAGE), "lägg-till:kanaler")
    values = [(name, {"kanaler.2.typ": "post"}.get(name, value)) for name, value in form_values(page)]
    page = newsroom.send(PAGE, values, "upp:kanaler.2", kanaler__2__text="Skriv till oss")
    page = newsroom.send(PAGE, form_values(page), "ta-bort:kanaler.2")
    newsroom.send(PAGE, form_values(page), "publicera")
    assert newsroom.changed_lines() == [
        "-  - typ: webb",
        "-    mål: https://kommun.example/bygga  # adressen",
        "+  - typ: post",
        "+    text: Skriv till oss",
    ]


def test_a_change_is_told_to_followers_only_where_that_is_chosen(newsroom: Newsroom) -> None:
    newsroom.send(PAGE, newsroom.open(PAGE), "publicera", vem="Alla")
    assert "ändringar" not in newsroom.read("tjanster/bygglov.md")
    newsroom.send(PAGE, newsroom.open(PAGE), "publicera", vem="Du", **{"slag!": "stor"})
    newsroom.send(
        PAGE, newsroom.open(PAGE), "publicera", vem="Vi", **{"slag!": "stor", "not!": "Ny målgrupp"}
    )
    text = newsroom.read("tjanster/bygglov.md")
    assert 'ändringar:\n  - när: "2026-11-24 09:00"\n    slag: stor\n    not: Ny målgrupp\n' in text
    assert text.count("slag: stor") == 1  # the first said nothing of what is new


def test_a_file_saved_by_another_program_is_mended_and_one_that_is_broken_is_told(newsroom: Newsroom) -> None:
    file = newsroom.town.content / "tjanster/bygglov.md"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    newsroom.send(PAGE, newsroom.open(PAGE), "publicera", vem="Du")
    assert b"\r" not in file.read_bytes()
    assert "vem: Du\n" in newsroom.read("tjanster/bygglov.md")
    file.write_text("titel: Bygglov\n", encoding="utf-8")
    assert newsroom.client.get(PAGE).status_code == 422
    assert newsroom.client.get("/redigera/").status_code == 200


def test_what_others_have_staged_is_never_committed(newsroom: Newsroom) -> None:
    values = newsroom.open(PAGE)
    other = newsroom.town.write("fragor/ny.md", "svar: Ja")
    newsroom.git("add", str(other))
    newsroom.send(PAGE, values, "publicera", vem="Du")
    assert newsroom.git("diff", "--cached", "--name-only").strip() == "content/fragor/ny.md"
    assert newsroom.git("show", "--name-only", "--format=", "HEAD").strip() == "content/tjanster/bygglov.md"
