"""Swedish personal identity numbers, found by shape, calendar and Luhn check digit (SKV 704 and 707)."""

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

_GAPS = " \t\u00a0\u2009\u202f"
_DASHES = "\\-‐‑‒–—―−⁃﹣－"
_POINTS = "./:_~*=·•"
"""What stands between the parts now and then, without a blank: `.` and a blank ends a sentence."""

_SHAPE = re.compile(
    r"(?<!\d)(?<!\d[-/])"  # neither inside another number nor after one: 2012/811228-9874 is a case number
    rf"(?P<century>18|19|20)?(?P<year>\d\d)(?P<gap>[/. \u00a0{_DASHES}]?)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)"
    rf"(?P<sign>[{_GAPS}]?[+{_DASHES}]{{1,3}}[{_GAPS}]?|[{_POINTS}]|[{_GAPS}]{{0,2}})(?P<last>\d{{4}})"
    r"(?!\d|-[0-9a-f]{4}-)",  # nor before one: the beginning of a UUID
    re.IGNORECASE,
)
_ANY = re.compile(rf"\d\d[/. \u00a0{_DASHES}]?\d\d[/. \u00a0{_DASHES}]?\d\d\D{{0,5}}\d{{4}}")
"""Whatever has the shape has this in it. Six times as quick to look for, and few texts have it."""
_PHONE = re.compile(r"07[02369]|010")
_PHONE_LABEL = re.compile(r"tel|mob|växel|fax|ring|sms|\+46|0046", re.IGNORECASE)
_OCR = re.compile(r"\bocr", re.IGNORECASE)
_TEN = re.compile(r"(?:\d\D*+){10}")
"""So many digits a number has, and as HTML no fewer."""
_LABEL = re.compile(r"p(erson)?-?(nr|num)|samordning|född|identit", re.IGNORECASE)
_CLOCK = re.compile(r"([01]\d|2[0-3])[0-5]\d")
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|dd|details|div|dl|dt|fig(?:ure|caption)|h[1-6r]|img|li"
    r"|main|nav|ol|p|pre|section|summary|svg|table|tbody|td|tfoot|th|thead|tr|ul)\b[^>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


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
        if (
            _is_day(match)
            and luhn("".join(match.group("year", "month", "day", "last")))
            and not _is_date_and_more(match)
            and not _is_moment(match)
            and (match["gap"] or match["sign"] or not _is_other_number(match))
        ):
            yield places[match.start()]


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf"


def find_like(text: str) -> Iterator[int]:
    """Where something stands that is one but for its check digit, or one or a moment such as `202611040045`.

    It may be mistyped, or a number of another kind.
    """
    if not _ANY.search(text):
        return
    for match in _SHAPE.finditer(text):
        digits = "".join(match.group("year", "month", "day", "last"))
        marked = match["sign"].strip(_GAPS) or match["century"]
        if (
            marked
            and not match["gap"]
            and _is_day(match)
            and luhn(digits) == _is_moment(match)
            and not _is_other_number(match)
        ):
            yield match.start()


def is_shown(rendered: str) -> bool:
    """Whether a number stands in what a reader sees of some HTML, however it was written there."""
    if not _TEN.search(rendered):
        return False
    flat = rendered.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    flat = re.sub(" +", " ", flat) if "  " in flat else flat
    shown = html.unescape(_TAG.sub("", _BLOCK.sub("\n", flat)))
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
    """A date and a year: `2012-04-24 2013`. `81.12.289874` is nothing."""
    is_year = not match["sign"].strip(_GAPS) and match["last"][:2] in ("19", "20")
    return bool(match["gap"]) and (not match["sign"] or is_year)


def _is_moment(match: re.Match[str]) -> bool:
    """A date and a time: `2026-11-04 0045`, `202611040045`, unless it is said to be somebody's own.

    In one row only of the days that a site tells of: its children's numbers are warned about (`find_like`).
    """
    if re.search(f"[+{_DASHES}]", match["sign"]) or not _CLOCK.fullmatch(match["last"]):
        return False
    ours = match["century"] == "20" and match["year"] >= "15"
    return bool(match["gap"] or ours) and not _LABEL.search(_before(match))


def _is_other_number(match: re.Match[str]) -> bool:
    """Part of a word such as a UUID's, a phone's number or an OCR, unless it is said to be somebody's own."""
    before = _before(match)
    if _LABEL.search(before):
        return False
    text, start, end = match.string, match.start(), match.end()
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
        return True
    called = match[0].startswith("0") and _PHONE_LABEL.search(before)
    return bool(not match["century"] and (_PHONE.match(match[0]) or called or _OCR.search(before)))


def _before(match: re.Match[str]) -> str:
    """The words before the number in its line, such as a label."""
    return match.string[max(0, match.start() - 20) : match.start()].rpartition("\n")[2]
