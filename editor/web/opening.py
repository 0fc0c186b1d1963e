"""A record is opened to be written in: as it is published, as a proposal has it, as it once was, or new."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

from starlette.exceptions import HTTPException

from editor.forms.fields import SET_BY_BUTTONS, Field, form_of
from editor.forms.posted import Values, opened
from editor.repository.git import GitError, blob_id
from editor.repository.proposals import Proposal
from editor.texts.record_text import UnreadableTextError, fields_and_body
from editor.web.desk import Desk
from site_builder.content import BY_FOLDER, Record
from site_builder.content.fields import STOCKHOLM
from site_builder.editing.fixes import fix
from site_builder.editing.new import path_of

MISSING = "Det finns ingen sådan sida att redigera."
NAMELESS = "utan-titel"


class Opened(NamedTuple):
    """A record that is being written: its file, its type, and the text that the form is made from."""

    file: Path
    model: type[Record]
    text: str
    base: str
    """The blob of that text; empty for a record that is nowhere yet."""
    values: Values
    proposal: Proposal | None = None
    id: str = ""
    """Of a new record."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Those of the form."""
        return form_of(self.model)

    @property
    def address(self) -> str:
        """Where it is edited."""
        folder = self.model.info.folder
        if self.id and not self.proposal:
            return f"/redigera/ny/{folder}/"
        return f"/redigera/{folder}/{self.file.stem}/" + (
            f"?forslag={self.proposal.key}" if self.proposal else ""
        )

    @property
    def title(self) -> str:
        """As the file has it."""
        return str(self.values.fields.get("titel") or f"Ny {self.model.info.swedish}")


def published(desk: Desk, folder: str, slug: str, base: str = "") -> Opened:
    """The record as its file is; as it was where `base` names an older text. Raises HTTPException."""
    file = desk.held.file_of(folder, slug)
    if file is None:
        raise HTTPException(404, MISSING)
    data = file.read_bytes()
    return _opened(file, BY_FOLDER[folder], _at(desk, data, base))


def proposal(desk: Desk, key: str, base: str = "") -> Opened:
    """The record as a proposal has it. Raises HTTPException."""
    found = desk.publisher.proposals.find(key)
    if found is None:
        raise HTTPException(404, "Förslaget finns inte. Det kan vara publicerat eller borttaget.")
    file = desk.held.root / _below(desk, found.path)
    model = BY_FOLDER.get(file.relative_to(desk.held.root).parts[0])
    if model is None:
        raise HTTPException(404, MISSING)
    one = _opened(file, model, _at(desk, desk.publisher.proposals.text(found), base))
    is_new = desk.publisher.proposals.base_text(found) is None
    return one._replace(proposal=found, id=str(one.values.fields.get("id", "")) if is_new else "")


def begun_at(desk: Desk, one: Opened) -> Opened:
    """What a proposal changes: the published text that it began at, or nothing. Raises HTTPException."""
    assert one.proposal is not None
    data = desk.publisher.proposals.base_text(one.proposal)
    return _opened(one.file, one.model, data) if data is not None else empty(one.file, one.model, one.id)


def target(one: Opened) -> Opened:
    """What a publication of it changes: the file as it is now, or nothing. Raises HTTPException."""
    if not one.file.exists():
        return empty(one.file, one.model, one.id)
    return _opened(one.file, one.model, one.file.read_bytes())


def new(desk: Desk, model: type[Record], title: str = "", key: str = "") -> Opened:
    """A record that is nowhere yet; its file is named by its title. Raises HTTPException."""
    try:
        key = str(UUID(key)) if key else str(uuid4())
    except ValueError as failure:
        raise HTTPException(400, "Formuläret är inte vårt. Börja om.") from failure
    now = desk.held.clock().astimezone(STOCKHOLM)
    return empty(_free(desk, model, title, now), model, key)


def empty(file: Path, model: type[Record], key: str) -> Opened:
    """A record of which nothing is written."""
    text = f"---\nid: {key}\n---\n"
    return Opened(file, model, text, "", opened(form_of(model), *fields_and_body(text)), None, key)


def as_it_was(desk: Desk, one: Opened, commit: str) -> Values:
    """The values that the file had in a commit, but for what buttons set. Raises HTTPException."""
    repository = desk.publisher.repository
    blob = repository.blob_at(repository.path_of(one.file), commit) if commit.isalnum() else ""
    if not blob:
        raise HTTPException(404, "Den versionen finns inte.")
    old = _opened(one.file, one.model, repository.blob(blob)).values
    aliases = {info.alias or name for name, info in one.model.model_fields.items() if name in SET_BY_BUTTONS}
    kept = {name: value for name, value in one.values.fields.items() if name in aliases}
    back = {name: value for name, value in old.fields.items() if name not in aliases}
    return Values({**kept, **back}, old.body)


def _free(desk: Desk, model: type[Record], title: str, now: datetime) -> Path:
    """A file that neither the site nor a proposal has."""
    wanted = path_of(model, title or NAMELESS, now)
    taken = {one.slug for one in desk.held.now().site.all if one.type == model.info.name}
    taken |= {Path(one.path).stem for one in desk.publisher.proposals.all()}
    stem, number = Path(wanted).stem, 2
    name = stem
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    return desk.held.root / Path(wanted).with_name(f"{name}.md")


def _below(desk: Desk, path: str) -> Path:
    """A path of the repository, below the content folder. Raises HTTPException."""
    repository = desk.publisher.repository
    try:
        return (repository.top / path).relative_to(desk.held.root.absolute())
    except ValueError as failure:
        raise HTTPException(404, MISSING) from failure


def _at(desk: Desk, data: bytes, base: str) -> bytes:
    if not base or base == blob_id(data):
        return data
    try:
        return desk.publisher.repository.blob(base)
    except GitError as failure:
        raise HTTPException(409, "Sidan har ändrats. Öppna den på nytt.") from failure


def _opened(file: Path, model: type[Record], data: bytes) -> Opened:
    """As it is; where it cannot be read so, with what `check --fix` would mend. Raises HTTPException."""
    try:
        text = data.decode()
        try:
            fields, body = fields_and_body(text)
        except UnreadableTextError:
            text = fix(text)
            fields, body = fields_and_body(text)
    except (UnicodeDecodeError, UnreadableTextError) as failure:
        raise HTTPException(422, f"Filen går inte att läsa: {failure}") from failure
    return Opened(file, model, text, blob_id(data), opened(form_of(model), fields, body))
