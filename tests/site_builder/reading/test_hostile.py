"""Hostile and odd files: each is a clear problem, never a traceback, never a hang."""

import os
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.content import BY_FOLDER
from site_builder.reading import front_matter
from site_builder.reading.record_file import read_file
from tests.site_builder.conftest import Municipality

HEAD = (
    "---\nid: 00000000-0000-4000-8000-000000000099\ntitel: a\ningress: b\n"
    'status: publicerad\npublicerad: "2026-11-01"\n'
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty-file"),
        (b" \n \n", "empty-file"),
        (b"\xff\xfe\x00", "not-utf-8"),
        (b"hej", "front-matter-missing"),
        (b"---\ntitel: a\n", "front-matter-unclosed"),
        (b"---\n- a\n---\n", "front-matter-not-mapping"),
        (b"---\n\ttitel: a\n---\n", "tab"),
        (b"\xef\xbb\xbf---\ntitel: a\n---\n", "byte-order-mark"),
        (b"---\r\ntitel: a\r\n---\r\n", "crlf"),
        ("---\ntitel: Tyreso\u0308\n---\n".encode(), "decomposed-letters"),
        (b"---\ntitel: \0\n---\n", "control-character"),
        (b"---\na: &a [x]\nb: *a\n---\n", "yaml-alias"),
        (b"---\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n---\n", "yaml-alias"),
        (b"---\ntitel: " + b"[" * 400_000 + b"\n---\n", "front-matter-too-deep"),
        (b"---\ntitel: " + b"{a: " * 20_000 + b"\n---\n", "front-matter-too-deep"),
        (b"---\n" + b"- " * 40_000 + b"\n---\n", "front-matter-too-deep"),
        (b"x" * 10_000_000, "file-too-large"),
        (HEAD.encode() + b"---\n" + b"- " * 3000 + b"x", "text-too-deep"),
        (HEAD.encode() + b"---\n" + b"![[" * 5000, "text-too-deep"),
    ],
)
def test_an_odd_file_is_a_clear_problem(town: Municipality, raw: bytes, code: str) -> None:
    (town.content / "nyheter").mkdir()
    (town.content / "nyheter" / "udda.md").write_bytes(raw)
    problem = town.problems()[code]
    assert problem.severity == "error"
    assert problem.suggestion or problem.message
    assert town.build().files == 0


def test_a_link_that_leads_out_of_the_folder_is_not_followed(town: Municipality, tmp_path: Path) -> None:
    outside = tmp_path / "hemligt.md"
    outside.write_text("Hemligt", encoding="utf-8")
    (town.content / "nyheter").mkdir()
    (town.content / "nyheter" / "lank.md").symlink_to(outside)
    (town.content / "filer").mkdir()
    (town.content / "filer" / "lank.pdf").symlink_to(outside)
    assert "symlink-out" in town.problems()
    assert town.build().files == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_a_problem(town: Municipality) -> None:
    closed = town.content / "nyheter"
    closed.mkdir()
    closed.chmod(0)
    try:
        assert "unreadable" in town.problems()
    finally:
        closed.chmod(0o755)


@pytest.mark.parametrize("name", ["Å", "a b", "a..b", "con.md", "<script>", "Stor"])
def test_a_file_name_that_is_no_address_is_refused(town: Municipality, name: str) -> None:
    town.write(f"nyheter/{name}.md")
    assert "invalid-slug" in town.problems()


def test_what_an_editor_writes_is_escaped_everywhere(town: Municipality) -> None:
    evil = "<script>alert(1)</script>"
    fields = [f'{name}: "{evil}"' for name in ("titel", "ingress", "vem", "hur", "får")]
    channel = f'kanaler:\n  - typ: telefon\n    mål: 112\n    text: "{evil}"'
    town.write("tjanster/a.md", *fields, "ansvarig: vaxel", channel, text=evil)
    assert town.build().files
    for path in town.site.rglob("*"):
        if path.suffix in (".html", ".atom", ".rss", ".xml", ".opml"):
            assert evil not in path.read_text(encoding="utf-8"), path


_names = st.sampled_from(
    sorted({info.alias or name for model in BY_FOLDER.values() for name, info in model.model_fields.items()})
)
_scalars = st.one_of(
    st.text(string.printable, max_size=30),
    st.sampled_from(
        ["ja", "2026-01-01", "2026-13-01", "0", "-1", "å", "*a", "&a", "!x", "|", ">", "~", "null"]
    ),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(folder=st.sampled_from(sorted(BY_FOLDER)), data=st.dictionaries(_names, _values, max_size=8))
def test_any_front_matter_gives_a_record_or_problems(
    tmp_path_factory: pytest.TempPathFactory, folder: str, data: dict[str, object]
) -> None:
    import yaml

    root = tmp_path_factory.mktemp("any")
    path = root / folder / "a.md"
    path.parent.mkdir()
    path.write_text(f"---\n{yaml.safe_dump(data, allow_unicode=True)}---\ntext\n", encoding="utf-8")
    found = read_file(root, path)
    assert found.indexed or found.problems


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_document_or_problems(raw: bytes) -> None:
    document, problems = front_matter.read("a", b"---\n" + raw + b"\n---\n")
    assert document or problems
