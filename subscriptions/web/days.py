"""This module reads days as people write them in a form."""

import calendar
import re
import unicodedata
from datetime import date

from subscriptions.words.item import MONTHS

DAYS = ("mån", "tis", "ons", "tors", "tor", "fre", "lör", "sön")
WRITTEN = re.compile(r"(\d{1,2})(?::?[ae])? ([a-zåäö]{3,9})\.?(?: (\d{4}))?")
IN_FIGURES = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./ -](\d{4}))?\.?")


def read_day(typed: str, today: date) -> date | None:
    """The day that was typed: ``14 december``, ``mån 14 dec. 2026``, ``14/12``, ``2026-12-14``, or None.

    Without a year it is the next such day, today counted.
    """
    shown = "".join(" " if unicodedata.category(sign) == "Cf" else sign for sign in typed)
    text = " ".join(unicodedata.normalize("NFKC", shown).casefold().replace(",", " ").split())
    text = re.sub(rf"^(?:på )?(?:(?:{'|'.join(DAYS)})[a-z]*\.? )?(?:den )?", "", text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    if found := WRITTEN.fullmatch(text):
        months = [number for number, name in enumerate(MONTHS, 1) if name.startswith(found[2])]
        # "sept" and other beginnings are clear; "ma" would be two.
        return _next(int(found[1]), months[0], found[3], today) if len(months) == 1 else None
    if found := IN_FIGURES.fullmatch(text):
        return _next(int(found[1]), int(found[2]), found[3], today)
    return None


def _next(day: int, month: int, year: str | None, today: date) -> date | None:
    for candidate in (int(year),) if year else (today.year, today.year + 1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def month_later(day: date) -> date:
    """The same day of the next month, or its last where it has none."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
