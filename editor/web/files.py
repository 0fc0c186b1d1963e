"""Pictures and documents: put there, looked over, and said how they are used."""

import tempfile
from pathlib import Path, PurePath
from typing import NamedTuple

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from editor.repository.git import GitError
from editor.repository.publication import ChangedMeanwhileError
from editor.texts.cleaning import one_line
from editor.web.desk import MAY_WRITE, AtDesk, Desk, author_of, require
from site_builder.content.fields import STOCKHOLM
from site_builder.media import drawings, pictures
from site_builder.media.inspect import inspect
from site_builder.problems import Problem
from site_builder.reading.limits import each_within_limits
from site_builder.reading.load import ASSETS
from site_builder.text.markdown import slugify

router = APIRouter()
ADDRESS = "/redigera/filer/"
LARGEST = 11_000_000
"""Bytes of one file; the guard takes a little more, for the form around it."""
ENDINGS = (*sorted(pictures.ENDINGS), ".svg", ".pdf")
"""What may be put there here: pictures, drawings and PDF."""


class Prepared(NamedTuple):
    """A file made fit to be kept: its bytes, and what is wrong with it."""

    data: bytes
    problems: list[Problem]

    @property
    def stops(self) -> bool:
        """Whether it may not be kept."""
        return not self.data or any(problem.severity == "error" for problem in self.problems)


class Row(NamedTuple):
    """One file as the list shows it."""

    address: str
    size: int
    used: int


@router.get(ADDRESS)
def show(request: Request, desk: AtDesk, q: str = "") -> Response:
    """Every file, with how many pages lead to it."""
    return _page(request, desk, q)


@router.post(ADDRESS)
async def put(request: Request, desk: AtDesk) -> Response:
    """Put a file there: a picture is turned and loses its metadata before anything is kept."""
    require(request, *MAY_WRITE)
    async with request.form(max_files=1, max_fields=10) as form:
        sent = form.get("fil")
        if not isinstance(sent, UploadFile) or not sent.filename:
            return _page(request, desk, "", failure="Välj en fil först.")
        data, name = await sent.read(LARGEST + 1), one_line(sent.filename)
        alt = one_line(str(form.get("alt", "")))
    return await to_thread.run_sync(_put, request, desk, name, data, alt)


def _put(request: Request, desk: Desk, told_name: str, data: bytes, alt: str) -> Response:
    name = file_name(told_name)
    ending = PurePath(name).suffix
    if ending not in ENDINGS:
        failure = (
            f"{told_name} går inte att lägga in här. Bilder, SVG och PDF går bra. Spara om filen som PDF."
        )
        return _page(request, desk, "", failure=failure)
    if len(data) > LARGEST:
        return _page(
            request, desk, "", failure="Filen är större än 11 MB. Gör den mindre, eller dela upp den."
        )
    if ending != ".pdf" and not alt:
        return _page(
            request,
            desk,
            "",
            failure="Skriv vad bilden visar, för den som inte ser den. Välj sedan filen igen.",
        )
    made = prepare(name, data)
    if made.stops:
        told = [f"{problem.message} {problem.suggestion}" for problem in made.problems]
        return _page(request, desk, "", failure=" ".join(told) or "Filen går inte att läsa.")
    year = desk.held.clock().astimezone(STOCKHOLM).year
    file = _free(desk.held.root / ASSETS / str(year), name)
    try:
        desk.publisher.put(file, made.data, "", author_of(request), f"Fil: {file.name}")
    except (ChangedMeanwhileError, GitError, OSError) as failed:
        raise HTTPException(500, f"Filen gick inte att spara: {failed}") from failed
    address = f"/{ASSETS}/{year}/{file.name}"
    mark = f"[{told_name}]({address})" if ending == ".pdf" else f"![{alt}]({address})"
    return _page(request, desk, "", mark=mark, problems=made.problems)


def prepare(name: str, data: bytes) -> Prepared:
    """The file as it may be kept, within the limits of time and memory that files are read within."""
    return next(iter(each_within_limits(lambda job: _prepared(*job), [(name, data)], _lost)))


def _prepared(name: str, data: bytes) -> Prepared:
    ending = PurePath(name).suffix
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        problems = inspect(path).problems
        if any(problem.severity == "error" for problem in problems):
            return Prepared(b"", list(problems))
    if ending in pictures.ENDINGS:
        data = pictures.cleaned(data, ending)
    elif ending == ".svg":
        data = drawings.cleaned(data)
    return Prepared(data, list(problems))


def _lost(job: tuple[str, bytes], failure: str) -> Prepared:
    message = "Filen är för stor att packa upp, eller trasig." if not failure else "Filen går inte att läsa."
    return Prepared(b"", [Problem("unreadable", "error", job[0], 0, "", message)])


def file_name(told: str) -> str:
    """A name of its own kind: a–z, 0–9 and hyphens, whatever path or signs the browser told."""
    bare = PurePath(told.replace("\\", "/")).name
    ending = PurePath(bare).suffix.lower()
    stem = bare[: len(bare) - len(ending)]
    return f"{slugify(stem)[:60].strip('-') if any(map(str.isalnum, stem)) else 'fil'}{ending}"


def _free(folder: Path, name: str) -> Path:
    wanted, number = folder / name, 2
    while wanted.exists():
        wanted, number = folder / f"{PurePath(name).stem}-{number}{PurePath(name).suffix}", number + 1
    return wanted


def _page(
    request: Request,
    desk: Desk,
    q: str,
    failure: str = "",
    mark: str = "",
    problems: list[Problem] | None = None,
) -> Response:
    site = desk.held.now().site
    used: dict[str, int] = {}
    for one in site.all:
        for path in {link[0] for link in one.links}:
            used[path] = used.get(path, 0) + 1
    rows = [
        Row(address, asset.size, used.get(address, 0))
        for address, asset in sorted(site.content.assets.items())
        if q.casefold() in address.casefold()
    ]
    return desk.page(
        request, "files.html", "Filer", rows=rows, q=q, failure=failure, mark=mark, problems=problems or [],
        endings=",".join(ENDINGS),
    )  # fmt: skip
