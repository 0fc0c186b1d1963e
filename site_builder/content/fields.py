"""A field holds one of these kinds of value: each turns the editor's string into a checked value.

Failures are `PydanticCustomError`s whose type is the problem's code and whose text is for the editor.
"""

import re
from datetime import date, datetime, time
from typing import Annotated, Any, NoReturn
from unicodedata import normalize
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, PlainSerializer
from pydantic_core import PydanticCustomError

from site_builder.content import invisible

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_FUZZY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?|odaterad(, (före|från) \d{4})?")
_PHONE = re.compile(r"\+?\d[\d \-]{1,18}\d")
_EMAIL = re.compile(r"[^@\s<>,;\"]+@[a-z0-9åäö-]+(\.[a-z0-9åäö-]+)+", re.IGNORECASE)


def fail(code: str, message: str) -> NoReturn:
    """Refuse a value: `code` becomes the problem's code, `message` is shown to the editor."""
    raise PydanticCustomError(code, "{message}", {"message": message})


def _text(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        fail("not-text", "Här ska det stå en text, inte en lista eller flera fält.")
    return value


def _one_line(value: str) -> str:
    """A text that YAML has read over several lines, in one."""
    return " ".join(value.split()) if "\n" in value else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, (str, dict)) else value


def _day(value: str) -> date:
    """A day that a municipality may mean, so that weeks and years can be added to it; raises ValueError."""
    if not re.fullmatch(r"(1[89]|2[01])\d{2}-\d{2}-\d{2}", value):
        raise ValueError
    return date.fromisoformat(value)


def _date(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return _day(value)
    except ValueError:
        fail("invalid-date", f"”{value}” är inget datum. Skriv år-månad-dag, till exempel 2026-05-29.")


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    day, _, clock = value.replace("T", " ").partition(" ")
    try:
        if clock and not re.fullmatch(r"\d{2}:\d{2}(:\d{2})?", clock):
            raise ValueError
        return datetime.combine(_day(day), time.fromisoformat(clock) if clock else time(), tzinfo=STOCKHOLM)
    except ValueError:
        fail(
            "invalid-moment",
            f"”{value}” är ingen tidpunkt. Skriv till exempel 2026-05-29 08:00 eller bara 2026-05-29.",
        )


def _fuzzy_date(value: str) -> str:
    if not _FUZZY.fullmatch(value):
        fail(
            "invalid-date",
            f"”{value}” är inget datum. Skriv år, år-månad, år-månad-dag eller ”odaterad, före 2018”.",
        )
    if value[0].isdigit():
        year, *rest = (int(part) for part in value.split("-"))
        try:
            date(year, *[*rest, 1, 1][:2])
        except ValueError:
            fail("invalid-date", f"”{value}” finns inte i kalendern.")
    return value


def _yes_no(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    known = {"ja": True, "true": True, "nej": False, "false": False}
    if isinstance(value, str) and value.lower() in known:
        return known[value.lower()]
    fail("invalid-boolean", f"”{value}” ska vara ja eller nej.")


def _number(value: Any) -> Any:
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and re.fullmatch(
        r"\d+([.,]\d+)?", value.replace(" ", "").replace("\u00a0", "")
    ):
        plain = value.replace(" ", "").replace("\u00a0", "").replace(",", ".")
        return float(plain) if "." in plain else int(plain)
    fail("invalid-number", f"”{value}” är inget tal. Skriv bara siffror, till exempel 1200.")


def _amount(value: Any) -> Any:
    """A sum of money; `1.200` may be meant for either of two."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,3}([.,]\d{3})+", value):
        digits = re.sub(r"\D", "", value)
        message = (
            f"”{value}” kan läsas på två sätt. Skriv {digits}, utan punkt och komma; ören har två siffror."
        )
        fail("invalid-number", message)
    return _number(value)


def _whole(value: Any) -> Any:
    number = _number(value)
    if not isinstance(number, int):
        fail("invalid-number", f"”{value}” är inget heltal.")
    return number


def _paragraph(value: Any) -> Any:
    """The number of a paragraph, with a letter where it has one: `71 a`."""
    found = re.fullmatch(r"§?\s*(\d{1,4})\s*([a-zåäö]?)", str(value).strip().lower())
    if found is None:
        fail("invalid-number", f"”{value}” är ingen paragraf. Skriv till exempel 71 eller 71 a.")
    return f"{int(found[1])} {found[2]}" if found[2] else int(found[1])


def _no_invisible(value: str) -> None:
    """Addresses and numbers go into links and cards, which a sign that does not show leads astray."""
    sign = invisible.first(value)
    if sign:
        fail(
            "invisible-character", f"”{value}” innehåller ett tecken som inte syns ({invisible.name(sign)})."
        )


def _phone(value: str) -> str:
    _no_invisible(value)
    digits = re.sub(r"\D", "", value)
    if (
        not _PHONE.fullmatch(value)
        or not 3 <= len(digits) <= 15
        or (len(digits) > 6 and value[0] not in "0+")
    ):
        fail(
            "invalid-phone",
            f"”{value}” är inget telefonnummer. Skriv med riktnummer, till exempel 08-578 291 00; "
            "annan text hör hemma i ett annat fält.",
        )
    return value


def _email(value: str) -> str:
    _no_invisible(value)
    if not _EMAIL.fullmatch(value):
        fail("invalid-email", f"”{value}” är ingen e-postadress.")
    return value


def _url(value: str) -> str:
    _no_invisible(value)
    if value.startswith("/") and not value.startswith("//"):
        return value
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", value)
    except ValueError:
        good = False
    if not good:
        fail(
            "invalid-url",
            f"”{value}” är ingen webbadress. Den ska börja med https:// eller, inom webbplatsen, med /.",
        )
    return value


_NO_ADDRESS = re.compile(r"[<>\"'\\`{}|^*$;%\x00-\x1f\x7f]")
"""Signs that no web server's table of redirects should have to hold."""


def _old_address(value: str) -> str:
    """As one reads it, blanks and å too, with a slash at the end, as every address of the site."""
    _no_invisible(value)
    try:
        value = normalize("NFC", unquote(value, errors="strict"))
    except UnicodeDecodeError:
        message = f"”{value}” har tecken i en kod som inte går att läsa. Skriv dem som de är: %C3%A5 är å."
        fail("invalid-address", message)
    if not value.startswith("/") or value.startswith("//") or ".." in value or _NO_ADDRESS.search(value):
        fail(
            "invalid-address",
            f"”{value}” är ingen gammal adress. Den ska börja med /, till exempel /boende/sopor/.",
        )
    if "?" in value or "#" in value:
        bare = re.split(r"[?#]", value)[0]
        fail("invalid-address", f"Det som står efter ? och # kan inte leda om. Skriv bara {bare}.")
    return value.strip().rstrip("/") + "/"


def canonical_dnr(value: str) -> str:
    """One spelling for one case: `2012/KS 0171`, `2012 KS 0171 003` and `2012-KS-0171` all begin alike.

    Returns `2012/KS 0171 003`: year, slash, register, running number and class, single spaces.
    Other shapes (`06/KS 008 041`, `0158/11-013`) keep their own order.
    """
    tidy = " ".join(value.replace("\u00a0", " ").split())
    match = re.fullmatch(r"(\d{4}|\d{2})[/ \-]\s*([A-ZÅÄÖ]{2,5})[ \-]?(\d.*)", tidy)
    return f"{match[1]}/{match[2]} {match[3].replace('-', ' ')}" if match else tidy


def _iso(value: date) -> str:
    return value.isoformat()


class Ref:
    """Marks a text as a reference: slug, `folder/slug` or UUID of a record of one of these types.

    Without types it is one of the record's own.
    """

    def __init__(self, *types: str, loose: bool = False) -> None:
        self.types = types
        self.loose = loose
        """True where the text may also be something else, such as a number or a web address."""


ANY = ("*",)
"""For a reference to a record of whatever type."""


class Vocabulary:
    """Marks a text as a term of a vocabulary: `topics`, `areas` or `audiences`."""

    def __init__(self, name: str) -> None:
        self.name = name


class Markdown:
    """Marks a text as Markdown: rendered once when the file is read."""


Text = Annotated[str, BeforeValidator(_text)]
Line = Annotated[Text, AfterValidator(_one_line)]
Md = Annotated[str, BeforeValidator(_text), Markdown()]
LocalDate = Annotated[date, BeforeValidator(_date), PlainSerializer(_iso, when_used="json")]
Moment = Annotated[datetime, BeforeValidator(_moment)]
FuzzyDate = Annotated[str, BeforeValidator(_text), AfterValidator(_fuzzy_date)]
YesNo = Annotated[bool, BeforeValidator(_yes_no)]
Number = Annotated[int | float, BeforeValidator(_number)]
Amount = Annotated[int | float, BeforeValidator(_amount)]
Whole = Annotated[int, BeforeValidator(_whole)]
Paragraph = Annotated[int | str, BeforeValidator(_paragraph)]
Phone = Annotated[str, BeforeValidator(_text), AfterValidator(_phone)]
Email = Annotated[str, BeforeValidator(_text), AfterValidator(_email)]
Url = Annotated[str, BeforeValidator(_text), AfterValidator(_url)]
OldAddress = Annotated[str, BeforeValidator(_text), AfterValidator(_old_address)]
Dnr = Annotated[str, BeforeValidator(_text), AfterValidator(canonical_dnr)]

Texts = Annotated[list[Text], BeforeValidator(_as_list)]
Mds = Annotated[list[Md], BeforeValidator(_as_list)]
