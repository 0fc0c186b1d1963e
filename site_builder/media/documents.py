"""What a citizen meets in a PDF is told here: does it open, can it be read aloud, whose name does it hold."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

from site_builder.text import personnummer

if TYPE_CHECKING:
    from pypdf import PdfReader

PAGES_READ = 200
"""So many pages are searched for identity numbers: each takes some hundredths of a second."""
_MADE_UP = re.compile(
    r"(?:untitled|namnlös|(?:dokument|document|presentation|bok|book|slide)\s?\d*|microsoft \w+ - .*"
    r"|.*\.(?:docx?|pptx?|xlsx?|indd|odt|pdf|rtf|dwg))?",
    re.IGNORECASE,
)
"""Titles that programs make up: no title at all."""
_PROGRAMS = re.compile(
    r"|.*\b(?:user|användare|admin|administrator|windows|kommun|adobe|scanner|canon|ricoh|xerox|konica|python-docx)\b.*"
    r"|[\w.-]{0,3}",
    re.IGNORECASE,
)
"""Authors that are nobody."""


class Fault(NamedTuple):
    """One thing to tell of a PDF."""

    code: str
    message: str
    hint: str


def faults(name: str, data: bytes) -> Iterator[Fault]:
    """Tell everything that is wrong with a PDF, in Swedish; `name` is its file's."""
    import logging

    from pypdf import PdfReader  # 0.1 s: only where there is a document to read

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends by itself need not be known
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            message = f"{name} kan inte öppnas utan lösenord."
            yield Fault("pdf-locked", message, "Spara den utan lösenord, eller ta bort den.")
            return
        pages = reader.get_num_pages()
        if not pages:
            raise ValueError("no pages")
        found = [*_access(name, reader), *_author(name, reader), *_texts(name, reader, pages)]
    except MemoryError:
        raise
    except Exception:  # pypdf raises more than it says, for what is no PDF or half of one
        message = (
            f"{name} går inte att läsa som PDF: den kan vara avbruten, eller något annat än namnet säger."
        )
        yield Fault("pdf-broken", message, "Öppna filen och se efter, och spara den som PDF på nytt.")
        return
    yield from found


def _access(name: str, reader: "PdfReader") -> Iterator[Fault]:
    """What hinders who has it read aloud (WCAG 1.3.1, 2.4.2, 3.1.1; PDF/UA)."""
    root: Any = reader.root_object
    marks: Any = root.get("/MarkInfo")
    marks = marks.get_object() if marks is not None else {}
    missing = []
    if "/StructTreeRoot" not in root or not marks.get("/Marked"):
        missing.append("taggar (rubriker, listor och läsordning)")
    if _MADE_UP.fullmatch(_title(reader)):
        missing.append("titel")
    if not str(root.get("/Lang") or "").strip():
        missing.append("språk")
    if missing:
        listed = " och ".join(filter(None, (", ".join(missing[:-1]), missing[-1])))
        message = f"{name} saknar {listed}, så att den är svår att få uppläst."
        hint = (
            "Skriv hellre texten på en sida. Annars: använd rubrikformat, fyll i titel och språk i "
            "dokumentets egenskaper, och spara som PDF med taggar (”Dokumentstrukturtaggar för hjälpmedel”)."
        )
        yield Fault("pdf-not-accessible", message, hint)


def _title(reader: "PdfReader") -> str:
    """As its readers show it: in XMP, or in the older way."""
    info: Any = reader.metadata or {}
    found = str(info.get("/Title") or "").strip()
    if found:
        return found
    try:
        titles = (reader.xmp_metadata.dc_title if reader.xmp_metadata else None) or {}
    except Exception:  # XMP of any program's making
        return ""
    return next((str(title).strip() for title in titles.values() if title), "")


def _author(name: str, reader: "PdfReader") -> Iterator[Fault]:
    info: Any = reader.metadata or {}
    author = " ".join(str(info.get("/Author") or "").split())
    if not _PROGRAMS.fullmatch(author):
        message = f"Egenskaperna i {name} nämner en författare, ”{author[:60]}”, som alla kan läsa."
        hint = "Ska namnet inte stå där: ta bort det i dokumentets egenskaper, och spara som PDF på nytt."
        yield Fault("pdf-author", message, hint)


def _texts(name: str, reader: "PdfReader", pages: int) -> Iterator[Fault]:
    """What stands on the pages: identity numbers, nothing but pictures of text, or what cannot be read."""
    info: Any = reader.metadata or {}
    unread, texts = [], []
    places = ["egenskaperna"] if any(map(_has_number, info.values())) else []
    for number in range(min(pages, PAGES_READ)):
        try:
            texts.append(reader.pages[number].extract_text())
        except MemoryError:
            raise
        except Exception:  # told below; one page that cannot be read hides no other
            unread.append(f"sidan {number + 1}")
            continue
        if _has_number(texts[-1]):
            places.append(f"sidan {number + 1}")
    if unread:
        message = f"I {name} finns sidor som inte går att läsa ({_some(unread)})."
        yield Fault("pdf-broken", message, "Öppna filen och se efter, och spara den som PDF på nytt.")
    if texts and not any(text.strip() for text in texts):
        message = (
            f"{name} innehåller ingen text, bara bilder: den är nog inskannad, och går inte att få uppläst."
        )
        hint = "Skriv texten på en sida, eller låt ett program känna igen texten (OCR) och sätt taggar."
        yield Fault("pdf-scanned", message, hint)
    if places:
        message = f"I {name} står ett personnummer ({_some(places)})."
        hint = "Ta bort filen genast. Ska den tillbaka: stryk numret så att det är borta, inte bara täckt."
        yield Fault("pdf-personnummer", message, hint)


def _has_number(text: object) -> bool:
    return next(personnummer.find(str(text)), None) is not None


def _some(places: list[str]) -> str:
    return ", ".join(places[:5]) + (" med flera" if len(places) > 5 else "")
