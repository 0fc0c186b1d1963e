"""One record is checked by itself here: its fields together, its texts, its links' form."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from site_builder.content import Record, invisible, placeholders
from site_builder.problems import Problem, error, warning
from site_builder.reading import drafts, field_checks, letter_checks, personnummer_checks
from site_builder.reading.front_matter import dotted, line_of
from site_builder.reading.indexed_record import Link
from site_builder.reading.source import Source
from site_builder.text import alt_texts, pasted_layout, readability, unrendered_markup, web_addresses
from site_builder.text.markdown import Rendered

_VAGUE = {"klicka här", "här", "läs mer", "mer", "länk", "klicka"}
_REMARK = re.compile(r"\s*(?:- +)*+(?:[\w-]+: +)?+[^\s#\"'>|\[{][^#]* (#[^\s#].*)")
_QUOTED = re.compile(r"[”“’][^”“’]*[”“’]")
NO_QUOTES = 'Ta bort de typografiska citattecknen, eller byt dem mot raka: ".'
_SECOND_HEAD = re.compile(
    r"^---[ \t]*\n(?:[^\n]*\n){0,20}?(?:id|titel|ingress|status|publicerad): ", re.MULTILINE
)
_OUTSIDE = re.compile(r"https?://|mailto:|tel:")


def check(
    source: Source, record: Record, body: Rendered, fields: Mapping[str, Rendered]
) -> Iterator[Problem]:
    """Every problem that can be seen without looking at other records.

    `fields` has the fields' texts in Markdown and what has become of them.
    """
    if not drafts.is_open(source.document.data):
        yield from _rules(source, record)
    yield from _lengths(source, record)
    yield from _changes(source, record)
    yield from _moments(source, record)
    yield from _keywords(source, record)
    yield from _quotes(source)
    yield from _markup(source, fields)
    yield from _hidden(source)
    yield from _language(source, record)
    yield from field_checks.check(source.file, source.text, source.document, record)
    yield from check_text(source, body, fields.values())
    for text, rendered in fields.items():
        yield from _layout(source, text, rendered)
        yield from _images(source, rendered)
        yield from _links(source, rendered)


def check_text(source: Source, body: Rendered, fields: Iterable[Rendered] = ()) -> Iterator[Problem]:
    """Every problem of the text, also where the fields cannot be read."""
    yield from personnummer_checks.check(source, (body, *fields))
    yield from _placeholders(source)
    yield from _second_head(source)
    yield from letter_checks.check(source)
    yield from _headings(source, body)
    yield from _layout(source, source.document.markdown, body)
    yield from _images(source, body)
    yield from _links(source, body)


def internal_links(source: Source, rendered: Rendered) -> Iterator[Link]:
    """The links to the site's own pages and pictures, for the check that they lead somewhere."""
    for address in (*(link[0] for link in rendered.links), *(image[0] for image in rendered.images)):
        path, _, anchor = address.partition("#")
        inside = path.startswith("/") and not path.startswith("//")
        if address and not _OUTSIDE.match(address) and (inside or not path):
            yield path.partition("?")[0], anchor, source.line_of_link(address)


def _rules(source: Source, record: Record) -> Iterator[Problem]:
    aliases = {name: info.alias or name for name, info in type(record).model_fields.items()}
    for code, attribute, message in record.problems():
        alias = aliases[attribute]
        yield error(code, source.file, source.line_of(alias), alias, message)
    for code, attribute, message in record.warnings():
        alias = aliases[attribute]
        yield warning(code, source.file, source.line_of(alias), alias, message)
    lenient = record.sources or record.status in drafts.STATES
    severity = warning if lenient else error
    for attribute in record.info.required:
        if getattr(record, attribute) in (None, "", []):
            alias = aliases[attribute]
            yield severity(
                "required-field-empty",
                source.file,
                1,
                alias,
                f"Fältet {alias} saknar värde.",
                "Fyll i det om det är känt." if lenient else f"Lägg till raden `{alias}: …`.",
            )


def _lengths(source: Source, record: Record) -> Iterator[Problem]:
    for alias, text, limit in (("titel", record.title, 65), ("ingress", record.summary, 200)):
        if len(text) > limit:
            message = f"{alias.capitalize()} är {len(text)} tecken; helst högst {limit}."
            yield warning("too-long", source.file, source.line_of(alias), alias, message, "Korta texten.")


def _changes(source: Source, record: Record) -> Iterator[Problem]:
    begins = max(record.published, record.publish_from or record.published)
    for index, change in enumerate(record.changes):
        if change.kind == "stor" and change.when.date() < begins.date():
            place = ("ändringar", index, "när")
            message = (
                f"Ändringen är daterad {change.when:%Y-%m-%d}, före publiceringen {begins:%Y-%m-%d}, "
                "så ingen får veta det. Är året rätt?"
            )
            hint = "Skriv dagen då ändringen läggs ut, eller `slag: liten`."
            line = line_of(source.document.lines, place)
            yield warning("change-before-publication", source.file, line, dotted(place), message, hint)
        if change.kind == "stor" and not change.note:
            path = ("ändringar", index)
            yield error(
                "change-without-note",
                source.file,
                line_of(source.document.lines, path),
                dotted(path),
                "En stor ändring behöver en not.",
                "Lägg till `not:` och skriv vad som ändrades. Den följer med i flöden och utskick.",
            )


def _moments(source: Source, record: Record) -> Iterator[Problem]:
    begins = max(record.published, record.publish_from or record.published)
    if record.unpublish_at and record.unpublish_at <= begins:
        line = source.line_of("avpubliceras")
        message = "Sidan tas bort innan den har visats."
        hint = "Rätta avpubliceras, publiceras_från eller publicerad."
        yield error("dates-out-of-order", source.file, line, "avpubliceras", message, hint)


def _keywords(source: Source, record: Record) -> Iterator[Problem]:
    for index, word in enumerate(record.keywords):
        if "," in word:
            path = ("sökord", index)
            line, message = line_of(source.document.lines, path), f"”{word}” är ett enda sökord."
            hint = "Skriv ett värde per rad med `- ` först."
            yield warning("comma-in-keyword", source.file, line, dotted(path), message, hint)


def is_quoted(value: object) -> bool:
    """Whether a value stands inside quotation marks that belong to it, as a word processor writes them."""
    return isinstance(value, str) and bool(_QUOTED.fullmatch(value))


def _quotes(source: Source) -> Iterator[Problem]:
    document = source.document
    if not any(sign in source.head for sign in "”“’"):
        return
    for path, value in field_checks.values(document.data):
        if is_quoted(value):
            line, message = line_of(document.lines, path), f"Citattecknen i {value} blir en del av värdet."
            yield warning("typographic-quotes", source.file, line, dotted(path), message, NO_QUOTES)


def _markup(source: Source, fields: Collection[str]) -> Iterator[Problem]:
    """Markdown and HTML in the fields that are shown as they are written."""
    document = source.document
    if "**" not in source.head and "](" not in source.head and not set("<&") & set(source.head):
        return
    for path, value in field_checks.values(document.data):
        sign = unrendered_markup.markup(value) if value not in fields else ""
        if sign:
            line, message = line_of(document.lines, path), f"Fältet visas som det står: ”{sign[:40]}”."
            hint = "Skriv utan tecken för fetstil, länkar och HTML; sådant hör hemma i texten under fälten."
            yield warning("raw-markup", source.file, line, dotted(path), message, hint)


def _hidden(source: Source) -> Iterator[Problem]:
    """Words such as `#1` after a blank, which YAML takes for a remark; a meant one has a blank after it."""
    lines = source.text.splitlines()
    for number in sorted(set(source.document.lines.values())):
        found = _REMARK.match(lines[number - 1])
        if found:
            message = f"Det som står efter # läses inte: ”{found[1]}”."
            hint = "Sätt hela värdet inom citattecken."
            yield warning("hidden-text", source.file, number, "", message, hint)


def _language(source: Source, record: Record) -> Iterator[Problem]:
    """How the editor's own texts read; a decision or a notice is quoted, but not its plain summary."""
    if record.language not in ("sv", "sv-lattlast"):
        return
    aliases = {name: info.alias or name for name, info in type(record).model_fields.items()}
    texts = [(aliases[name], source.line_of(aliases[name]), text) for name, text in readability.prose(record)]
    if not record.info.quoted:
        texts.append(("", source.document.markdown_line, source.document.markdown))
    hard = readability.hard_to_read(record.info.lix, [text for _, _, text in texts])
    if hard:
        where, message, hint = hard
        field, line, _ = texts[where]
        yield warning("hard-to-read", source.file, line, field, message, hint)
    for field, line, text in texts:
        for word, plain, start in readability.heavy_words(text):
            here = line if field else line + text[:start].count("\n")
            message = f"”{word}” är ett tungt ord."
            yield warning("heavy-word", source.file, here, field, message, f"Skriv hellre: {plain}.")


def _placeholders(source: Source) -> Iterator[Problem]:
    """What a new draft says, left as it was."""
    if not placeholders.seem_left(source.text):
        return
    document = source.document
    found = [
        (line_of(document.lines, path), dotted(path), text)
        for path, text in field_checks.values(document.data)
        if text in placeholders.ALL
    ]
    if placeholders.BODY in document.markdown.split("\n"):
        found.append((source.line(placeholders.BODY), "", placeholders.BODY))
    kind = warning if document.data.get("status") in drafts.STATES else error
    for line, field, text in found:
        message = f"Här står utkastets ”{text}” kvar."
        yield kind(
            "placeholder", source.file, line, field, message, "Skriv det som ska stå, eller ta bort raden."
        )


def _layout(source: Source, text: str, rendered: Rendered) -> Iterator[Problem]:
    seen = set()
    for fault in (
        *unrendered_markup.faults(text, rendered.html),
        *pasted_layout.faults(text, rendered.html),
    ):
        if fault.row in seen:
            continue
        seen.add(fault.row)
        field, line = _place(source, text, fault.row)
        yield warning(fault.code, source.file, line, field, fault.message, fault.hint)


def _place(source: Source, text: str, row: int) -> tuple[str, int]:
    """The field and the line of a row of a text in Markdown; a field's row may be written in other ways."""
    document = source.document
    if text == document.markdown:
        return "", document.markdown_line + row
    path = next((path for path, value in field_checks.values(document.data) if value == text), ())
    begin, wanted = line_of(document.lines, path), text.split("\n")[row].strip()
    rows = source.text.splitlines()[begin - 1 : document.markdown_line - 1]
    same = (begin + number for number, line in enumerate(rows) if line.strip() == wanted)
    return dotted(path), next(same, begin)


def _second_head(source: Source) -> Iterator[Problem]:
    """Fields in the text, as where a whole file has been pasted into it."""
    found = _SECOND_HEAD.search(source.document.markdown)
    if found:
        line = source.document.markdown_line + source.document.markdown[: found.start()].count("\n")
        message = "Här står fält en gång till, mitt i texten, så att alla ser dem."
        hint = "Ta bort dem. Fälten står bara överst, mellan de två första raderna `---`."
        yield error("second-front-matter", source.file, line, "", message, hint)


def _headings(source: Source, body: Rendered) -> Iterator[Problem]:
    level = 1
    for depth, _, text in body.headings:
        if depth == 1 or depth > level + 1:
            yield error(
                "skipped-heading",
                source.file,
                source.line(f"\n{'#' * depth} {text}\n", f"\n{'#' * depth} {text}", text),
                "",
                f"Rubriken ”{text}” hoppar över en nivå."
                if depth > 1
                else f"Rubriken ”{text}” är sidans huvudrubrik en gång till.",
                f"Börja den med {'#' * max(2, min(depth, level + 1))}.",
            )
        level = depth


def _images(source: Source, rendered: Rendered) -> Iterator[Problem]:
    for address, alt, title in rendered.images:
        if not alt.strip() and title != "dekorativ":
            yield error(
                "missing-alt-text",
                source.file,
                source.line_of_link(address),
                "",
                f"Bilden {address} saknar alternativtext.",
                'Skriv ![Vad bilden visar](…), eller titeln "dekorativ".',
            )
        elif alt_texts.says_nothing(alt, address):
            message = f"Alternativtexten ”{alt}” säger inte vad bilden visar."
            hint = 'Skriv med några ord vad den visar. Pryder den bara: ingen text, och titeln "dekorativ".'
            line = source.line_of_link(address)
            yield warning("alt-text-says-nothing", source.file, line, "", message, hint)
        if not address.startswith("/") or address.startswith("//"):
            yield error(
                "unsafe-link",
                source.file,
                source.line_of_link(address),
                "",
                f"Bilden {address} går inte att använda.",
                "Lägg den i mappen filer/ och skriv till exempel /filer/karta.png.",
            )


def _links(source: Source, rendered: Rendered) -> Iterator[Problem]:
    for address, text in rendered.links:
        if text.strip().lower().rstrip(".!") in _VAGUE:
            yield error(
                "vague-link-text",
                source.file,
                source.line_of_link(address),
                "",
                f"Länktexten ”{text}” säger inte vart den leder.",
                "Skriv målets namn.",
            )
        sign = invisible.first(address)
        if sign:
            message = f"Länken {address} innehåller ett tecken som inte syns ({invisible.name(sign)})."
            hint = "Skriv om adressen för hand. `site-builder check --fix` gör det åt dig."
            yield error("invisible-character", source.file, source.line_of_link(address), "", message, hint)
            continue
        fault = web_addresses.fault(address)
        if fault:
            kind, line = error if fault.fatal else warning, source.line_of_link(address)
            yield kind(fault.code, source.file, line, "", fault.message, fault.hint)
            continue
        path = address.partition("#")[0]
        safe = _OUTSIDE.match(address) or not path or (path.startswith("/") and not path.startswith("//"))
        if not safe or address in ("", "#"):
            yield error(
                "unsafe-link",
                source.file,
                source.line_of_link(address),
                "",
                f"Länken {address} går inte att använda.",
                "Länka med https:// eller adressen från webbplatsens rot, som /kontakt/vaxel/.",
            )
