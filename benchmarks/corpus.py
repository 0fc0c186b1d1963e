"""Generate municipal records: the same Markdown for this project, for Hugo and for MkDocs.

Deterministic: the same number always gives the same files. The archive (decisions, meetings, news and
notices) grows with the number; services and questions stay as few as in one municipality.

    python -m benchmarks.corpus 10000 FOLDER
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import yaml

from benchmarks.texts import Subject, text
from benchmarks.vocabulary import AREAS, BODIES, CONTACTS, QUESTIONS, SERVICES, SUBJECTS, TOPICS

BEGIN, DAYS = date(2012, 1, 10), 5000
"""The archive lasts from 2012 to 2025: it is past on any day that this runs."""
LASTING = "2012-01-02"
BULK = ("beslut", "moten", "nyheter", "anslagstavla")
"""The first part of the addresses that grow with the archive."""


class Record(NamedTuple):
    """One generated record."""

    file: str
    """Where it lies in `content/`."""
    address: str
    title: str
    summary: str
    day: str
    fields: dict[str, Any]
    """Its own front matter, in Swedish."""
    body: str = ""


def records(number: int) -> list[Record]:
    """So many records, about; the sets of bodies and contacts come with them."""
    services, questions = min(220, number // 10), min(180, number // 12)
    archive = number - services - questions - len(BODIES) - len(CONTACTS)
    meetings = list(_meetings(archive * 16 // 100))
    plan = [
        *_contacts(),
        *_bodies(),
        *_services(services),
        *_questions(questions),
        *meetings,
        *_decisions(archive * 55 // 100, meetings),
        *_notices(archive * 4 // 100, meetings),
    ]
    plan += _news(number - len(plan))
    return [_with_body(record, index, plan) for index, record in enumerate(plan)]


# -- the types ---------------------------------------------------------------------------------------------


def _contacts() -> Iterator[Record]:
    for slug, name in CONTACTS.items():
        fields = {
            "ämnen": ["politik"],
            "ansvarig": f"kontakter/{slug}",
            "funktion": name,
            "telefon": "08-578 291 00",
            "e-post": f"{slug}@exempel.se",
            "telefontider": "Vardagar klockan 8–16.",
            "frågor": ["Ansökningar och blanketter", "Ärenden som pågår"],
        }
        file, address = f"kontakter/{slug}.md", f"/kontakt/{slug}/"
        yield Record(file, address, name, f"Fråga {name} om ansökningar och ärenden.", LASTING, fields)


def _bodies() -> Iterator[Record]:
    for body in BODIES:
        fields = {
            "ämnen": list(body.topics),
            "ansvarig": "kontakter/kommunkansliet",
            "slag": body.kind,
            "kontakt": "kontakter/kommunkansliet",
            "ansvarar_för": ["Mål och budget", "Uppföljning", "Beslut i enskilda ärenden"],
        }
        if body is not BODIES[0]:
            fields["överordnad"] = f"organ/{BODIES[0].slug}"
        summary = f"{body.name} beslutar inom sitt område."
        yield Record(f"organ/{body.slug}.md", f"/organ/{body.slug}/", body.name, summary, LASTING, fields)


def _services(number: int) -> Iterator[Record]:
    for i in range(number):
        what, body = SERVICES[i % len(SERVICES)], BODIES[i % len(BODIES)]
        title = f"Ansök om {what}" + (f", del {i // len(SERVICES) + 1}" if i >= len(SERVICES) else "")
        fields = {
            "ämnen": [body.topics[-1]],
            "områden": [list(AREAS)[i % len(AREAS)]] if i % 5 == 0 else [],
            "sökord": [what, "ansökan", "blankett"],
            "ansvarig": f"kontakter/{list(CONTACTS)[i % len(CONTACTS)]}",
            "vem": "Du som bor i kommunen.",
            "hur": ["Läs igenom villkoren.", "Fyll i ansökan.", "Vänta på beslutet."],
            "behövs": ["Uppgifter om hushållet", "En karta eller ritning"],
            "får": "Ett skriftligt beslut.",
            "tid": {"text": "Oftast inom tio veckor.", "max_dagar": "70"},
            "kostnad": {"text": "Avgiften följer taxan."},
            "kanaler": [
                {"typ": "telefon", "mål": "08-578 291 00"},
                {"typ": "webb", "mål": f"https://exempel.se/e-tjanster/{i}"},
            ],
            "politiskt_ansvar": f"organ/{body.slug}",
            "lagrum": ["Kommunallagen (2017:725)"],
        }
        slug = f"tjanst-{i}"
        yield Record(
            f"tjanster/{slug}.md", f"/tjanster/{slug}/", title, f"Så får du {what}.", LASTING, fields
        )


def _questions(number: int) -> Iterator[Record]:
    for i in range(number):
        what, body = SERVICES[i % len(SERVICES)], BODIES[i % len(BODIES)]
        title = QUESTIONS[i // len(SERVICES) % len(QUESTIONS)].format(what)
        fields = {
            "ämnen": [body.topics[0]],
            "ansvarig": "kontakter/servicecenter",
            "svar": f"Vi hjälper dig med {what}. Läs mer om [hur du ansöker](/tjanster/tjanst-{i % 8}/).",
            "relaterat": [f"tjanster/tjanst-{i % 8}", f"organ/{body.slug}"],
            "frågad": {"antal": str(10 + i % 90), "period": "2024"},
        }
        slug = f"fraga-{i}"
        yield Record(f"fragor/{slug}.md", f"/fragor/{slug}/", title, f"Om {what}.", LASTING, fields)


def _meetings(number: int) -> Iterator[Record]:
    for i in range(number):
        body, turn = BODIES[i % len(BODIES)], i // len(BODIES)
        step = DAYS / max(1, -(-number // len(BODIES)))
        day = (BEGIN + timedelta(days=int(turn * step))).isoformat()
        fields = {
            "ämnen": [body.topics[0]],
            "ansvarig": "kontakter/kommunkansliet",
            "organ": f"organ/{body.slug}",
            "start": f"{day} 18:30",
            "slut": f"{day} 21:00",
            "plats": "Kommunhuset",
            "offentligt": "ja" if body is BODIES[0] else "nej",
            "ärenden": [f"{n + 1}. {SUBJECTS[(i * 3 + n) % len(SUBJECTS)]}" for n in range(6)],
            "handlingar": [{"namn": "Kallelse", "länk": f"https://exempel.se/{body.slug}/{day}"}],
        }
        title = f"{body.name} {day}"
        file, address = f"moten/{day[:4]}/{body.slug}-{day}.md", f"/moten/{body.slug}/{day}/"
        yield Record(file, address, title, f"{body.name} sammanträder klockan 18.30.", day, fields)


def _decisions(number: int, meetings: list[Record]) -> Iterator[Record]:
    for i in range(number):
        turn = i % len(meetings)
        meeting, paragraph = meetings[turn], i // len(meetings) + 1
        body, subject, day = BODIES[turn % len(BODIES)], SUBJECTS[(i * 7 + turn) % len(SUBJECTS)], meeting.day
        fields = {
            "ämnen": [body.topics[i % 2]],
            "områden": [list(AREAS)[i % len(AREAS)]] if i % 3 == 0 else [],
            "ansvarig": "kontakter/kommunkansliet",
            "utfall": ("beslutat", "beslutat", "beslutat", "återremitterat", "bordlagt")[i % 5],
            "organ": f"organ/{body.slug}",
            "datum": day,
            "paragraf": str(paragraph),
            "dnr": f"{day[:4]}/KS {i % 900 + 100:04d}",
            "beslutspunkter": [
                f"{subject} godkänns enligt förvaltningens förslag.",
                f"Kostnaden, {i % 900 + 100} 000 kronor, ryms inom ramen.",
            ],
            "sammanfattning": "Förslaget godkändes. Arbetet börjar under året.",
            "bakgrund": f"Ärendet kom till {body.name} från förvaltningen.",
            "överklagan": "laglighetsprövning",
            "möte": "moten/" + Path(meeting.file).stem,
        }
        slug = f"{body.slug}-{day}-{paragraph}"
        address = f"/beslut/{body.slug}/{day}/{paragraph}/"
        summary = f"{body.name} behandlade frågan den {day}."
        yield Record(
            f"beslut/{day[:4]}/{slug}.md", address, f"{subject}, ärende {i + 1}", summary, day, fields
        )


def _notices(number: int, meetings: list[Record]) -> Iterator[Record]:
    for i in range(min(number, len(meetings))):
        meeting, body = meetings[i], BODIES[i % len(BODIES)]
        day = (date.fromisoformat(meeting.day) + timedelta(days=5)).isoformat()
        fields = {
            "ämnen": [body.topics[0]],
            "ansvarig": "kontakter/kommunkansliet",
            "slag": "justerat-protokoll",
            "organ": f"organ/{body.slug}",
            "sammanträde": meeting.day,
            "justerat": day,
            "tillkännagivet": day,
            "förvaras": "Kommunkansliet",
            "överklagas_till": "Förvaltningsrätten",
        }
        slug = f"protokoll-{body.slug}-{meeting.day}"
        title, address = f"Justerat protokoll: {body.name} {meeting.day}", f"/anslagstavla/{slug}/"
        yield Record(f"anslag/{day[:4]}/{slug}.md", address, title, "Protokollet är justerat.", day, fields)


def _news(number: int) -> Iterator[Record]:
    for i in range(number):
        body, subject = BODIES[i % len(BODIES)], SUBJECTS[i % len(SUBJECTS)]
        day = (BEGIN + timedelta(days=i * DAYS // number)).isoformat()
        fields = {
            "ämnen": [body.topics[i % 2]],
            "områden": [list(AREAS)[i % len(AREAS)]] if i % 2 else [],
            "ansvarig": f"kontakter/{list(CONTACTS)[i % len(CONTACTS)]}",
            "påverkar": [f"organ/{body.slug}"],
        }
        slug = f"nyhet-{i}"
        file, address = f"nyheter/{day[:4]}/{slug}.md", f"/nyheter/{day[:4]}/{slug}/"
        yield Record(file, address, f"{subject}: så blir det", f"Nytt om {subject}.", day, fields)


def _with_body(record: Record, index: int, plan: list[Record]) -> Record:
    random = Random(f"{index}:{record.file}")
    links = [plan[random.randrange(len(plan))] for _ in range(4)]
    subject = Subject(record.title, [(link.title, link.address) for link in links])
    return record._replace(body=text(subject, random))


# -- written for each program ------------------------------------------------------------------------------


def write_content(made: list[Record], folder: Path) -> None:
    """As `content/` of this project."""
    for record in made:
        common = {
            "id": str(uuid5(NAMESPACE_URL, record.address)),
            "titel": record.title,
            "ingress": record.summary,
            "status": "publicerad",
            "publicerad": record.day,
            "granskas_senast": "2099-12-31",
        }
        fields = {name: value for name, value in record.fields.items() if value}
        write(folder / record.file, f"---\n{_yaml(common | fields)}---\n\n{record.body}")
    write(folder / "ämnen.yml", _yaml([_topic(slug, *rest) for slug, rest in TOPICS.items()]))
    write(folder / "områden.yml", _yaml([{"slug": slug, "namn": name} for slug, name in AREAS.items()]))
    write(folder / "målgrupper.yml", _yaml([{"slug": "invanare", "namn": "Invånare"}]))


def _topic(slug: str, name: str, below: tuple[str, ...]) -> dict[str, Any]:
    return {
        "slug": slug,
        "namn": name,
        "under": [{"slug": one, "namn": one.capitalize()} for one in below],
    }


def page(record: Record) -> str:
    """As a page of Hugo or MkDocs: title, description and the same Markdown."""
    front = {"title": record.title, "description": record.summary, "date": record.day}
    heading = f"# {record.title}\n\n{record.summary}\n\n"
    return f"---\n{_yaml(front)}---\n\n{heading}{record.body}"


def file_of(record: Record) -> str:
    """The file that gives the same address in Hugo and MkDocs."""
    return record.address.strip("/") + ".md"


def write(path: Path, content: str) -> None:
    """Write a text with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def _yaml(data: Any) -> str:
    return yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)


if __name__ == "__main__":
    write_content(records(int(sys.argv[1])), Path(sys.argv[2]))
