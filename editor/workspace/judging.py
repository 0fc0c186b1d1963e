"""What check says of a record with unsaved text, and the page as it would look: nothing is written."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from editor.workspace.held import HeldSite
from site_builder.pages import site_pages
from site_builder.problems import Problem
from site_builder.publishing import manifest
from site_builder.publishing.build import judged, no_collection
from site_builder.publishing.rendering import Renderer
from site_builder.reading.cache import Fresh, ReadingCache
from site_builder.reading.indexed_record import IndexedRecord, to_json
from site_builder.reading.limits import each_within_limits
from site_builder.reading.load import Content
from site_builder.reading.record_file import FileReading, read_bytes
from site_builder.site.site import Site


class Judgement(NamedTuple):
    """What check says of a text."""

    problems: list[Problem]
    """Of the record itself."""
    elsewhere: list[Problem]
    """Errors of other records, which stop every publication."""
    record: IndexedRecord | None
    site: Site
    """As it would be."""
    content: Content

    @property
    def stops(self) -> bool:
        """Whether the record may not be published as it is."""
        return any(one.severity == "error" for one in (*self.problems, *self.elsewhere))


def judge(held: HeldSite, file: Path, text: str) -> Judgement:
    """Hold the site against its rules as if `file` had this text."""
    now = held.clock()
    reading = _read(held.root, file, text.encode())
    before = held.now()
    content = _with(before.site.content, str(file), reading)
    with no_collection():
        site = Site(content, now, held.config, withdrawn=before.site.withdrawn)
        problems = judged(site, site_pages(site), manifest.read(held.options().manifest))
    own = [one for one in problems if one.file == str(file)]
    other = [one for one in problems if one.file != str(file) and one.severity == "error"]
    return Judgement(own, other, site.by_file.get(str(file)), site, content)


def preview(judgement: Judgement, now: datetime) -> bytes | None:
    """The record's page as it would look, as HTML; None where it cannot be read yet."""
    if judgement.record is None:
        return None
    site = Site(judgement.content, now, judgement.site.config, preview=True)
    return _PROGRAMS.sub(b"", Renderer(site).record_html(site.by_file[judgement.record.file]))


_PROGRAMS = re.compile(rb'<script\b[^>]*></script>|<link rel="preload"[^>]*>')
"""The page stands in a frame where no script may run, so none is asked for."""


def _read(root: Path, file: Path, data: bytes) -> FileReading:
    """Read within the limits that every file is read within."""
    return next(iter(each_within_limits(lambda _: read_bytes(root, file, data), [file], _lost)))


def _lost(file: Path, failure: str) -> FileReading:
    message = f"Texten gick inte att läsa. {failure}".strip()
    hint = "Står samma tecken eller rad väldigt många gånger? Ta bort dem, eller dela upp texten."
    return FileReading(None, None, [Problem("text-too-heavy", "error", str(file), 0, "", message, hint)])


def _with(content: Content, file: str, reading: FileReading) -> Content:
    """The content with another reading of one file."""
    records = [one for one in content.records if one.file != file]
    cache = ReadingCache(None, "")
    if reading.indexed and reading.texts:
        records = sorted([*records, reading.indexed], key=lambda one: one.file)
        cache.fresh[file] = _fresh(reading.indexed, reading)
    problems: Iterable[Problem] = (one for one in content.problems if one.file != file)
    return content._replace(records=records, problems=[*problems, *reading.problems], cache=cache)


def _fresh(one: IndexedRecord, reading: FileReading) -> Fresh:
    return Fresh(to_json(one), one.digest, json.dumps(reading.texts, ensure_ascii=False))
