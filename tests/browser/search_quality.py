"""How well the search answers everyday queries; `make search-quality` prints it.

`search_questions.tsv` holds kind, query and a pattern of addresses that satisfy it; `search_unanswerable.txt`
holds queries that the site has no answer to.
"""

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page

from site_builder.problems import has_errors
from site_builder.publishing.build import Options, build
from site_builder.publishing.search import index
from tests.browser.chromium import chromium
from tests.browser.tried_site import served

HERE = Path(__file__).parent
SLOW = 4
"""A phone's processor is about so many times slower than the one that measures."""
TYPED = (
    "bygglov",
    "sophämtning",
    "förskola",
    "hemtjänst",
    "parkering",
    "kommunfullmäktige",
    "snöröjning",
    "lekplats",
)
_DELAY = """async ([text, place]) => {
  const input = document.getElementById('q');
  const form = input.form;
  const key = (value) => {
    input.focus();
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const list = document.querySelector(place);
  const shown = () => new Promise((resolve) => new MutationObserver((_, observer) => {
    if (list.children.length) { observer.disconnect(); resolve(performance.now()); }
  }).observe(list, { childList: true }));
  if (place === '#traffar') { input.value = text; form.requestSubmit(); } else key(text.slice(0, -1));
  await wait(400);
  const seen = shown();
  const start = performance.now();
  if (place === '#traffar') form.requestSubmit(); else key(text);
  return (await seen) - start;
}"""
_FIND = """async ([queries, many]) => {
  const { Engine } = await import('/js/search-engine.js');
  const engine = await Engine.open('sv');
  const answers = [];
  for (const query of queries) {
    const found = await engine.find(query);
    const speaks = found.english ? engine.english : engine;
    const shown = await Promise.all(found.hits.slice(0, many).map((hit) => speaks.shown(hit)));
    answers.push([found.hits.length, shown.map((hit) => hit.url)]);
  }
  return answers;
}"""


class Question(NamedTuple):
    """A query and the addresses that satisfy it."""

    kind: str
    query: str
    pattern: str


class Answer(NamedTuple):
    """What the search found: how many pages, and the addresses of the first three."""

    found: int
    addresses: list[str]


class Share(NamedTuple):
    """How many questions were answered by the first hit, and by one of the first three."""

    questions: int
    first: int
    three: int


def questions() -> list[Question]:
    """The questions to work with."""
    text = (HERE / "search_questions.tsv").read_text(encoding="utf-8")
    return [Question(*line.split("\t")) for line in text.splitlines()]


def unanswerable() -> list[str]:
    """Queries that the site has no answer to."""
    return (HERE / "search_unanswerable.txt").read_text(encoding="utf-8").splitlines()


def ask(page: Page, base: str, queries: Iterable[str]) -> list[Answer]:
    """Search for each, as the search page does."""
    page.goto(base + "/tillganglighet/")
    return [Answer(*one) for one in page.evaluate(_FIND, [list(queries), 3])]


def place(question: Question, answer: Answer) -> int:
    """Where the first satisfying page stands, from 0; -1 where it is not among the first three."""
    hits = [bool(re.search(question.pattern, address)) for address in answer.addresses]
    return hits.index(True) if True in hits else -1


def shares(asked: list[Question], answers: list[Answer]) -> dict[str, Share]:
    """By kind, and of all under `alla`."""
    places: dict[str, list[int]] = defaultdict(list)
    for question, answer in zip(asked, answers, strict=True):
        for name in (question.kind, "alla"):
            places[name].append(place(question, answer))
    return {
        name: Share(len(found), found.count(0), sum(one >= 0 for one in found))
        for name, found in places.items()
    }


def delays(page: Page, base: str, place: str) -> list[float]:
    """Milliseconds from the last key to what is shown at `place`, slowed, once the index is there."""
    page.goto(base + "/sok/")
    page.locator("#q").press_sequentially("by")
    page.locator(".suggestions li").first.wait_for()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW})
    return sorted(page.evaluate(_DELAY, [text, place]) for text in TYPED)


def main() -> None:
    """Build the site, ask, and print the shares and the misses."""
    with tempfile.TemporaryDirectory(prefix="search") as name:
        folder = Path(name)
        result = build(Options([Path("content")], folder / "site", datetime.now(UTC), cache=folder / "cache"))
        assert not has_errors(result.problems)
        index(folder / "site", folder / "cache")
        asked = questions()
        with served(folder / "site") as base, chromium() as browser:
            page = browser.new_page()
            answers = ask(page, base, [one.query for one in asked])
            nothing = ask(page, base, unanswerable())
            waited = {place: delays(page, base, place) for place in (".suggestions", "#traffar")}
    for kind, share in shares(asked, answers).items():
        first, three = share.first / share.questions, share.three / share.questions
        print(
            f"{kind:<18} {share.questions:>4} frågor, rätt först {first:.0%}, bland de tre första {three:.0%}"
        )
    wrong = sum(answer.found > 3 for answer in nothing)
    print(f"{'utan svar':<18} {len(nothing):>4} frågor, {wrong} visar fler än tre träffar")
    for name, times in zip(("förslag", "träffar"), waited.values(), strict=True):
        print(
            f"{name:<18} {times[len(times) // 2]:.0f} ms efter sista tangenten, som mest {times[-1]:.0f} ms"
        )
    for question, answer in zip(asked, answers, strict=True):
        if place(question, answer) != 0:
            print(f"  {question.query}: {' '.join(answer.addresses) or 'inget'}")


if __name__ == "__main__":
    main()
