"""This module serves the built site as it is, for ``make run`` and installations without a web server."""

import os
from pathlib import Path
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

TYPES = {
    ".atom": "application/atom+xml",
    ".cap.xml": "application/cap+xml",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".opml": "text/x-opml; charset=utf-8",
    ".rss": "application/rss+xml",
    ".svg": "image/svg+xml",
    ".vcf": "text/vcard; charset=utf-8",
    "/datasets/dcat": "application/rdf+xml",
}
"""By how the path ends; the longest that fits."""

OPEN = ("/api/", "/floden/", "/kalender/", "/datasets/")
OPEN_ENDINGS = (".vcf", ".cap.xml")
"""Open data: any page anywhere may read it."""


class Site(StaticFiles):
    """Files with the right types; browsers ask each time, and what is unchanged is not sent again."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, html=True)

    def file_response(
        self,
        full_path: "str | os.PathLike[str]",
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        path = "/" + Path(full_path).relative_to(Path(str(self.directory)).resolve()).as_posix()
        kind = _type(path)
        if kind and isinstance(response, FileResponse):
            response.headers["Content-Type"] = kind
        response.headers["Cache-Control"] = "no-cache"
        if path.startswith(OPEN) or path.endswith(OPEN_ENDINGS):
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Never anything hidden, nor outside the directory, nor behind a link that leads out of it."""
        if "\0" in path or any(part.startswith(".") for part in Path(path).parts):
            return await self._missing(scope)
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            response = await self._missing(scope)
        known = as_named(Path(str(self.directory)), f"/{path}") if response.status_code == 404 else ""
        if known:
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse(quote(known) + ("?" if query else "") + query, 301)
        return response

    async def _missing(self, scope: Scope) -> Response:
        page = Path(str(self.directory)) / "404.html"
        if not page.is_file():
            return PlainTextResponse("Sidan finns inte.\n", 404)
        return self.file_response(str(page.resolve()), page.stat(), {**scope, "headers": []}, 404)


def as_named(site: Path, asked: str) -> str:
    """The address that differs from the one asked for only in capitals; empty where there is none.

    The web servers do so too (deploy/redirects).
    """
    if asked == asked.lower() and not asked.startswith("/filer/"):  # only there names have capitals
        return ""
    here = site
    for part in filter(None, asked.split("/")):
        names = sorted(path.name for path in here.iterdir()) if here.is_dir() else []
        found = next((name for name in names if name.lower() == part.lower()), "")
        if not found or found.startswith("."):
            return ""
        here /= found
    if here.is_dir():
        return f"/{here.relative_to(site).as_posix()}/" if (here / "index.html").is_file() else ""
    return f"/{here.relative_to(site).as_posix()}"


def _type(path: str) -> str | None:
    fits = [end for end in TYPES if path.endswith(end)]
    return TYPES[max(fits, key=len)] if fits else None


def open_site(directory: Path) -> ASGIApp:
    """The site as an application; compressed, which is safe where nothing secret stands in a page."""
    return GZipMiddleware(Site(directory.resolve()), minimum_size=1000)
