"""Templates inside the site's own shell, or inside a plain one while the site's cannot be had."""

import html
import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from foundation.kept_document import Fetched

MARK = "<!-- innehåll -->"
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
Link = tuple[str, str]
"""An address and the text of the link to it."""


def parse_shell(text: str) -> str:
    """The site's shell as it is; raises ValueError where something that we fill in is missing."""
    if MARK not in text or not TITLE.search(text) or "</head>" not in text:
        raise ValueError("the shell has no title, head or place for the content")
    return text


class Pages:
    """Renders one template of a package, or of this one, into one whole page."""

    def __init__(
        self,
        package: str,
        shell: Fetched[str],
        *,
        site_name: str,
        demonstration: bool,
        style: str,
        home: Link,
        links: Iterable[Link] = (),
        **names: Any,
    ) -> None:
        """``style``: the address of ``style_sheet``. ``home``: the way on from a message.

        ``links``: the foot of the plain shell. ``names``: what every template knows.
        """
        self._shell = shell
        self._environment = Environment(
            loader=ChoiceLoader([PackageLoader(package), PackageLoader("foundation.web")]),
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.globals.update(site=site_name, errors={}, **names)
        self._plain = self._environment.get_template("shell.html").render(
            demonstration=demonstration, style=style, links=links
        )
        self._name = site_name
        self._home = home
        self._style = f'<link rel="stylesheet" href="{html.escape(style)}">'

    def page(self, template: str, title: str, status: int = 200, **context: Any) -> HTMLResponse:
        """The page; with ``errors`` (field id → what to mend) the title says so first."""
        body = self._environment.get_template(template).render(title=title, **context)
        told = f"{'Fel: ' if context.get('errors') else ''}{title} – {self._name}"
        shell = self._shell.get() or self._plain
        head, _, rest = shell.partition("</head>")
        head = TITLE.sub(lambda _: f"<title>{html.escape(told)}</title>", head, count=1)
        return HTMLResponse(f"{head}{self._style}\n</head>{rest.replace(MARK, body, 1)}", status)

    def message(self, title: str, text: str, status: int = 200, way: Link | None = None) -> HTMLResponse:
        """A page that says one thing, and the way on from there."""
        return self.page("message.html", title, status, text=text, way=way or self._home)


def style_sheet() -> Response:
    """The few rules that forms need beside the site's own sheet."""
    sheet = files("foundation.web").joinpath("stil.css").read_bytes()
    return Response(sheet, media_type="text/css", headers={"Cache-Control": "public, max-age=300"})
