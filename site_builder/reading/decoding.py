"""From a file's bytes to the text as it should have been saved; what was otherwise is told."""

import re
import unicodedata

from site_builder.problems import Problem, error

MAX_BYTES = 1_000_000
"""A text file larger than this is a mistake (a pasted picture, a log), not a record."""

CONTROL = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ufffe\\uffff]"
)
"""Signs that no page, feed or XML may hold, that end lines unseen, or that turn the text's direction."""

_OTHER_FILES = {
    b"PK\x03\x04": "en Word-fil, ett annat kontorsdokument eller ett zip-arkiv",
    b"\xd0\xcf\x11\xe0": "ett gammalt Word-dokument eller ett annat kontorsdokument",
    b"{\\rtf": "ett dokument i formatet RTF",
    b"%PDF-": "en PDF",
    b"<!DOCTYPE html": "en webbsida (HTML)",
    b"<!doctype html": "en webbsida (HTML)",
    b"<html": "en webbsida (HTML)",
    b"\x89PNG": "en bild",
    b"\xff\xd8\xff": "en bild",
}
"""How files begin that have only been given another name."""

_FIX = "`site-builder check --fix` gör det åt dig."


class UnreadableError(Exception):
    """Nothing can be read; the problems say why."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems


def decode(file: str, raw: bytes, problems: list[Problem]) -> str:
    """The text as it should have been saved; what was otherwise is added to `problems`."""
    if not raw.strip():
        raise UnreadableError(
            error("empty-file", file, 0, "", "Filen är tom.", "Fyll i den eller ta bort den.")
        )
    if len(raw) > MAX_BYTES:
        message = f"Filen är {len(raw) / 1_000_000:.1f} MB; en textfil får vara högst 1 MB."
        hint = "Lägg bilder och bilagor som egna filer i filer/."
        raise UnreadableError(error("file-too-large", file, 0, "", message, hint))
    kind = next((kind for begin, kind in _OTHER_FILES.items() if raw.lstrip().startswith(begin)), "")
    if kind:
        message = f"Det här är {kind}, trots att namnet slutar på .md."
        hint = 'Kopiera texten därifrån till ett nytt utkast: `site-builder new TYP "Titel"`.'
        raise UnreadableError(error("not-a-text-file", file, 0, "", message, hint))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as failure:
        line = raw[: failure.start].count(b"\n") + 1
        message, hint = "Filen är inte sparad som UTF-8.", "Spara om filen med teckenkodningen UTF-8."
        raise UnreadableError(error("not-utf-8", file, line, "", message, hint)) from None
    if text.startswith("\ufeff"):
        message = "Filen börjar med ett osynligt tecken (BOM)."
        problems.append(error("byte-order-mark", file, 1, "", message, f"Spara som UTF-8 utan BOM. {_FIX}"))
        text = text[1:]
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        message = "Filen har Windows radslut (CRLF)."
        hint = f"Välj radslut LF i textredigeraren och spara om. {_FIX}"
        problems.append(error("crlf", file, line, "", message, hint))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not unicodedata.is_normalized("NFC", text):
        text = _composed(file, text, problems)
    sign = None if text.replace("\n", " ").isprintable() else CONTROL.search(text)
    if sign:
        line = text[: sign.start()].count("\n") + 1
        message = f"Här står ett osynligt tecken ({code_point(sign[0])}), ofta från en inklistrad text."
        hint = "Ta bort det, eller skriv om raden för hand."
        problems.append(error("control-character", file, line, "", message, hint))
        text = CONTROL.sub("", text)
    return text


def _composed(file: str, text: str, problems: list[Problem]) -> str:
    composed = unicodedata.normalize("NFC", text)
    lines = zip(text.split("\n"), composed.split("\n"), strict=False)
    line = next((number for number, (old, new) in enumerate(lines, start=1) if old != new), 1)
    message = "Bokstäver som å, ä och ö är sparade i två delar, så de hittas inte i sökningar."
    problems.append(error("decomposed-letters", file, line, "", message, _FIX))
    return composed


def code_point(sign: str) -> str:
    """`U+200B`: what a sign that does not show is called."""
    return f"U+{ord(sign):04X}"
