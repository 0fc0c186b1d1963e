"""What looked like a list, a heading or a table where it was copied from may be none: it is told here.

Python-Markdown shows it as it is written, or makes something else of it. One fault a block of rows.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from site_builder.text import other_markup
from site_builder.text.unrendered_markup import Fault

_CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_RULED = re.compile(r" {0,3}(?:-+|=+)\s*")
_REFERENCE = re.compile(r" {0,3}\[([^\]^]+)\]:[ \t]*(\S+)")
_EMPTY_ITEM = re.compile(r" *(?:[-*+]|\d{1,3}\.)\s*")
_BOLD = re.compile(r"(?:\*\*|__)([^*_]+?):?(?:\*\*|__):?")
_TABS = re.compile(r"\t+")
_WORD = re.compile(r"[^\s\d.•·▪-]")
_DEFINITION = re.compile(r" {0,3}:[ \t]+\S")
_NAMED_LINK = re.compile(r"\[[^\[\]]+\] ?\[[^\[\]]*\]")
_ITEM = re.compile(r" *(?:[-*+]|\d+\.) ")
_SIGNS = "●○■□◦▫➢➤►▶✓✔☐☑☒❖‣⁃∙◆◇★\uf0a7\uf0d8\uf0fc\uf076"
_MONTHS = "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december"
_LIST = "Skriv `- ` först på varje rad, med ett mellanslag, och lämna en tom rad före listan."
_NUMBERED = "Skriv `1. ` först på varje rad, med ett mellanslag, och lämna en tom rad före listan."
_PLAIN = "Det går inte att skriva så här. Ta bort tecknen."


class _Rule(NamedTuple):
    code: str
    pattern: re.Pattern[str]
    message: str
    hint: str
    several: bool
    """True where it must begin the block, or stand on two of its rows: alone it may be common text."""


def _rule(code: str, pattern: str, message: str, hint: str, *, several: bool = False) -> _Rule:
    return _Rule(code, re.compile(pattern), message, hint, several)


_AS_LIST = "Raden ser ut som en lista, men blir löpande text"
_RULES = (
    _rule("layout-as-text", rf"^\s*[{_SIGNS}][\s\u00a0]*\S", _AS_LIST, _LIST),
    _rule("layout-as-text", r"^ {0,3}o[ \t\u00a0]+\S", _AS_LIST, _LIST),
    _rule("layout-as-text", r"^ {0,3}§(?:\t|[ \u00a0]{2,})\S", _AS_LIST, _LIST),
    _rule("layout-as-text", r"^ {0,3}[–—−][ \t\u00a0]+\S", _AS_LIST, _LIST, several=True),
    _rule("layout-as-text", r"^ {0,3}[-–—−][^\W\d_]", _AS_LIST, _LIST, several=True),
    _rule("layout-as-text", r"^ {0,3}[*+][^\W_][^*+]*$", _AS_LIST, _LIST, several=True),
    _rule("layout-as-text", r"^ {0,3}\d{1,2}\.[^\W\d_]\w+ ", _AS_LIST, _NUMBERED, several=True),
    _rule(
        "layout-as-text",
        r"^ {0,3}(?:\([a-z0-9]{1,2}\)|[a-z]\)|(?:ii|iii|iv|vi|vii|viii|ix)\))[ \t\u00a0]+\S",
        _AS_LIST,
        _NUMBERED,
    ),
    _rule("layout-as-text", r"^ {0,3}(?!1\))\d{1,2}\)[ \t\u00a0]+\S", _AS_LIST, _NUMBERED, several=True),
    _rule("layout-as-text", r"^ {0,3}[a-h]\.[ \t\u00a0]+\S", _AS_LIST, _NUMBERED, several=True),
    _rule(
        "layout-as-text",
        r"^ {0,12}[-*+] \[[ xX]?\](?: |$)",
        "Kryssrutan visas som hakparenteser",
        "Skriv en vanlig lista.",
    ),
    _rule(
        "layout-as-text", r"\[\^[\w-]+\]", "Fotnoten visas som den är skriven", "Skriv förklaringen i texten."
    ),
    _rule(
        "layout-as-text",
        r"^(?:!!!|\?\?\?\+?|:::) ?\w",
        "Rutan visas som den är skriven",
        "Skriv en rubrik och vanlig text.",
    ),
    _rule(
        "layout-as-text",
        r"^\s*\[\[?_?TOC_?\]?\]\s*$",
        "Innehållsförteckningen visas som den är skriven",
        "Ta bort den.",
    ),
    _rule(
        "layout-as-text",
        r"~~[^~\s][^~]*~~",
        "Det överstrukna visas som det är skrivet",
        "Ta bort det som inte gäller.",
    ),
    _rule(
        "layout-as-text",
        r"==[^=\s][^=]*==|\+\+[^+\s][^+]*\+\+",
        "Märkningen visas som den är skriven",
        _PLAIN,
    ),
    _rule(
        "layout-as-text",
        r"\{\{.*?\}\}|\{%.*?%\}|\{[.#:][\w-][^}]*\}",
        "Mallkoden visas som den är skriven",
        _PLAIN,
    ),
    _rule(
        "layout-as-text", r"\[\[[^\[\]]+\]\]", "Länken visas som den är skriven", "Skriv [namn](/adress/)."
    ),
    _rule(
        "layout-as-text",
        r"\][ \u00a0]+\((?:https?://|/|mailto:|tel:|www\.)[^()\s]*\)",
        "Länken visas som den är skriven",
        "Ta bort mellanslaget mellan ] och (.",
    ),
    _rule(
        "layout-as-text",
        r"\((?<!\w\()[^()]+\)\[(?:https?://|/|mailto:|www\.)[^\]\s]*\]",
        "Länken visas som den är skriven",
        "Byt plats på tecknen: [namn](/adress/).",
    ),
    _rule(
        "unexpected-list",
        rf"^ {{0,3}}\d{{1,2}}\. (?:{_MONTHS})\b",
        "Datumet blir en lista",
        "Skriv `den 1 maj` eller `1 maj`, utan punkt.",
    ),
    _rule(
        "unexpected-list",
        r"^ {0,3}\d{3,}\. ",
        "Talet först på raden blir en lista",
        "Skriv om meningen, så att talet inte står först.",
    ),
    _rule("empty-heading", r"^#{1,6}\s*#*\s*$", "Rubriken är tom", "Skriv en rubrik, eller ta bort raden."),
    _rule(
        "layout-as-text", r"^ {0,3}(?:```|~~~)", "Kodblocket visas inte som kod", "Ta bort raden med tecknen."
    ),
)


_AT_START = re.compile("|".join(rule.pattern.pattern for rule in _RULES if rule.pattern.pattern[0] == "^"))
_WITHIN = re.compile("|".join(rule.pattern.pattern for rule in _RULES if rule.pattern.pattern[0] != "^"))
"""All the rules in two expressions, since most rows break none of them. Each alternative of the second begins
with a sign, so that rows without such a sign are passed over fast."""


class _Block(NamedTuple):
    """Rows with no empty one between them."""

    row: int
    rows: list[str]


def faults(text: str, html: str) -> Iterator[Fault]:
    """What a Markdown text, rendered as `html`, does not come out as; at most one fault a block."""
    checks = (*_CHECKS, _emphasis) if _LEFT.search(html) else _CHECKS
    previous = ""
    for block in _blocks(text):
        if _is_code(block, html):
            continue
        fault = next((found for check in checks if (found := check(block, html))), None)
        same = fault is not None and fault.message.partition(":")[0] == previous and len(block.rows) == 1
        if fault and not same:
            yield fault
        previous = fault.message.partition(":")[0] if fault else ""
    yield from _outside_items(text)
    yield from _code(text, html)


def _blocks(text: str) -> Iterator[_Block]:
    begin, rows = 0, text.split("\n")
    for number, row in enumerate([*rows, ""]):
        if not row.strip():
            if number > begin:
                yield _Block(begin, rows[begin:number])
            begin = number + 1


def _is_code(block: _Block, html: str) -> bool:
    return "<pre>" in html and all(row.startswith(("    ", "\t")) for row in block.rows)


def _patterns(block: _Block, html: str) -> Fault | None:  # noqa: ARG001 - the checks are alike
    rows = [_CODE_SPAN.sub("", row) if "`" in row and "```" not in row else row for row in block.rows]
    if not any(_AT_START.match(row) or _WITHIN.search(row) for row in rows):
        return None
    for rule in _RULES:
        hits = [number for number, row in enumerate(rows) if rule.pattern.search(row)]
        if hits and (not rule.several or hits[0] == 0 or len(hits) > 1):
            if rule.code == "unexpected-list" and hits[0] > 0:
                continue
            return _fault(rule.code, block, hits[0], rule.message, rule.hint)
    return None


def _ruled(block: _Block, html: str) -> Fault | None:  # noqa: ARG001 - the checks are alike
    """A line of dashes right below a text, or an empty item: Markdown makes the text a heading."""
    for number, row in enumerate(block.rows[1:], 1):
        above = block.rows[number - 1]
        if _RULED.fullmatch(row) and "|" not in above and not above.startswith("#"):
            hint = "Lämna en tom rad före strecken. Ska det vara en rubrik: skriv `## ` före texten."
            if row.strip() == "-":
                hint = "Ta bort den tomma punkten."
            return _fault(
                "unexpected-heading",
                block,
                number - 1,
                "Texten blir en rubrik eller får streck efter sig",
                hint,
            )
    for number, row in enumerate(block.rows):
        if _EMPTY_ITEM.fullmatch(row) and len(block.rows) > 1:
            return _fault(
                "layout-as-text", block, number, "Punkten är tom", "Skriv något i den, eller ta bort raden."
            )
    return None


def _bold(block: _Block, html: str) -> Fault | None:  # noqa: ARG001 - the checks are alike
    found = _BOLD.fullmatch(block.rows[0].strip()) if len(block.rows) == 1 else None
    if found and len(found[1]) <= 80 and not found[1].rstrip().endswith((".", "!", "?")):
        hint = f"Skriv `## {found[1].strip()}`, så att den går att hitta med skärmläsare."
        return _fault("bold-as-heading", block, 0, "Den feta raden ser ut som en rubrik men är ingen", hint)
    return None


def _tabbed(block: _Block, html: str) -> Fault | None:  # noqa: ARG001 - the checks are alike
    rows = [number for number, row in enumerate(block.rows) if "\t" in row and _has_cells(row)]
    if len(rows) > 1:
        hint = "Skriv en tabell: `| A | B |`, under den `| --- | --- |`, och sedan en rad för varje."
        return _fault(
            "layout-as-text", block, rows[0], "Tabbarna ser ut som en tabell, men blir löpande text", hint
        )
    return None


def _has_cells(row: str) -> bool:
    """True where a tab parts words, and not only a number or a sign from what it numbers."""
    return any(_WORD.search(one) and other[:1].strip() for one, other in pairwise(_TABS.split(row)))


def _defined(block: _Block, html: str) -> Fault | None:  # noqa: ARG001 - the checks are alike
    for number, row in enumerate(block.rows[1:], 1):
        if ":" in row and _DEFINITION.match(row):
            hint = "Skriv `**ord**: förklaring` på en rad."
            return _fault("layout-as-text", block, number, "Förklaringen visas med sitt kolon", hint)
    return None


def _emphasis(block: _Block, html: str) -> Fault | None:  # noqa: ARG001 - the checks are alike
    """Where stars are shown: there is a blank inside them, or their numbers differ."""
    for number, row in enumerate(block.rows):
        if _UNEVEN.search(_CODE_SPAN.sub("", row).replace("\\*", "")):
            return _fault(
                "layout-as-text",
                block,
                number,
                "Stjärnorna visas",
                "Skriv `**fet**` utan mellanslag innanför.",
            )
    return None


_LEFT = re.compile(r"\*\*|\*</?em>|</?em>\*|</?strong>\*|\*</?strong>")
_UNEVEN = re.compile(
    r"\*\*[ \u00a0][^*]+\*\*|\*\*[^*\s][^*]*[ \u00a0]\*\*|(?<!\*)\*[^*\s][^*]*\*\*(?!\*)"
    r"|(?<!\*)\*\*[^*\s][^*]*\*(?!\*)|^\*\*[^*]+$"
)


def _unresolved(block: _Block, html: str) -> Fault | None:
    """`[text][name]` where no line says where `name` leads."""
    for number, row in enumerate(block.rows):
        found = _NAMED_LINK.search(_CODE_SPAN.sub("", row)) if "[" in row else None
        if found and found[0] in html:
            return _fault(
                "layout-as-text",
                block,
                number,
                "Länken har ingen adress och visas som den är skriven",
                "Skriv [namn](/adress/).",
            )
    return None


def _vanished(block: _Block, html: str) -> Fault | None:
    """`[1]: text`, which Markdown takes for the address of a link, and does not show."""
    for number, row in enumerate(block.rows):
        found = _REFERENCE.match(row)
        if found and f'href="{found[2]}"' not in html and f'src="{found[2]}"' not in html:
            hint = "Skriv det som vanlig text, utan hakparentes och kolon först."
            return _fault("layout-as-text", block, number, "Raden visas inte för någon", hint)
    return None


def _others(block: _Block, html: str) -> Fault | None:
    """What other programs would have made something of; not where the rows are a table or code."""
    if "|" in block.rows[0] and "<table>" in html:
        return None
    found = other_markup.find([_CODE_SPAN.sub("", row) if "`" in row else row for row in block.rows])
    return _fault("layout-as-text", block, *found) if found else None


_CHECKS: tuple[Callable[[_Block, str], Fault | None], ...] = (
    _ruled,
    _tabbed,
    _patterns,
    _bold,
    _defined,
    _unresolved,
    _vanished,
    _others,
)


def _outside_items(text: str) -> Iterator[Fault]:
    """A paragraph under an item with less than four blanks: it comes out after the list."""
    inside, empty = False, False
    for number, row in enumerate(text.split("\n")):
        if _ITEM.match(row):
            inside = True
        elif row.strip():
            if inside and empty and re.match(r" {1,3}\S", row):
                message = f"Texten hamnar efter listan, inte under punkten: ”{row.strip()[:40]}”."
                yield Fault("layout-as-text", number, message, "Dra in den fyra mellanslag.")
                inside = False
            elif empty and not row.startswith(" "):
                inside = False
        empty = not row.strip()


def _code(text: str, html: str) -> Iterator[Fault]:
    """Text with four blanks before it, which Markdown shows as code."""
    if "<pre><code>" not in html:
        return
    listed = False
    for block in _blocks(text):
        first = block.rows[0]
        if re.match(r" {0,3}(?:[-*+]|\d+\.) ", first):
            listed = True
        elif first.startswith(("    ", "\t")):
            if not listed:
                message = f"Den indragna texten visas som kod: ”{first.strip()[:40]}”."
                hint = "Ta bort mellanslagen först på raden."
                yield Fault("unexpected-code", block.row, message, hint)
                return
        else:
            listed = False


def _fault(code: str, block: _Block, number: int, message: str, hint: str) -> Fault:
    return Fault(code, block.row + number, f"{message}: ”{block.rows[number].strip()[:40]}”.", hint)
