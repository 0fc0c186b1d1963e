"""What other programs write for headings, lists, notes and signs is shown as it stands: it is told here."""

import re
from collections.abc import Sequence
from typing import NamedTuple


class Finding(NamedTuple):
    """The first row of a block that does not come out as it was meant."""

    row: int
    message: str
    hint: str


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    rows: int
    """On so many rows of a block it must be; on fewer it may be common text."""
    message: str
    hint: str


_LIST = "Skriv `- ` först på varje rad, och lämna en tom rad före listan."
_NUMBERED = "Skriv `1. ` först på varje rad, och lämna en tom rad före listan."
_AS_LIST = "Raden ser ut som en lista, men blir löpande text"
_HEADING = "Rubriken visas som den är skriven"
_LEADS = "Skriv `## ` före rubriken."
_BOLD = "Skriv `**fet**` eller `*kursiv*`."
_TABLE = "Skriv en tabell: `| A | B |`, under den `| --- | --- |`, och sedan en rad för varje."
_SIGN = "Tecknen visas som de är skrivna"
_INVISIBLE = "[\u200b\u200c\u200d\u2060\ufeff\u00ad]"
_RULES = tuple(
    _Rule(re.compile(pattern, re.IGNORECASE), rows, message, hint)
    for pattern, rows, message, hint in (
        (r"^ {0,3}(?:[→»⇒♦♣♠✦✧✅✔❌❗➔➜]\ufe0f?|[-=]>|--)\s*\S", 2, _AS_LIST, _LIST),
        (r"^ {0,3}[ivx]{1,5}\. \S", 2, _AS_LIST, _NUMBERED),
        (r"^ {0,12}\(?[a-h][.)] \S", 2, _AS_LIST, _NUMBERED),
        (r"^ {0,3}\d{1,2}(?::| -| –) \S", 2, _AS_LIST, _NUMBERED),
        (
            r"^ {0,3}(?:\d{1,2}\\[.)]|\\[-*+•]) \S",
            2,
            _AS_LIST,
            _NUMBERED.replace("`1. `", "`- ` eller `1. `"),
        ),
        (
            rf"^{_INVISIBLE}+ *(?:[-*+#|>]|\d+\.)",
            1,
            "Ett tecken som inte syns står först på raden",
            "Skriv om radens början för hand.",
        ),
        (r"\S\s[•●▪■]\s.*\S\s[•●▪■]\s", 1, "Punkterna står efter varandra på en rad", _LIST),
        (r":\s+[-–]\s\S.*\S\s[-–]\s\S.*\S\s[-–]\s\S", 1, "Strecken står efter varandra på en rad", _LIST),
        (r"^ {0,3}(={1,6}) ?\w.*\S ?\1\s*$", 1, _HEADING, _LEADS),
        (r"^ {0,3}h[1-6]\. \S", 1, _HEADING, _LEADS),
        (
            r"\[/?(?:b|i|u|s|url|img|quote|size|color|list|code|center)(?:=[^\]]{0,200})?\](?!\()",
            1,
            _SIGN,
            _BOLD,
        ),
        (r"(?<!')'{3}(?!')\w[^']{0,200}'{3}(?!')", 1, _SIGN, _BOLD),
        (r"(?<![\w~/])~[^\W\d][^~]{0,200}~(?![\w~])", 1, _SIGN, "Ta bort det som inte gäller."),
        (
            r"(?<![\w:/.]):[a-z][a-z_+-]*[a-z0-9]:(?![\w/:])",
            1,
            "Tecknets namn visas, inte tecknet",
            "Skriv med ord.",
        ),
        (
            r"^\s*(?:> ?)*\[!(?:note|tip|important|warning|caution|info|obs)\]",
            1,
            "Rutan visas som den är skriven",
            "Skriv en rubrik och vanlig text.",
        ),
        (r"^\s*(?::::+|\+\+\+)\s*$", 1, _SIGN, "Ta bort raden."),
        (
            r"\[@[\w:-][^\]]{0,200}\]",
            1,
            "Källhänvisningen visas som den är skriven",
            "Skriv källan i texten.",
        ),
        (r"(?<!\w)! \[[^\]]+\]\(/", 1, "Bilden visas som en länk", "Ta bort mellanslaget mellan ! och [."),
        (r"^ {0,3}\[\d{1,3}\] \S", 1, "Fotnoten visas som den är skriven", "Skriv förklaringen i texten."),
        (r"^\*\[[^\]]+\]: ", 1, "Förkortningen visas som den är skriven", "Skriv ut den i texten."),
        (
            r"\w\^\w{1,3}\^|\b(?:[kcmd]?m)\^[23]\b|[A-Z]~\d{1,2}~",
            1,
            "Upphöjt och nedsänkt visas som det är skrivet",
            "Skriv till exempel m² eller CO₂.",
        ),
        (r"</?(?:[ovwm]:\w+|xml|st1:\w+)\b[^>]{0,200}>", 1, "Koder från Word visas som text", "Ta bort dem."),
        (
            r"\]\([^()\s]+\s+[”“»][^()]{0,200}\)",
            1,
            "Länkens titel har fel citattecken, och blir en del av adressen",
            'Skriv raka: ".',
        ),
        (
            r"^(?! {4})\S.*?\S {3,}\S",
            3,
            "Mellanslagen ser ut som en tabell, men blir löpande text",
            _TABLE,
        ),
        (r"^[^;]+;[^;]*;", 3, "Raderna ser ut som en tabell, men blir löpande text", _TABLE),
    )
)
_MAY = re.compile("|".join(re.sub(r"\\1", r"={1,6}", rule.pattern.pattern) for rule in _RULES), re.IGNORECASE)
"""All of them at once: most texts have none."""

_ADDRESS = re.compile(r"\s*\((?:https?://|/|mailto:|tel:|www\.)")
_BROKEN_WORD = re.compile(r"(?<![-\w])[^\W\d_]{2,}-$")
_AND = re.compile(r"(?:och|eller|samt|respektive|till)\b|[^a-zåäö]")
_PLAIN_ROW = re.compile(r"(?! |\t|[-*+>#|<\d•]|\*\*|.*[\\|]$|.* {2}$).{1,42}")
_ENDS = re.compile(r"[.!?:;,](?:[”\"*_)]*)$|-$")


def find(rows: Sequence[str]) -> Finding | None:
    """The first thing in a block of rows that some other program would have made something of."""
    if any(map(_MAY.search, rows)):
        for rule in _RULES:
            hits = [number for number, row in enumerate(rows) if rule.pattern.search(row)]
            if len(hits) >= rule.rows:
                return Finding(hits[0], rule.message, rule.hint)
    return _parted(rows) or _hyphenated(rows) or _joined(rows)


def _parted(rows: Sequence[str]) -> Finding | None:
    """A link whose address stands on the next row."""
    for number, row in enumerate(rows[:-1]):
        if row.rstrip().endswith("]") and _ADDRESS.match(rows[number + 1]):
            return Finding(number, "Länken visas som den är skriven", "Skriv [namn](/adress/) på en rad.")
    return None


def _hyphenated(rows: Sequence[str]) -> Finding | None:
    """A word that a PDF or a letter has parted at the line's end; `barn- och ungdom` is none."""
    for number, row in enumerate(rows[:-1]):
        if row.endswith("-") and _BROKEN_WORD.search(row) and not _AND.match(rows[number + 1]):
            return Finding(number, "Ordet är avstavat och får ett bindestreck i sig", "Skriv ihop det.")
    return None


def _joined(rows: Sequence[str]) -> Finding | None:
    """Short rows that come out as one: an address, opening hours."""
    if len(rows) < 3 or not all(map(_PLAIN_ROW.fullmatch, rows)):
        return None
    if sum(1 for row in rows[:-1] if not _ENDS.search(row)) < len(rows) - 1:
        return None
    hint = "Skriv `\\` sist på varje rad som ska brytas, eller gör en lista."
    return Finding(0, "Raderna blir en enda rad", hint)
