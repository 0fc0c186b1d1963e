"""Examples are records dated from today, each labelled, so that the demonstration is alive on any day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import babel.dates

from site_builder.content.fields import STOCKHOLM
from site_builder.content.legal_dates import last_day_of_appeal
from site_builder.files import replace_file
from site_builder.reading import front_matter

Files = dict[str, str]
"""Path below a content folder → text."""


def write_examples(folder: Path, now: datetime) -> list[str]:
    """Make `folder` hold the examples of this moment; those of an earlier run stay until they expire."""
    folder.mkdir(parents=True, exist_ok=True)
    old = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.md")
    }
    new = examples(now, old)
    for path in old.keys() - new.keys():
        (folder / path).unlink()
    for path, text in new.items():
        if old.get(path) != text:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(target, text.encode())
    return sorted(new)


def examples(now: datetime, existing: Mapping[str, str]) -> Files:
    """The examples at `now`: those that have not expired, and fresh ones of every kind that is missing."""
    kept = {path: text for path, text in existing.items() if _lasts(text, now)}
    kinds = {path.partition("/")[0] for path in kept}
    today = now.astimezone(STOCKHOLM).date()
    fresh = _fresh(today, now.astimezone(STOCKHOLM))
    return kept | {path: text for path, text in fresh.items() if path.partition("/")[0] not in kinds}


def _lasts(text: str, now: datetime) -> bool:
    """Whether an example still shows something that is to come or in force."""
    document, _ = front_matter.read("exempel", text.encode())
    until = document.data.get("avpubliceras", "") if document else ""
    return bool(until) and datetime.fromisoformat(until).replace(tzinfo=STOCKHOLM) > now


def _fresh(today: date, now: datetime) -> Files:
    day = today.isoformat()
    announced = today - timedelta(days=2)
    met = announced - timedelta(days=8)
    last = last_day_of_appeal(announced)
    begins = now.replace(minute=0, second=0, microsecond=0)
    ends = begins + timedelta(hours=30)
    soon = today + timedelta(days=7)
    later = today + timedelta(days=21)
    return {
        f"driftinfo/exempel-vattenlacka-{day}.md": _record(
            f"driftinfo-{day}",
            ends.date() + timedelta(days=1),
            "Vattnet är avstängt på Exempelvägen",
            "En vattenledning har gått sönder. Arbetet pågår.",
            begins.strftime("%Y-%m-%d %H:%M"),
            "ämnen: vatten-avlopp",
            "händelse: Vattenläcka",
            "kategori: infra",
            "slag: störning",
            "allvar: måttlig",
            "brådska: omedelbar",
            "säkerhet: observerad",
            "område: Exempelvägen",
            f'gäller_från: "{begins:%Y-%m-%d %H:%M}"',
            f'upphör: "{ends:%Y-%m-%d %H:%M}"',
            "instruktion: Hämta dricksvatten vid tankvagnen på Exempelvägen. Ta med egna kärl.",
            "sms: Vattnet är avstängt på Exempelvägen. Hämta dricksvatten vid tankvagnen.",
        ),
        f"nyheter/exempel-{day}.md": _record(
            f"nyheter-{day}",
            today + timedelta(days=30),
            "Så här kan en nyhet se ut",
            "Den här nyheten är påhittad. Den visar hur en ny sida når den som bevakar ett ämne.",
            day,
            "ämnen: kommun-demokrati",
            text="Bevaka ett ämne eller en nämnd på sidan [Bevaka](/prenumerera/), så får du mejl eller sms.",
        ),
        f"moten/exempel-ks-{soon}.md": _record(
            f"moten-{soon}",
            soon + timedelta(days=1),
            f"Kommunstyrelsen {_day(soon)}",
            "Ett påhittat sammanträde, för att visa hur kalendern ser ut.",
            day,
            "organ: organ/kommunstyrelsen",
            f'start: "{soon} 18:30"',
            f'slut: "{soon} 20:00"',
            "plats: Kommunhuset",
            "ärenden:\n  - Val av justerare\n  - Månadens ekonomi",
        ),
        f"moten/exempel-kf-{later}.md": _record(
            f"moten-{later}",
            later + timedelta(days=1),
            f"Kommunfullmäktige {_day(later)}",
            "Ett påhittat sammanträde som är öppet för allmänheten.",
            day,
            "organ: organ/kommunfullmaktige",
            f'start: "{later} 18:30"',
            "plats: Kommunhuset",
            "offentligt: ja",
            "ärenden:\n  - Frågestund\n  - Nästa års budget",
        ),
        f"beslut/exempel-{met}.md": _record(
            f"beslut-{met}",
            last + timedelta(days=1),
            "Exempelbeslut om belysning på en gångväg",
            "Kommunstyrelsen beslutade att sätta upp lyktor längs en gångväg.",
            announced.isoformat(),
            "ämnen: politik-beslut",
            "utfall: beslutat",
            "organ: organ/kommunstyrelsen",
            f'datum: "{met}"',
            "paragraf: 999",
            "beslutspunkter:\n  - Lyktor sätts upp längs gångvägen.",
            "sammanfattning: Det blir ljusare att gå hem på kvällen.",
            "överklagan: laglighetsprövning",
        ),
        f"anslag/exempel-ks-{met}.md": _record(
            f"anslag-{met}",
            last + timedelta(days=1),
            f"Justerat protokoll: kommunstyrelsen {_day(met)}",
            "Ett påhittat anslag, för att visa hur anslagstavlan ser ut.",
            announced.isoformat(),
            "slag: justerat-protokoll",
            "organ: organ/kommunstyrelsen",
            f"beslut: beslut/exempel-{met}",
            f'sammanträde: "{met}"',
            f'justerat: "{announced - timedelta(days=1)}"',
            f'tillkännagivet: "{announced}"',
            "förvaras: Kommunkansliet",
            "överklagas_till: Förvaltningsrätten i Stockholm",
        ),
    }


def _record(
    name: str, until: date, title: str, summary: str, published: str, *lines: str, text: str = ""
) -> str:
    head = [
        f"id: {uuid5(NAMESPACE_URL, f'medborgarfokus:exempel/{name}')}",
        f'titel: "{title}"',
        f'ingress: "{summary}"',
        "status: publicerad",
        f'publicerad: "{published}"',
        f'avpubliceras: "{until}"',
        "exempel: ja",
        "ansvarig: kontakter/kommunkansliet",
        *lines,
    ]
    return "\n".join(["---", *head, "---", text, ""])


def _day(value: date) -> str:
    return babel.dates.format_date(value, "d MMMM y", locale="sv")
