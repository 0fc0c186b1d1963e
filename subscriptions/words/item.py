"""Messages show an item as text without control characters, with links http(s) only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from delivery.links import web_link
from delivery.plain_text import one_line, text
from subscriptions.words.swedish import sentence

CHANGED = "Ändrat:"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
SEVERITIES = {"Extreme": "Extremt allvarlig", "Severe": "Allvarlig", "Moderate": "Måttlig", "Minor": "Liten"}


@dataclass(frozen=True, slots=True)
class Item:
    """What a message is about. ``kind`` is CAP's message type (Alert, Update, Cancel), empty for news."""

    id: int
    title: str
    summary: str
    link: str
    labels: tuple[str, ...]
    published: datetime | None  # of a change: when it was changed
    sms: str = ""
    note: str = ""  # what was changed, a sentence; empty for what is new
    kind: str = ""
    severity: str = ""  # in Swedish
    area: str = ""
    instruction: str = ""
    all_clear: bool = False
    expires: datetime | None = None  # as the alert itself says, not how long we try

    @property
    def is_end(self) -> bool:
        """True for the word that something is over (CAP 1.2: Cancel, or the response type AllClear)."""
        return self.kind == "Cancel" or self.all_clear

    @property
    def headline(self) -> str:
        """The title where nothing else says that something is over."""
        return f"Över: {self.title}" if self.is_end else self.title

    @property
    def heading(self) -> str:
        """The name of its first topic."""
        return self.labels[0] if self.labels else "Övrigt"


def item_from_row(row: Any, public_url: str) -> Item:
    """From a row of ``items``; what feeds say is not trusted here either."""
    alert = row.alert or {}
    note, summary = change_note(text(row.summary))
    return Item(
        id=row.id,
        title=one_line(row.title) or "Utan rubrik",
        summary=summary,
        link=web_link(row.link) or f"{public_url}/",
        labels=tuple(label for label in (one_line(str(each)) for each in row.labels or ()) if label),
        published=(row.revision if note else row.published_at) or row.seen_at,
        sms=text(row.sms),
        note=note,
        kind=str(alert.get("message_type") or ("Alert" if alert else "")),
        severity=SEVERITIES.get(str(alert.get("severity", "")), ""),
        area=one_line(str(alert.get("area") or "")),
        instruction=text(str(alert.get("instruction") or "")),
        all_clear=bool(alert.get("all_clear")),
        expires=_end(row.expires_at) if alert.get("expires") else None,
    )


def how_many(items: Sequence[Item]) -> str:
    """ "3 nya texter", "En ändring", "2 nya texter och en ändring": what is changed is not new."""
    changed = sum(bool(item.note) for item in items)
    new = len(items) - changed
    kinds = ((new, "en ny text", "nya texter"), (changed, "en ändring", "ändringar"))
    counted = [f"{count} {several}" if count > 1 else single for count, single, several in kinds if count]
    words = " och ".join(counted)
    return words[:1].upper() + words[1:]


def change_note(summary: str) -> tuple[str, str]:
    """What a feed's entry says was changed, and the text after it.

    The site's feeds, and many others, tell a change in a first paragraph that begins with "Ändrat:".
    """
    first, _, rest = summary.partition("\n")
    if not first.startswith(CHANGED):
        return "", summary
    return sentence(one_line(first.removeprefix(CHANGED))), rest.strip()


def _end(moment: datetime | None) -> datetime | None:
    """None for the year 9999, which means "no end" and is no date in every time zone."""
    return moment if moment and moment.year < MAXYEAR else None


def swedish_day(moment: datetime) -> str:
    """24 november 2026, Swedish time."""
    return swedish_date(moment.astimezone(STOCKHOLM).date())


def swedish_date(day: date) -> str:
    """24 november 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def swedish_moment(moment: datetime) -> str:
    """24 november 2026 kl. 09.05, Swedish time."""
    return f"{swedish_day(moment)} kl. {moment.astimezone(STOCKHOLM):%H.%M}"
