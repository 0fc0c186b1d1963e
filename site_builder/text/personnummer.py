"""Swedish personal identity numbers, found by shape, calendar and Luhn check digit (SKV 704 and 707)."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

_GAPS = " \u00a0\u2009\u202f"
_DASHES = "‐‑‒–—−"

_SHAPE = re.compile(
    r"(?<!\d)(?<!\d[-/])"  # neither inside another number nor after one: 2012/811228-9874 is a case number
    r"(?P<century>18|19|20)?(?P<year>\d\d)(?P<gap>[-./ \u00a0]?)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)"
    rf"(?P<sign>[{_GAPS}]?[-+{_DASHES}][{_GAPS}]?|[{_GAPS}]?)(?P<last>\d{{4}})"
    r"(?!\d|-\d)"  # nor before one: the beginning of a UUID
)
_ANY = re.compile(r"\d\d[-./ \u00a0]?\d\d[-./ \u00a0]?\d\d\D{0,3}\d{4}")
"""Whatever has the shape has this in it. Six times as quick to look for, and few texts have it."""
_TEN = re.compile(r"(?:\d\D*+){10}")
"""So many digits a number has, and as HTML no fewer."""
_MOBILE = re.compile(r"07[02369]")
_LABEL = re.compile(r"p(erson)?-?(nr|num)|samordning|född|identit", re.IGNORECASE)
_CLOCK = re.compile(r"([01]\d|2[0-3])[0-5]\d")
_INLINE = re.compile(
    r"</?(?:a|strong|em|code|b|i|u|s|del|ins|mark|span|abbr|sub|sup|small)\b[^>]*>|<wbr[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")


def luhn(digits: str) -> bool:
    """True when the last of ten digits checks the nine before it (SKV 704)."""
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def find(text: str) -> Iterator[int]:
    """Where in `text` a personnummer, or a samordningsnummer (day + 60), stands."""
    places: Sequence[int] = range(len(text))
    if not text.replace("\n", "").isprintable() and any(map(_is_unseen, set(text))):
        places = [place for place, sign in enumerate(text) if not _is_unseen(sign)]
        text = "".join(text[place] for place in places)
    if not _ANY.search(text):
        return
    for match in _SHAPE.finditer(text):
        if _is_day(match) and luhn("".join(match.group("year", "month", "day", "last"))):
            if match["gap"] and _is_date_and_more(match):
                continue
            if not match["gap"] and not match["sign"] and _is_other_number(match):
                continue
            yield places[match.start()]


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf"


def find_like(text: str) -> Iterator[int]:
    """Where something stands that is one but for its check digit: mistyped, or a number of another kind."""
    if not _ANY.search(text):
        return
    for match in _SHAPE.finditer(text):
        digits = "".join(match.group("year", "month", "day", "last"))
        marked = match["sign"].strip(_GAPS) or match["century"]
        if (
            marked
            and not match["gap"]
            and _is_day(match)
            and not luhn(digits)
            and not _is_other_number(match)
        ):
            yield match.start()


def is_shown(rendered: str) -> bool:
    """Whether a number stands in what a reader sees of some HTML, however it was written there."""
    if not _TEN.search(rendered):
        return False
    shown = html.unescape(_TAG.sub("\n", _INLINE.sub("", rendered)))
    return next(find(shown), None) is not None


def _is_day(match: re.Match[str]) -> bool:
    month, day = int(match["month"]), int(match["day"])
    if day >= 60:  # a samordningsnummer, whose month and day need not be known, nor be in the calendar
        return month <= 12 and day <= 91
    centuries = [match["century"]] if match["century"] else ["19", "20"]
    return any(_exists(int(century + match["year"]), month, day) for century in centuries)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _is_date_and_more(match: re.Match[str]) -> bool:
    """A date and a year or a time: `2012-04-24 2013`, `2026-11-04 0045`. `81.12.289874` is nothing."""
    dashed = match["sign"].strip(_GAPS)
    last = match["last"]
    return not match["sign"] or (not dashed and (last[:2] in ("19", "20") or bool(_CLOCK.fullmatch(last))))


def _is_other_number(match: re.Match[str]) -> bool:
    """Part of a word such as a UUID's, or a mobile phone's number, unless it is said to be somebody's own."""
    text, start, end = match.string, match.start(), match.end()
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
        return True
    before = text[max(0, start - 20) : start].rpartition("\n")[2]
    return bool(not match["century"] and _MOBILE.match(match[0]) and not _LABEL.search(before))
