"""What the documents tell people to do can be done: their examples, commands and links hold."""

import re
import subprocess
from pathlib import Path

import pytest

from site_builder import cli
from site_builder.publishing.build import read
from tests.site_builder.conftest import NOW

DOCS = Path("docs")
GUIDE = DOCS / "redaktorsguide.md"
PAGES = [Path("README.md"), Path("CONTRIBUTING.md"), *sorted(DOCS.rglob("*.md"))]


def test_the_example_of_the_guide_is_a_record_without_problems(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```\n(---\nid: .*?)^```$", GUIDE.read_text(encoding="utf-8"), re.S | re.M)
    file = tmp_path / "mina" / "tjanster" / "lana-en-slapkarra.md"
    file.parent.mkdir(parents=True)
    file.write_text(example, encoding="utf-8")
    site, _, problems = read([Path("content"), tmp_path / "mina"], NOW, tmp_path / "cache")
    assert [problem for problem in problems if problem.file == str(file)] == []
    assert any(one.slug == "lana-en-slapkarra" for one in site.all)


@pytest.mark.parametrize("page", [GUIDE, Path("README.md"), DOCS / "problem.md"], ids=str)
def test_every_command_that_is_told_of_exists_with_its_options(page: Path) -> None:
    told = re.findall(r"site-builder ((?:[a-z-]+)(?: [^\n`#·|]*)?)", page.read_text(encoding="utf-8"))
    assert told
    known = cli._parser()._subparsers
    assert known is not None
    commands = known._group_actions[0].choices
    assert isinstance(commands, dict)
    for words in told:
        name, *rest = words.split()
        assert name in commands, words
        for option in re.findall(r"--[a-z-]+", " ".join(rest)):
            assert option in commands[name].format_help(), words


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_of_a_document_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in headings(file), target


def headings(page: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub and its kin make them."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


DECISION = re.compile(
    r"# (\d{4})\. (.+)\n\n"
    r"Date: (20\d\d-\d\d-\d\d)\. Status: (accepted|proposed|superseded by \d{4})\b"
)


def test_decisions_are_numbered_in_one_row_dated_and_listed_with_their_status() -> None:
    pages = sorted((DOCS / "decisions").glob("0*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    rows = []
    for page in pages:
        head = DECISION.match(page.read_text(encoding="utf-8"))
        assert head, page
        assert head[1] == page.name[:4]
        rows.append(f"| [{head[1]}]({page.name}) | {head[2]} | {head[3]} | {head[4]} |")
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[.*$", index, re.M) == rows


def test_make_tells_in_both_languages_what_it_does() -> None:
    told = re.findall(r"^([a-z-]+):.*## (.*)$", Path("Makefile").read_text(encoding="utf-8"), re.M)
    assert {"help", "run", "test", "docs"} <= {target for target, _ in told}
    assert [target for target, words in told if len(words.split(" | ")) != 2] == []
    done = subprocess.run(["make", "help"], capture_output=True, text=True, check=True)
    for target, words in told:
        swedish, english = words.split(" | ")
        assert re.search(rf"^  {target} +{re.escape(swedish)}\n +{re.escape(english)}$", done.stdout, re.M)
