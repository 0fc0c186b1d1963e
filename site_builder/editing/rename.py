"""A record gets another name: its file moves, its old address leads on, and what points at it is mended."""

import re
from pathlib import Path

from site_builder.content import BY_NAME
from site_builder.files import replace_file
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.reading.record_file import read_file
from site_builder.site.lifetime import has_its_time
from site_builder.site.site import Site

_HEAD = re.compile(r"\ufeff?---[ \t]*(\r?\n)(?:.*?\r?\n)?(?=---[ \t]*(?:\r?\n|$))", re.DOTALL)
_OLD = re.compile(r"^[\"']?ersätter[\"']?[ \t]*:", re.MULTILINE)
_BLOCK = re.compile(r"^ersätter:[ \t]*(?:\r?\n([ \t]*)-[^\r\n]*)+", re.MULTILINE)
_FLOW = re.compile(r"^(ersätter:[ \t]*\[[^\]#\r\n]*[^\],\s#])[ \t]*\](?=[ \t]*\r?$)", re.MULTILINE)
_PLAIN = re.compile(r"^ersätter:[ \t]*([^\s\[{#&*!|>]\S*)[ \t]*(?=\r?$)", re.MULTILINE)


class RenameError(Exception):
    """The record cannot get the name; in Swedish, with what to do."""


def rename(site: Site, old: Path, new: Path) -> tuple[list[str], list[str]]:
    """Move the file; returns the other files that were mended, and `file:line` of what could not be.

    Every byte that need not change stays. All is worked out before anything is written, and the old file is
    removed last. Raises RenameError and OSError, with nothing written but perhaps the new file.
    """
    one = next((one for one in site.all if Path(one.file).absolute() == old.absolute()), None)
    if one is None:
        raise RenameError(f"{old} är ingen post som går att läsa. Kör site-builder check.")
    old = Path(one.file)
    address = _new_address(site, one, old, new)
    before = {Path(other.file): other for other in site.all}
    texts: dict[Path, str] = {}
    left: list[str] = []
    for path, other in before.items():
        text = was = path.read_bytes().decode("utf-8")
        text, missed = _references(text, site, other, one, new.stem)
        left += [f"{new if path == old else path}:{line}" for line in missed]
        text = _links(text, one.address, address) if address != one.address else text
        if text != was:
            texts[path] = text
    moved = texts.pop(old, None) or old.read_bytes().decode("utf-8")
    if address != one.address and has_its_time(one):
        moved = _with_old_address(moved, one)
    with new.open("xb") as stream:
        stream.write(moved.encode())
    new.chmod(old.stat().st_mode & 0o777)
    for path, text in texts.items():
        replace_file(path, text.encode(), path.stat().st_mode & 0o777)
    old.unlink()
    return sorted(map(str, texts)), left


def _new_address(site: Site, one: IndexedRecord, old: Path, new: Path) -> str:
    """Where it will lie; raises RenameError where it may not get this name."""
    if new.suffix != ".md" or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", new.stem):
        raise RenameError(f"{new.name} går inte som namn. Skriv a–z, 0–9 och bindestreck, och .md sist.")
    if new.parent.absolute() != old.parent.absolute():
        raise RenameError("Posten kan bara byta namn inom sin mapp: mappen säger vad den är.")
    if new.exists() or site.find(f"{BY_NAME[one.type].info.folder}/{new.stem}", ()):
        raise RenameError(
            f"Det finns redan, eller har funnits, en post som heter {new.stem}. Välj ett annat."
        )
    if one.type == "notice" and has_its_time(one):
        raise RenameError("Ett anslag som är publicerat får inte byta adress.")
    if one.type == "body" and has_its_time(one):
        raise RenameError(
            "Organets namn står i adresserna till dess beslut och möten, i flöden och i människors "
            "bevakningar. Byt titeln och behåll filens namn."
        )
    root = next(root for root in site.content.roots if old.is_relative_to(root))
    texts = read_file(root, old).texts
    if texts is None:
        raise RenameError(f"{old} går inte att läsa. Kör site-builder check.")
    address = BY_NAME[one.type].model_validate(texts.data).address
    if one.address == address(old.stem):
        return address(new.stem)
    return f"{one.address.removesuffix(f'{old.stem}/')}{new.stem}/"  # a draft, or the day's second meeting


def _references(
    text: str, site: Site, other: IndexedRecord, one: IndexedRecord, slug: str
) -> tuple[str, list[int]]:
    """The text with references to the record by its new name, and the lines where no single word is it."""
    lines, missed = text.splitlines(keepends=True), []
    for reference, target in site.targets(other):
        folder, slash, name = reference.value.rpartition("/")
        if target is one and name == one.slug:
            word = re.compile(rf"(?<![\w/-]){re.escape(reference.value)}(?![\w/-]|:)")
            number = reference.line - 1
            line = lines[number] if 0 <= number < len(lines) else ""
            if len(word.findall(line)) == 1:
                lines[number] = word.sub(f"{folder}{slash}{slug}", line)
            else:
                missed.append(reference.line)
    return "".join(lines), missed


def _links(text: str, old: str, new: str) -> str:
    """The text with links to the new address; other hosts' addresses that end alike are not ours."""
    link = rf"(?<![\w/.:%-]){re.escape(old.rstrip('/'))}(?=/?(?:[)#?>\s\"'\]]|$))"
    return re.sub(link, new.rstrip("/"), text)


def _with_old_address(text: str, one: IndexedRecord) -> str:
    """The text with `ersätter` for the address; raises RenameError where it stands in a way of its own."""
    found = _HEAD.match(text)
    if found is None:
        raise RenameError("Filens början går inte att läsa. Kör site-builder check.")
    head, rest, line_end, old = found[0], text[found.end() :], found[1], one.address
    if not one.replaces and not _OLD.search(head):
        return f"{head}ersätter: {old}{line_end}{rest}"
    for form, made in (
        (_BLOCK, lambda block: f"{block[0]}{line_end}{block[1]}- {old}"),
        (_FLOW, lambda flow: f"{flow[1]}, {old}]"),
        (_PLAIN, lambda plain: f"ersätter:{line_end}  - {plain[1]}{line_end}  - {old}"),
    ):
        changed, count = form.subn(made, head)
        if count == 1:
            return changed + rest
    raise RenameError(
        "Skriv det som står under `ersätter` ett värde per rad, med `- ` först, och försök igen."
    )
