"""Markdown bodies: sections, lists, tables and links, from sentences drawn at random."""

from random import Random
from typing import NamedTuple

from benchmarks.vocabulary import SENTENCES


class Subject(NamedTuple):
    """What a body is about."""

    title: str
    links: list[tuple[str, str]]
    """(title, address) of the records it may link to."""


def text(subject: Subject, random: Random) -> str:
    """A body of 1–4 kB."""
    parts = [_paragraph(random), _linked(subject, 0, random)]
    parts += ["## Bakgrund", _paragraph(random), _paragraph(random)]
    if random.random() < 0.5:
        parts += ["## Kostnader och tider", _table(random), _paragraph(random)]
    parts += ["## Det här händer nu", _steps(random), _linked(subject, 1, random)]
    if random.random() < 0.3:
        parts += ["### Synpunkter som kom in", _quote(random), _paragraph(random)]
    parts += ["## Läs också", _related(subject)]
    return "\n\n".join(parts) + "\n"


def _paragraph(random: Random) -> str:
    sentences = _sentences(random, random.randint(2, 5))
    if random.random() < 0.4:
        sentences[0] = "**Viktigt:** " + sentences[0]
    if random.random() < 0.3:
        sentences[-1] = f"*{sentences[-1]}*"
    return " ".join(sentences)


def _sentences(random: Random, number: int) -> list[str]:
    """Different sentences; every second one as good as unique, as in a real archive."""
    found = random.sample(SENTENCES, number)
    for index in range(random.randint(0, 1), number, 2):
        source = f"Enligt punkt {random.randint(1, 99)} i underlaget från {random.randint(2012, 2025)}"
        found[index] = f"{source}: {found[index][0].lower()}{found[index][1:]}"
    return found


def _linked(subject: Subject, index: int, random: Random) -> str:
    title, address = subject.links[index]
    return f"Frågan hör ihop med [{title}]({address}). {_sentences(random, 1)[0]}"


def _table(random: Random) -> str:
    parts = random.sample(
        ("Mark", "Bygge", "Projektering", "Drift", "Utrustning", "Tillsyn", "Oförutsett"), 5
    )
    rows = [f"| {one} | {random.randint(10, 990)} 000 kr | {random.randint(2012, 2026)} |" for one in parts]
    return "\n".join(["| Del | Kostnad | Klart |", "| --- | ---: | --- |", *rows])


def _steps(random: Random) -> str:
    marks = ["1. ", "2. ", "3. ", "4. "] if random.random() < 0.5 else ["- "] * 4
    return "\n".join(mark + sentence for mark, sentence in zip(marks, _sentences(random, 4), strict=True))


def _quote(random: Random) -> str:
    return "> " + " ".join(_sentences(random, 2))


def _related(subject: Subject) -> str:
    return "\n".join(f"- [{title}]({address})" for title, address in subject.links)
