"""The kinds of cases as the site publishes them (``api/v1/case-categories.json``), and its questions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

OTHER = "annat"
"""The kind for whoever finds none; it is there also while the site's list cannot be had."""


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of case. ``working_days`` is None where the general promise holds."""

    slug: str
    name: str
    summary: str = ""
    is_fault: bool = False
    words: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    working_days: int | None = None
    promise: str = ""
    urgent: str = ""
    urgent_phone: str = ""
    place: str = "önskas"
    photo: bool = True
    public: bool = False
    code: str = ""
    body: str = ""
    body_name: str = ""
    others_name: str = ""
    others_path: str = ""

    @property
    def service_code(self) -> str:
        """What Open311 calls it."""
        return self.code or self.slug


FALLBACK = Category(OTHER, "Något annat", "Beskriv det, så ser vi till att det kommer rätt.")

Categories = Mapping[str, Category]


def parse(text: str) -> dict[str, Category]:
    """The kinds by their slugs, in Swedish order of their names; raises ValueError for anything else."""
    try:
        rows = json.loads(text)["case-categories"]
        found = [_category(row) for row in rows if row["language"] == "sv"]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a list of case categories") from error
    found.sort(key=lambda one: (one.slug == OTHER, _order(one.name)))
    known = {one.slug: one for one in found}
    return known if OTHER in known else {**known, OTHER: FALLBACK}


def _category(row: dict[str, Any]) -> Category:
    body, others = row["body"] or {}, row["others"] or {}
    return Category(
        slug=str(row["slug"]), name=str(row["title"]), summary=str(row["summary"]),
        is_fault=row["kind"] == "felanmälan", words=tuple(map(str, row["words"])),
        questions=tuple(map(str, row["questions"])),
        working_days=int(row["working_days"]) if row["working_days"] else None,
        promise=str(row["promise"]), urgent=str(row["urgent"]), urgent_phone=str(row["urgent_phone"]),
        place=str(row["place"]), photo=bool(row["photo"]), public=bool(row["public"]), code=str(row["code"]),
        body=str(body.get("slug", "")), body_name=str(body.get("name", "")),
        others_name=str(others.get("name", "")), others_path=_path(str(others.get("url", ""))),
    )  # fmt: skip


def _path(url: str) -> str:
    """An address within the site; empty for anything else."""
    path = urlsplit(url).path
    return path if path.startswith("/") and not path.startswith("//") else ""


def _order(text: str) -> str:
    """Sorts as Swedish does: å, ä, ö last."""
    return text.lower().translate(str.maketrans("åäö", "{|}"))


def matching(categories: Categories, typed: str) -> list[Category]:
    """The kinds whose name, summary or everyday words hold every word that was typed."""
    wanted = typed.lower().split()
    return [
        one
        for one in categories.values()
        if all(word in " ".join((one.name, one.summary, *one.words)).lower() for word in wanted)
    ]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the site with its answer, as those who answer insert it."""

    title: str
    path: str
    data: str
    """The path of the whole of it as JSON."""


def parse_questions(text: str) -> list[Question]:
    """The site's questions (``api/v1/questions.json``) in Swedish order; raises ValueError."""
    try:
        rows = [
            Question(str(row["title"]), _path(str(row["url"])), _path(str(row["data"])))
            for row in json.loads(text)["questions"]
            if row["language"] == "sv"
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not a list of questions") from error
    return sorted(rows, key=lambda one: _order(one.title))


def parse_answer(text: str) -> str:
    """The answer of one question; raises ValueError."""
    try:
        return str(json.loads(text)["answer"])
    except (KeyError, TypeError) as error:
        raise ValueError("not a question") from error
