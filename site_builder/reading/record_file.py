"""One Markdown file becomes a record as plain values, its long texts, and its problems."""

import difflib
import re
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from pydantic import ValidationError

from site_builder.content import BY_FOLDER, BY_NAME, TYPES, Record, placeholders, suggestions
from site_builder.content.fields import ANY, Vocabulary
from site_builder.content.shapes import fields_of, group_at
from site_builder.problems import Problem, error
from site_builder.reading import decoding, drafts, field_checks, front_matter, partial, text_checks
from site_builder.reading.front_matter import Document, dotted, line_of
from site_builder.reading.indexed_record import Event, IndexedRecord, Link, RecordTexts, Reference
from site_builder.reading.references import marked
from site_builder.reading.source import Source
from site_builder.text import markdown

REVIEW_AFTER = timedelta(days=365)
"""A record is due for review twelve months after its last change, unless it says otherwise."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

_MESSAGES = {
    "string_too_short": "Fältet får inte vara tomt.",
    "too_long": "För många värden; högst tre ämnen.",
    "string_type": "Här ska det stå en text.",
    "list_type": "Här ska det stå en lista.",
    "model_type": "Här ska det stå flera fält under varandra.",
    "model_attributes_type": "Här ska det stå flera fält under varandra.",
}

_HINTS = {
    "not-text": "Står det ett kolon i texten? Sätt den inom citattecken.",
    "invalid-email": "Skriv till exempel servicecenter@kommun.se.",
    "invalid-id": "Ta bort raden och kör `site-builder check --fix`, så får posten ett id.",
    "invisible-character": "Skriv om värdet för hand. `site-builder check --fix` gör det åt dig.",
    "too_long": "Behåll de tre som passar bäst.",
    "string_too_short": "Skriv något efter kolonet.",
}
"""What to do, by code or by pydantic's type."""

_GOES_ON = (
    ", eller dra in raden två mellanslag om den hör till texten ovanför; "
    "efter det fältets kolon ska då stå `>-`, och texten på raden under."
)


class FileReading(NamedTuple):
    """What reading one file gave."""

    indexed: IndexedRecord | None
    """Marked as faulty where some of its fields cannot be read."""
    texts: RecordTexts | None
    problems: list[Problem]


def read_file(root: Path, path: Path) -> FileReading:
    """Read one file; without a record, the problems say what must be mended."""
    file = str(path)
    try:
        with path.open("rb") as stream:
            raw = stream.read(decoding.MAX_BYTES + 1)
        size = path.stat().st_size
    except OSError:
        return _only(
            error("unreadable", file, 0, "", "Filen går inte att läsa.", "Se över filens rättigheter.")
        )
    return read_bytes(root, path, raw, size)


def read_bytes(root: Path, path: Path, raw: bytes, size: int = 0) -> FileReading:
    """The same for what `path` may come to hold: `raw`, of a file of so many bytes where it is a part."""
    file = str(path)
    folder = path.relative_to(root).parts[0]
    model = BY_FOLDER.get(folder)
    if model is None:
        near = difflib.get_close_matches(folder, BY_FOLDER, 1)
        hint = f"Menade du {near[0]}/?" if near else f"Mapparna är {', '.join(BY_FOLDER)}."
        return _only(error("unknown-folder", file, 0, "", f"Mappen {folder}/ är ingen typ.", hint))
    size = max(size, len(raw))
    if size > decoding.MAX_BYTES:
        message = f"Filen är {size / 1_000_000:.1f} MB; en textfil får vara högst 1 MB."
        hint = "Lägg bilder och bilagor som egna filer i filer/."
        return _only(error("file-too-large", file, 0, "", message, hint))
    document, problems = front_matter.read(file, raw)
    slug = path.stem
    if not _SLUG.fullmatch(slug):
        hint = f"Döp om den till {markdown.slugify(slug)}.md."
        problems.append(
            error("invalid-slug", file, 0, "", "Filnamnet får bara ha a–z, 0–9 och bindestreck.", hint)
        )
    if document is None:
        return FileReading(None, None, problems)
    document = document._replace(data=front_matter.without_blanks(document.data))
    data = drafts.readable(model, document.data)
    record, found = validate(model, document._replace(data=data), file)
    problems += found
    source = Source(file, raw.decode("utf-8"), document)
    try:
        if record is None or document.lost:
            left = partial.rest(model, data, document.lost)
            return _faulty(source, slug, raw, left, problems)
        return _reading(source, slug, raw, record, problems)
    except markdown.TooDeepError:
        message = "Texten har för många hakparenteser eller citat inuti varandra."
        hint = "Dela upp den i kortare stycken."
        deep = error("text-too-deep", file, document.markdown_line, "", message, hint)
        return FileReading(None, None, [*problems, deep])


def prepare(root: Path, path: str) -> None:
    """Make the model that a file needs, before the processes that read part: its page needs it here, too."""
    model = BY_FOLDER.get(Path(path).relative_to(root).parts[0])
    if model:
        model.model_rebuild()


def _only(problem: Problem) -> FileReading:
    return FileReading(None, None, [problem])


def _faulty(
    source: Source, slug: str, raw: bytes, left: partial.Partial | None, problems: list[Problem]
) -> FileReading:
    """A file with fields that cannot be read: the others, and its text, are checked all the same."""
    body = markdown.render(source.document.markdown, {})
    told = list(text_checks.check_text(source, body))
    if left is None:
        return FileReading(None, None, [*problems, *told])
    fields = {text: markdown.render(text, {}) for text in dict.fromkeys(left.last.long_texts()) if text}
    both = [list(text_checks.check(source, record, body, fields)) for record in (left.first, left.last)]
    told += [problem for problem in partial.in_both(left, *both) if problem not in told]
    links = [link for text in (body, *fields.values()) for link in text_checks.internal_links(source, text)]
    links += field_checks.internal_links(source.document)
    indexed = _parsed(source.file, slug, raw, source.document, left.last, links, [])
    references = tuple(one for one in indexed.references if left.counts(one.field))
    own = indexed.id if left.counts("id") else source.file  # an invented id is nobody's
    known = indexed._replace(id=own, references=references, faulty=True)
    return FileReading(known, None, [*problems, *told])


def _reading(source: Source, slug: str, raw: bytes, record: Record, problems: list[Problem]) -> FileReading:
    document = source.document
    taken: markdown.Anchors = {}
    body = markdown.render(document.markdown, taken)
    fields = {text: markdown.render(text, taken) for text in dict.fromkeys(record.long_texts()) if text}
    problems += text_checks.check(source, record, body, fields)
    links = [
        link for rendered in (body, *fields.values()) for link in text_checks.internal_links(source, rendered)
    ]
    links += field_checks.internal_links(document)
    anchors = [heading[1] for rendered in (body, *fields.values()) for heading in rendered.headings]
    indexed = _parsed(source.file, slug, raw, document, record, links, anchors)
    data = drafts.readable(type(record), document.data)
    texts = RecordTexts(data, body.html, {text: rendered.html for text, rendered in fields.items()})
    return FileReading(indexed, texts, problems)


def _parsed(
    file: str,
    slug: str,
    raw: bytes,
    document: Document,
    record: Record,
    links: list[Link],
    anchors: list[str],
) -> IndexedRecord:
    address, facts = record.address(slug), record.facts()
    if drafts.is_open(document.data):  # it may be made of what is not filled in yet
        address = f"/{record.info.slug}/{slug}/"
    review = record.review_by or (record.modified + REVIEW_AFTER).date()
    seen = (
        record.id,
        address,
        record.title,
        record.summary,
        record.status,
        record.example,
        record.language,
        record.when,
        facts,
    )
    return IndexedRecord(
        file=file,
        digest=blake2b(raw, digest_size=12).hexdigest(),
        type=record.info.name,
        slug=slug,
        address=address,
        id=record.id,
        title=record.title,
        summary=record.summary,
        status=record.status,
        example=record.example,
        lang=record.language,
        translation_of=record.translation_of or "",
        published=record.published.timestamp(),
        publish_from=record.publish_from.timestamp() if record.publish_from else 0.0,
        unpublish_at=record.unpublish_at.timestamp() if record.unpublish_at else float("inf"),
        modified=record.modified.timestamp(),
        events=tuple(_events(record)),
        review_by=review.isoformat(),
        when=record.when,
        topics=tuple(record.topics),
        areas=tuple(record.areas),
        audiences=tuple(record.audiences),
        keywords=tuple(record.keywords),
        replaces=tuple(record.replaces),
        body=getattr(record, "body", "") or "",
        references=tuple(_references(document, record)),
        links=tuple(links),
        anchors=tuple(anchors),
        facts=facts,
        seal=record.seal(document.markdown),
        card=blake2b(repr(seen).encode(), digest_size=12).hexdigest(),
        id_line=line_of(document.lines, ("id",)),
        accepts=tuple(record.accepts),
    )


def _events(record: Record) -> list[Event]:
    """In order, each later than the one before: two changes of one day are two pieces of news."""
    begins = max(record.published, record.publish_from or record.published)
    found = [(begins.timestamp(), "")]
    for change in sorted(record.changes, key=lambda change: change.when):
        if change.kind == "stor" and change.when.date() >= begins.date():  # a bare day is its first moment
            found.append((max(change.when.timestamp(), found[-1][0] + 1), change.note))
    return found


def _references(document: Document, record: Record) -> Any:
    for path, attribute, value, mark in marked(record):
        line = line_of(document.lines, path)
        if isinstance(mark, Vocabulary):
            yield Reference(attribute, value, (f"vocabulary:{mark.name}",), False, dotted(path), line)
        else:
            types = tuple(BY_NAME) if mark.types == ANY else mark.types or (record.info.name,)
            yield Reference(attribute, value, types, mark.loose, dotted(path), line)


def validate(model: type[Record], document: Document, file: str) -> tuple[Record | None, list[Problem]]:
    """Hold one document against its model; every fault becomes a problem on its own line."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as failure:
        return None, [
            _problem(model, document, file, dict(item))
            for item in failure.errors(include_url=False)
            if item["input"] != placeholders.VALUE  # told as such
            and not (item["type"] == "missing" and item["loc"][0] in document.lost)  # told already
        ]


def _problem(model: type[Record], document: Document, file: str, item: dict[str, Any]) -> Problem:
    path: front_matter.Path = tuple(item["loc"])
    line, field, kind = line_of(document.lines, path), dotted(path), item["type"]
    group = group_at(model, path[:-1])
    known = fields_of(group) if group else {}
    if kind == "extra_forbidden":
        near = suggestions.meant(str(path[-1]), known)
        hint = f"Menade du ”{near}”?" if near else "Ta bort fältet."
        elsewhere = [other.info.swedish for other in TYPES if path[-1] in fields_of(other)]
        if not near and len(path) == 1 and elsewhere:
            hint = f"Fältet finns bara för {', '.join(elsewhere)}. Ta bort det."
        if not near and len(path) > 1:
            hint = f"Här går det att skriva {', '.join(known)}."
        elif not near and _follows_text(document, str(path[0])):
            hint = f"{hint[:-1]}{_GOES_ON}"
        return error("unknown-field", file, line, field, f"Okänt fält ”{path[-1]}”.", hint)
    quotes = text_checks.NO_QUOTES if text_checks.is_quoted(item["input"]) else ""
    if kind == "literal_error":
        allowed = item["ctx"]["expected"].replace(" or ", " eller ").replace("'", "")
        hint = quotes or f"Välj {allowed}."
        return error("invalid-choice", file, line, field, f"”{item['input']}” går inte.", hint)
    about = next((known[name].description or "" for name in path[-1:] if name in known), "")
    if kind == "missing":
        hint = f"Lägg till raden `{path[-1]}: …`. {about}"
        if path == ("id",):
            hint = f"Klistra in: id: {uuid4()}"
        elif path == ("publicerad",) and isinstance(document.data.get("publiceras_från"), str):
            hint = (
                f'Lägg till raden `publicerad: "{document.data["publiceras_från"]}"`, då sidan börjar visas.'
            )
        return error("missing-field", file, line, field, "Fältet saknas.", hint.strip())
    code = kind if "_" not in kind else "invalid-value"
    hint = quotes or _HINTS.get(kind, "") or _shape(model, path, kind)
    if kind == "not-text" and isinstance(item["input"], list):
        hint = f"Skriv allt på raden efter `{path[-1]}:`, utan streck."
    return error(code, file, line, field, _MESSAGES.get(kind, item["msg"]), hint)


def _follows_text(document: Document, key: str) -> bool:
    """Whether the field above is a text, which may go on here with a word and a colon."""
    above = list(document.data).index(key) - 1
    return above >= 0 and isinstance(list(document.data.values())[above], str)


def _shape(model: type[Record], path: front_matter.Path, kind: str) -> str:
    """How a list or a group of fields is written."""
    group = group_at(model, path)
    if group is None or group is model or kind not in _MESSAGES:
        return ""
    names = list(fields_of(group))
    if kind == "list_type":
        return f"Skriv på raden under: `  - {names[0]}: …`, och därunder {', '.join(names[1:])}."
    return f"Skriv {', '.join(names)} på egna rader under fältet, med två mellanslag först."
