"""The editors' tools: drafts, examples, schemas, mending, when to build next, and the preview."""

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml

from site_builder import cli
from site_builder.content import BY_FOLDER, TYPES, Record
from site_builder.editing import preview
from site_builder.editing.examples import write_examples
from site_builder.editing.fixes import fix, fix_file
from site_builder.editing.new import find_type, new_record
from site_builder.editing.schema import schemas
from site_builder.problems import has_errors
from site_builder.publishing.build import read
from site_builder.reading.load import load
from site_builder.site.due import due
from tests.site_builder.conftest import NOW, Municipality

REAL = Path("content")
KEY = "00000000-0000-4000-8000-000000000900"


# -- new ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.info.name)
def test_a_draft_of_any_type_can_be_checked_at_once(town: Municipality, model: type[Record]) -> None:
    town.write("organ/kommunstyrelsen.md", "slag: styrelse", "kontakt: vaxel")
    before = set(town.problems())
    name, text = new_record(model, 'Å, ä: "ö" #1', NOW, KEY)
    path = town.content / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert BY_FOLDER[name.partition("/")[0]] is model
    problems = town.problems()
    assert not has_errors(problem for code, problem in problems.items() if code not in before)
    draft = next(one for one in load([town.content]).records if one.id == KEY)
    assert draft.title == 'Å, ä: "ö" #1'
    assert draft.status == "utkast"


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.info.name)
def test_a_draft_shows_every_field_of_its_type(model: type[Record]) -> None:
    _, text = new_record(model, "Ny", NOW, KEY)
    for name, info in model.model_fields.items():
        if name not in Record.model_fields:
            assert re.search(rf"^(# )?{info.alias or name}:", text, re.MULTILINE), name


@pytest.mark.parametrize("word", ["tjänst", "tjanster", "tjanster/", "Tjänst", "service"])
def test_a_type_is_found_by_any_of_its_names(word: str) -> None:
    model = find_type(word)
    assert model is not None
    assert model.info.name == "service"


def test_new_never_overwrites_a_file(
    town: Municipality, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(town.home)
    arguments = ["new", "tjänst", "Låna en kärra"]
    assert cli.main(arguments) == 0
    file = town.content / "tjanster/lana-en-karra.md"
    file.write_text("Mitt arbete", encoding="utf-8")
    assert cli.main(arguments) == 1
    assert file.read_text(encoding="utf-8") == "Mitt arbete"
    assert "finns redan" in capsys.readouterr().err


# -- examples ----------------------------------------------------------------------------------------------


def test_the_examples_are_valid_beside_the_real_content_on_any_day(tmp_path: Path) -> None:
    examples = tmp_path / "exempel"
    for now in (NOW, datetime(2027, 6, 20, 22, 30, tzinfo=UTC), datetime(2028, 2, 29, 12, tzinfo=UTC)):
        assert write_examples(examples, now)
        problems = read([REAL, examples], now, tmp_path / "cache")[2]
        ours = [problem for problem in problems if problem.file.startswith(str(examples))]
        assert not ours
        assert all(one.example for one in load([examples]).records)


def test_every_kind_of_example_is_alive_on_the_day_it_is_written(tmp_path: Path) -> None:
    write_examples(tmp_path, NOW)
    site, _, _ = read([REAL, tmp_path], NOW, tmp_path / "cache")
    alive = [one for one in site.public if one.example]
    assert {one.type for one in alive} == {"alert", "news", "meeting", "decision", "notice"}
    alert = next(one for one in alive if one.type == "alert")
    assert datetime.fromisoformat(alert.facts["effective"]) <= NOW
    assert datetime.fromisoformat(alert.facts["expires"]) > NOW


def test_examples_stay_until_they_expire_and_then_leave(tmp_path: Path) -> None:
    first = write_examples(tmp_path, NOW)
    texts = {path: (tmp_path / path).read_bytes() for path in first}
    assert write_examples(tmp_path, NOW + timedelta(hours=5)) == first
    assert {path: (tmp_path / path).read_bytes() for path in first} == texts
    later = write_examples(tmp_path, NOW + timedelta(days=3))
    (old,) = [path for path in first if path.startswith("driftinfo/")]
    assert old not in later
    assert not (tmp_path / old).exists()
    assert [path for path in first if path.startswith("anslag/")] == [
        path for path in later if path.startswith("anslag/")
    ]
    much_later = write_examples(tmp_path, NOW + timedelta(days=300))
    assert not set(first) & set(much_later)
    assert len(much_later) == len(first)


def test_an_example_says_so_on_its_page_in_feeds_and_in_the_data(town: Municipality) -> None:
    town.write("nyheter/a.md", "exempel: ja", key=50)
    town.build()
    assert "Exempel" in town.page("/nyheter/2026/a/")
    assert "Exempel" in town.page("/floden/alla.atom")
    assert json.loads(town.page("/api/v1/news/00000000-0000-4000-8000-000000000050.json"))["example"] is True


# -- schema ------------------------------------------------------------------------------------------------


class TextEditor(yaml.SafeLoader):
    """Reads YAML as text editors do (YAML 1.2): digits become numbers, `ja` and days stay texts."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's name


TextEditor.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?\d+\Z"), list("-+0123456789"))
TextEditor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)\Z"), list("tf"))


def test_the_schemas_accept_all_real_front_matter() -> None:
    made = schemas()
    seen = 0
    for folder in BY_FOLDER:
        validator = jsonschema.Draft202012Validator(json.loads(made[f"{folder}.schema.json"]))
        for path in sorted((REAL / folder).rglob("*.md")):
            head = path.read_text(encoding="utf-8").split("\n---\n", 1)[0].removeprefix("---\n")
            data = yaml.load(head, Loader=TextEditor)
            assert not [f"{path}: {fault.message}" for fault in validator.iter_errors(data)]
            seen += 1
    assert seen > 500


@pytest.mark.parametrize(
    "line",
    [
        "ämen: [a]",
        "status: klar",
        'publicerad: "i går"',
        'granskas_senast: "2026-5-1"',
        "exempel: kanske",
        "kanaler: telefon",
        "kanaler: [{typ: brevduva}]",
        "kanaler: [{mål: växeln}]",
    ],
)
def test_the_schemas_see_what_the_check_sees(town: Municipality, line: str) -> None:
    given = {"id": KEY, "titel": "a", "ingress": "b", "status": "utkast", "publicerad": "2026-11-01"}
    given |= yaml.load(line, Loader=TextEditor)
    schema = json.loads(schemas()["tjanster.schema.json"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(given, schema)
    town.write("tjanster/a.md", line)
    assert has_errors(town.problems().values())


def test_every_type_has_a_valid_schema_and_the_settings_point_at_it() -> None:
    made = schemas()
    mapping = json.loads(made["settings.json"])["yaml.schemas"]
    for folder in BY_FOLDER:
        jsonschema.Draft202012Validator.check_schema(json.loads(made[f"{folder}.schema.json"]))
        assert mapping[f"./{folder}.schema.json"] == [f"content/{folder}/**/*.md"]


# -- check --fix -------------------------------------------------------------------------------------------

MESSY = "\ufeff---\r\ntitel: Tyreso\u0308\r\n---\r\nText – med “citat”,\ttabb  \r\noch # tecken.\r\n"


def test_fixing_adds_an_id_and_mends_letters_line_ends_and_the_mark_at_the_start() -> None:
    assert fix(MESSY, lambda: KEY) == (
        f"---\nid: {KEY}\ntitel: Tyresö\n---\nText – med “citat”,\ttabb  \noch # tecken.\n"
    )


@pytest.mark.parametrize(
    "text", [MESSY, "---\ntitel: a\n---", "---\nid : x\n---\n", "utan sidhuvud", "---\naldrig slut\n"]
)
def test_fixing_twice_is_fixing_once_and_no_word_is_lost(text: str) -> None:
    once = fix(text, lambda: KEY)
    assert fix(once) == once
    kept = unicodedata.normalize("NFC", text.removeprefix("\ufeff")).split()
    assert [word for word in once.split() if word not in {"id:", KEY}] == [
        word for word in kept if word not in {"id:", KEY}
    ]


def test_the_real_content_needs_no_fixing() -> None:
    for path in REAL.rglob("*.md"):
        text = path.read_bytes().decode()
        assert fix(text) == text, path


def test_a_mended_file_passes_the_check_and_keeps_its_permissions(town: Municipality) -> None:
    file = town.content / "nyheter/a.md"
    file.parent.mkdir()
    head = '---\r\ntitel: O\u0308ppet\r\ningress: b\r\nstatus: utkast\r\npublicerad: "2026-11-24"\r\n---\r\n'
    file.write_bytes(head.encode())
    file.chmod(0o640)
    assert {"crlf", "decomposed-letters", "missing-field"} <= set(town.problems())
    assert fix_file(file)
    assert not town.problems()
    assert file.stat().st_mode & 0o777 == 0o640
    assert not fix_file(file)
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"  \n"])
def test_a_file_that_cannot_be_mended_is_left_as_it_is(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "a.md"
    file.write_bytes(raw)
    assert not fix_file(file)
    assert file.read_bytes() == raw


# -- due ---------------------------------------------------------------------------------------------------


def next_build(town: Municipality) -> datetime | None:
    return due(read([town.content], town.now, town.home / "cache")[0])


ALERT = ("händelse: a", "slag: störning", "allvar: mindre")


@pytest.mark.parametrize(
    ("path", "lines", "moment"),
    [
        ("nyheter/a.md", ('publiceras_från: "2026-11-25 07:30"',), "2026-11-25T06:30"),
        ("nyheter/a.md", ('publicerad: "2026-11-25 07:30"',), "2026-11-25T06:30"),
        ("nyheter/a.md", ('avpubliceras: "2026-11-26"',), "2026-11-25T23:00"),
        (
            "driftinfo/a.md",
            (*ALERT, 'gäller_från: "2026-11-24 12:00"', 'upphör: "2026-11-24 15:00"'),
            "2026-11-24T11:00",
        ),
        (
            "driftinfo/a.md",
            (*ALERT, 'gäller_från: "2026-11-24 06:00"', 'upphör: "2026-11-24 15:00"'),
            "2026-11-24T14:00",
        ),
        ("moten/a.md", ("organ: ks", 'start: "2026-12-01 18:30"'), "2026-12-01T17:30"),
        ("sidor/a.md", ('granskas_senast: "2026-11-30"',), "2026-11-29T23:00"),
        ("organ/a.md", ("slag: nämnd", 'till: "2026-11"'), "2026-11-30T23:00"),
        ("organ/a.md", ("slag: nämnd", 'till: "2026"'), "2026-12-31T23:00"),
    ],
)
def test_the_next_build_is_due_when_something_begins_or_ends(
    town: Municipality, path: str, lines: tuple[str, ...], moment: str
) -> None:
    town.write(path, *lines)
    assert next_build(town) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_a_build_is_due_when_a_notice_leaves_the_board(town: Municipality) -> None:
    town.write(
        "anslag/a.md",
        "slag: justerat-protokoll",
        "organ: ks",
        'sammanträde: "2026-11-10"',
        'justerat: "2026-11-18"',
        'tillkännagivet: "2026-11-19"',
        "förvaras: Kommunkansliet",
        "överklagas_till: Förvaltningsrätten",
    )
    moments = []
    for _ in range(9):
        moment = next_build(town)
        if moment is None:
            break
        moments.append(moment)
        town.now = moment
    assert datetime(2026, 12, 10, 23, tzinfo=UTC) in moments  # the day after the last one begins


def test_each_build_when_due_sees_what_it_is_due_for(town: Municipality) -> None:
    town.write("nyheter/a.md", 'publiceras_från: "2026-11-25 07:30"')
    town.build()
    assert not town.has("/nyheter/2026/a/")
    moment = next_build(town)
    assert moment is not None
    town.now = moment
    town.build()
    assert town.has("/nyheter/2026/a/")


def test_a_draft_makes_no_build_due(town: Municipality) -> None:
    before = next_build(town)
    town.write("nyheter/a.md", "status: utkast", 'publiceras_från: "2026-11-25"')
    assert next_build(town) == before


# -- preview -----------------------------------------------------------------------------------------------


def test_a_preview_shows_drafts_and_a_broken_file_only_in_its_own_place(town: Municipality) -> None:
    town.write("tjanster/bra.md", "vem: Alla", "hur: Ring", "kanaler:\n  - typ: telefon\n    mål: 112")
    town.write("nyheter/utkast.md", "titel: Ett utkast", "status: utkast")
    broken = town.write("tjanster/trasig.md", "ämen: [a]")
    town.build(preview=True)
    assert "Ett utkast" in town.page("/nyheter/2026/utkast/")
    assert "Okänt fält ”ämen”" in town.page("/tjanster/trasig/")
    assert "Menade du ”ämnen”?" in town.page("/tjanster/trasig/")
    assert "Okänt fält" not in town.page("/tjanster/bra/")
    assert "trasig.md" in town.page("/problem/")
    broken.write_text(broken.read_text(encoding="utf-8").replace("ämen", "sökord"), encoding="utf-8")
    town.build(preview=True)
    assert "Okänt fält" not in town.page("/tjanster/trasig/")


def test_a_fault_stops_the_publication_but_not_the_preview(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town.home)
    town.write("tjanster/trasig.md", "ämen: [a]")
    assert has_errors(town.build().problems)
    assert not town.site.exists()
    assert preview.rebuild([town.content], town.home / "forhandsvisning") is False
    assert (town.home / "forhandsvisning/kontakt/vaxel/index.html").exists()
