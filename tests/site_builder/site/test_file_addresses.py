"""A file below `filer/` is a public address like any other; old addresses lead on however they were written."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from foundation.web.static_site import open_site
from site_builder.cli import main
from site_builder.editing.serving import server
from tests.site_builder.conftest import Municipality


def put(town: Municipality, name: str, text: str = "hej") -> Path:
    path = town.content / "filer" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def table(town: Municipality, *rows: str) -> None:
    (town.content / "flyttade-filer.yml").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


def errors(town: Municipality) -> list[str]:
    return [one.code for one in town.build().problems if one.severity == "error"]


def test_a_file_that_is_gone_stops_publication_until_somebody_says_where_it_went(town: Municipality) -> None:
    old = put(town, "taxa 2025.txt")
    assert errors(town) == []
    old.rename(old.with_name("taxa.txt"))
    [told] = town.build().problems
    assert told.code == "vanished-file"
    assert "Skriv `/filer/taxa 2025.txt: /filer/taxa.txt` i flyttade-filer.yml" in told.suggestion
    table(town, "# hej", "/filer/taxa 2025.txt: /filer/taxa.txt")
    assert errors(town) == []
    assert town.page("/redirects.map") == "/filer/taxa%202025.txt/ 301 /filer/taxa.txt\n"
    assert 'content="0; url=/filer/taxa.txt"' in town.page("/filer/taxa 2025.txt/")
    (town.content / "filer" / "taxa.txt").unlink()
    assert sorted(errors(town)) == ["broken-link", "vanished-file"]
    table(town, "/filer/taxa%202025.txt: borttagen", '"/filer/taxa.txt": borttagen')
    assert errors(town) == []
    assert town.page("/redirects.map") == "/filer/taxa%202025.txt/ 410 -\n/filer/taxa.txt/ 410 -\n"
    assert "Borttagen: taxa.txt" in town.page("/filer/taxa.txt/")
    table(town)
    assert errors(town) == []  # what has been told is no longer what the public last saw


def test_a_page_may_take_the_place_of_a_file(town: Municipality) -> None:
    old = put(town, "avgifter.txt")
    town.build()
    old.unlink()
    town.write("sidor/avgifter.md", "titel: Avgifter", "ersätter: /filer/avgifter.txt")
    assert errors(town) == []
    assert town.page("/redirects.map") == "/filer/avgifter.txt/ 301 /avgifter/\n"
    put(town, "avgifter.txt")
    assert errors(town) == ["redirect-over-page"]


def test_what_a_program_left_behind_may_leave_again(town: Municipality) -> None:
    old = put(town, "Thumbs.db")
    town.build()
    old.unlink()
    assert town.build().problems == []


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        (["/filer/a.txt: /filer/b.txt", "/filer/a.txt: borttagen"], "moved-file-row", 2),
        (["/sidor/a/: /filer/b.txt"], "moved-file-row", 1),
        (["/filer/a.txt: https://elsewhere.example/"], "moved-file-row", 1),
        (["/filer/a.txt:"], "moved-file-row", 1),
        (["- /filer/a.txt"], "moved-file-row", 1),
        (["/filer/a.txt: [b"], "moved-file-row", 2),
        (["", "/filer/b.txt: /filer/c.txt"], "redirect-over-page", 2),
        (["/filer/a.txt: /filer/c.txt"], "broken-link", 1),
        (["/filer/a.txt: /filer/c.txt", "/filer/c.txt: /filer/a.txt"], "broken-link", 1),
    ],
)
def test_a_row_that_leads_nowhere_is_told_with_its_line(
    town: Municipality, rows: list[str], code: str, line: int
) -> None:
    put(town, "b.txt")
    table(town, *rows)
    told = town.all_problems()[0]
    assert (told.code, told.line) == (code, line)


def test_rows_may_follow_upon_each_other_and_links_to_an_old_name_lead_on(town: Municipality) -> None:
    put(town, "c.txt")
    table(town, "/filer/a.txt: /filer/b.txt", "/filer/b.txt: /filer/c.txt", "/filer/d.txt: /kontakt/vaxel/")
    town.write("sidor/x.md", "titel: X", text="[Taxan](/filer/a.txt)")
    assert town.build().problems == []


def test_mv_gives_a_file_a_name_and_mends_what_leads_to_it(
    town: Municipality, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town.home)
    old = put(town, "Taxa å.txt")
    page = town.write(
        "sidor/x.md",
        "titel: X",
        text="[Ett](</filer/Taxa å.txt>) [Två](/filer/Taxa%20%C3%A5.txt) [Tre](/filer/Taxa.txt)",
    )
    table(town, "/filer/äldre.txt: /filer/Taxa å.txt")
    put(town, "Taxa.txt")
    town.build()
    assert main(["mv", "--content", str(town.content), str(old), "taxa-2026.txt"]) == 0
    assert "[Ett](</filer/taxa-2026.txt>) [Två](/filer/taxa-2026.txt) [Tre](/filer/Taxa.txt)" in page.read_text(
        encoding="utf-8"
    )
    rows = (town.content / "flyttade-filer.yml").read_text(encoding="utf-8").splitlines()
    assert rows == ["/filer/äldre.txt: /filer/taxa-2026.txt", '"/filer/Taxa å.txt": /filer/taxa-2026.txt']
    assert not old.exists()
    assert errors(town) == []
    back = ["mv", "--content", str(town.content), str(old.with_name("taxa-2026.txt")), "Taxa å.txt"]
    assert main(back) == 0
    assert errors(town) == []
    for name in ("Taxa.txt", "annat.pdf", "../utanför.txt"):
        assert main(["mv", "--content", str(town.content), str(old), str(old.parent / name)]) == 1
    assert old.exists()


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ('"/Gamla sidan/förskola.aspx"', "/Gamla%20sidan/förskola.aspx/"),
        ("/Gamla%20sidan/f%C3%B6rskola.aspx", "/Gamla%20sidan/förskola.aspx/"),
        ("/barn(0-6)/a,b&c/", "/barn(0-6)/a,b&c/"),
        ("/fo%CC%88rskola/", "/förskola/"),
    ],
)
def test_an_old_address_may_hold_blanks_letters_and_code(town: Municipality, written: str, path: str) -> None:
    town.write("sidor/x.md", "titel: X", f"ersätter: {written}")
    assert errors(town) == []
    assert town.page("/redirects.map") == f"{path} 301 /x/\n"
    assert 'url=/x/"' in town.page(path.replace("%20", " "))


@pytest.mark.parametrize("written", ["/f%F6rskola/", "/a%25b/", '/a"b/', "/a;b/", "/a$b/", "/a%0Ab/", "/%2E%2E/x/"])
def test_what_no_table_of_redirects_can_hold_is_refused(town: Municipality, written: str) -> None:
    town.write("sidor/x.md", "titel: X", f"ersätter: '{written}'")
    assert "invalid-address" in town.problems()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for path in ("tjanster/bygglov/index.html", "filer/Taxa.PDF", "filer/Mapp/x.txt", "gamla sidan/index.html", "404.html"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("hej", encoding="utf-8")
    (tmp_path / ".hemligt").mkdir()
    (tmp_path / ".hemligt" / "x.txt").write_text("nej", encoding="utf-8")
    return tmp_path


@pytest.fixture
def preview(tree: Path) -> Iterator[httpx.Client]:
    web = server(0, tree)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    with httpx.Client(base_url=f"http://127.0.0.1:{web.server_port}") as client:
        yield client
    web.shutdown()
    web.server_close()


ANSWERS = {
    "/Tjanster/BYGGLOV/?a=b": (301, "/tjanster/bygglov/?a=b"),
    "/tjanster/bygglov/": (200, ""),
    "/filer/taxa.pdf": (301, "/filer/Taxa.PDF"),
    "/Gamla%20Sidan/": (301, "/gamla%20sidan/"),
    "/gamla%20sidan/": (200, ""),
    "/.Hemligt/x.txt": (404, ""),
    "/.HEMLIGT/X.txt": (404, ""),
    "/Filer/../../Etc/passwd": (404, ""),
    "/Finns/Inte/": (404, ""),
}


def test_the_preview_finds_a_page_in_other_capitals(preview: httpx.Client) -> None:
    for path, (status, location) in ANSWERS.items():
        answer = preview.get(path)
        assert (answer.status_code, answer.headers.get("Location", "")) == (status, location), path


def test_the_service_finds_a_page_in_other_capitals(tree: Path) -> None:
    paths = [*ANSWERS, "/filer/Mapp/"]

    async def ask() -> list[tuple[int, str]]:
        transport = httpx.ASGITransport(open_site(tree))
        async with httpx.AsyncClient(transport=transport, base_url="http://kommun.example") as client:
            answers = [await client.get(path) for path in paths]
        return [(answer.status_code, answer.headers.get("Location", "")) for answer in answers]

    with ThreadPoolExecutor(1) as pool:  # the browser's tests may have a loop running in this thread
        told = pool.submit(lambda: asyncio.run(ask())).result()
    assert dict(zip(paths, told, strict=True)) == {**ANSWERS, "/filer/Mapp/": (404, "")}
