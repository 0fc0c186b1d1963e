"""The search index: what it knows of a page, and that an index kept up to date is that of one made anew."""

import json
import random
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from site_builder.publishing.search import SearchError, index
from site_builder.publishing.search.page import read_page
from site_builder.publishing.search.terms import references, words

WORDS = "snö plog gata skola beslut avgift kommun förskola park bad vatten sopor hund möte plan bro".split()  # noqa: SIM905 - as prose


def page(title: str, text: str, *, said: bool = False, more: str = "", known: str = "") -> str:
    """A page as the theme writes it."""
    kind = "said" if said else "do"
    names = f' data-words="{known}"' if known else ""
    return (
        f'<!doctype html><html lang="sv"><head><meta name="description" content="Om {title}.">'
        f'<meta property="mf:typ" content="{"Beslut" if said else "Tjänst"}">{more}</head>'
        f'<body><nav>Meny</nav><main><article data-search="{kind}"><p data-search-skip>Hemligt</p>'
        f"<h1{names}>{title}</h1><h2>Rubrik</h2><p>{text}</p></article></main></body></html>"
    )


def test_a_page_is_known_by_its_name_its_words_its_headings_and_its_text() -> None:
    told = read_page("/a/", page("Snöröjning", "Vi plogar gatan.", known="plogbil|halt").encode())
    assert told is not None
    assert told.title == "Snöröjning"
    assert told.known == ("plogbil", "halt")
    weights = {word: told.terms[word] for word in ("snöröjning", "plogbil", "om", "rubrik", "gatan")}
    assert list(weights.values()) == sorted(weights.values(), reverse=True)
    assert "meny" not in told.terms
    assert "hemligt" not in told.terms


def test_a_page_that_is_not_to_be_found_is_left_out() -> None:
    assert read_page("/a/", b"<html><body><h1>Sida</h1></body></html>") is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Dnr 2011 KSM 0391", "2011ksm0391"),
        ("2011KSM0391", "2011ksm0391"),
        ("2012/KS 171", "2012ks0171"),
        ("år 2012 och 2013", None),
    ],
)
def test_a_registration_number_is_one_word_however_it_is_written(text: str, word: str | None) -> None:
    assert list(references(text)) == ([word] if word else [])


def test_words_are_letters_and_figures_in_lower_case_composed() -> None:
    assert words("Snö-Röjning, a\u030a 12 §") == ["snö", "röjning", "å", "12"]


class Published:
    """A published site that the tests change page by page."""

    def __init__(self, folder: Path) -> None:
        self.site = folder / "site"
        self.cache = folder / "cache"
        self.pages: dict[str, str] = {}

    def put(self, path: str, text: str | None) -> None:
        """Publish a page, or take it away."""
        if text is None:
            self.pages.pop(path, None)
        else:
            self.pages[path] = text

    def publish(self) -> None:
        """Write what is published, with its keys."""
        for path, text in self.pages.items():
            (self.site / path).parent.mkdir(parents=True, exist_ok=True)
            (self.site / path).write_text(text, encoding="utf-8")
        keys = {path: str(hash(text)) for path, text in self.pages.items()}
        (self.site / ".publicerat.json").write_text(json.dumps(keys), encoding="utf-8")

    def told(self) -> dict[str, Any]:
        """What the index says, by address instead of number."""
        folder = self.site / "sok" / "index"
        core = json.loads((folder / "core.json").read_text(encoding="utf-8"))
        address: dict[int, str] = {}
        shown: dict[str, Any] = {}
        for file in (folder / "sidor").glob("*.json"):
            for number, told in json.loads(file.read_text(encoding="utf-8")).items():
                address[int(number)] = told[1]
                shown[told[1]] = (told, core["groups"][str(int(number) // core["slots"])])
        found: dict[str, Any] = {}
        for file in (folder / "ord").glob("*.json"):
            for term, (count, *rest) in json.loads(file.read_text(encoding="utf-8")).items():
                number, pages = 0, {}
                for step, weight in zip(rest[::2], rest[1::2], strict=True):
                    number += step
                    pages[address[number]] = weight
                found[term] = (count, pages)
        rows = sorted([row[1:] for row in core["rows"]])
        topics = json.loads((folder / "amnen.json").read_text(encoding="utf-8"))
        return {"pages": core["pages"], "rows": rows, "shown": shown, "terms": found, "topics": len(topics)}


@pytest.fixture
def published(tmp_path: Path) -> Published:
    made = Published(tmp_path)
    made.site.mkdir()
    return made


@pytest.mark.parametrize("seed", range(4))
def test_after_random_edits_the_index_is_that_of_one_made_anew(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    kept, anew = Published(tmp_path / "kept"), Published(tmp_path / "anew")
    kept.site.mkdir(parents=True)
    for step in range(12):
        for _ in range(chance.randint(1, 4)):
            path = f"sida-{chance.randint(1, 12)}/index.html"
            year = chance.choice(["2012", "2013"])
            more = f'<meta property="mf:amne" content="{chance.choice(WORDS)}">'
            more += f'<meta property="mf:datum" content="{year}-05-02">' if chance.random() < 0.5 else ""
            text = page(
                " ".join(chance.sample(WORDS, 2)),
                " ".join(chance.choices(WORDS, k=9)),
                said=chance.random() < 0.5,
                more=more,
            )
            kept.put(path, None if chance.random() < 0.25 else text)
        kept.publish()
        assert index(kept.site, kept.cache) or step
    anew.site.mkdir(parents=True)
    anew.pages = dict(kept.pages)
    anew.publish()
    index(anew.site, anew.cache)
    assert kept.told() == anew.told()


def test_an_edit_packs_the_words_that_it_changes_and_no_others(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = '<meta property="mf:amne" content="bad">'
    for number in range(40):
        published.put(f"{number}/index.html", page(f"Sida {number}", " ".join(WORDS), more=topic))
    published.publish()
    index(published.site, published.cache)
    room = import_module("site_builder.publishing.search.index")
    packed: list[int] = []

    def pack(pages: dict[str, int], pack: Any = room._packed) -> Any:
        packed.append(len(pages))
        return pack(pages)

    monkeypatch.setattr(room, "_packed", pack)
    monkeypatch.setattr(room, "_topics", lambda _: pytest.fail("read the topics of every page"))
    published.put("7/index.html", page("Sida 7", " ".join([*WORDS[1:], "halka"]), more=topic))
    published.publish()
    assert index(published.site, published.cache)
    assert sorted(packed) == [1, 39], "the word that is new, and the one that is gone"


def test_without_changes_nothing_is_written(published: Published) -> None:
    published.put("a/index.html", page("Snö", "Plog"))
    published.publish()
    assert index(published.site, published.cache)
    before = (published.site / "sok" / "index" / "core.json").stat().st_mtime_ns
    assert not index(published.site, published.cache)
    assert (published.site / "sok" / "index" / "core.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "harm", ["cache gone", "cache torn", "another index", "another version", "index gone"]
)
def test_what_does_not_belong_together_is_made_anew(published: Published, harm: str) -> None:
    published.put("a/index.html", page("Snö", "Plog"))
    published.publish()
    index(published.site, published.cache)
    (state,) = published.cache.glob("sok-*.sqlite3")
    core = published.site / "sok" / "index" / "core.json"
    if harm == "cache gone":
        state.unlink()
    elif harm == "cache torn":
        state.write_bytes(state.read_bytes()[:100])
    elif harm == "another index":
        core.write_text(json.dumps(json.loads(core.read_text(encoding="utf-8")) | {"stamp": "x"}), "utf-8")
    elif harm == "another version":
        core.write_text(json.dumps(json.loads(core.read_text(encoding="utf-8")) | {"version": 0}), "utf-8")
    else:
        core.unlink()
    published.put("b/index.html", page("Bad", "Vatten"))
    published.publish()
    assert index(published.site, published.cache)
    assert published.told()["pages"] == 2


def test_a_cache_that_cannot_be_written_is_told_of(published: Published) -> None:
    published.publish()
    published.cache.write_text("in the way", encoding="utf-8")
    with pytest.raises(SearchError, match="Sökindexet gick inte att bygga"):
        index(published.site, published.cache)


def test_an_index_made_anew_says_nothing_of_what_an_older_one_knew(published: Published) -> None:
    for number in range(30):
        text = page(
            f"Tillbakadragen{number}",
            f"ensamt{number}ord",
            more=f'<meta property="mf:organ" content="{number}">',
        )
        published.put(f"gammal-{number}/index.html", text)
    published.put("a/index.html", page("Snö", "Plog"))
    published.publish()
    index(published.site, published.cache)
    for number in range(30):
        published.put(f"gammal-{number}/index.html", None)
    published.publish()
    (state,) = published.cache.glob("sok-*.sqlite3")
    state.unlink()
    assert index(published.site, published.cache)
    folder = published.site / "sok" / "index"
    told = "".join(path.read_text(encoding="utf-8").lower() for path in folder.rglob("*.json"))
    assert "tillbakadragen" not in told
    assert "ensamt" not in told
    assert len(list((folder / "ord").glob("*.json"))) == 512


def test_an_index_that_was_stopped_half_way_is_made_anew(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    published.put("a/index.html", page("Snö", "Plog"))
    published.publish()
    index(published.site, published.cache)
    published.put("a/index.html", page("Snö", "Halka"))
    published.publish()
    with monkeypatch.context() as patch:
        patch.setattr(import_module("site_builder.publishing.search.index"), "_core", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index(published.site, published.cache)
    published.put("a/index.html", page("Snö", "Sand"))
    published.publish()
    index(published.site, published.cache)
    terms = published.told()["terms"]
    assert "sand" in terms
    assert not {"plog", "halka"} & terms.keys()
