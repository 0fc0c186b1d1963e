"""Templates inside the site's own shell, or inside a plain one while the site's cannot be had."""

import html
import re
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from foundation.kept_document import Fetched
from subscriptions.matching.topics import write_target
from subscriptions.settings import Settings

MARK = "<!-- innehåll -->"
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
STYLE = '<link rel="stylesheet" href="/prenumerera/stil.css">'
SIGN_UP = ("/prenumerera/", "Till bevakningar")
router = APIRouter(include_in_schema=False)


def parse_shell(text: str) -> str:
    """The site's shell as it is; raises ValueError where something that we fill in is missing."""
    if MARK not in text or not TITLE.search(text) or "</head>" not in text:
        raise ValueError("the shell has no title, head or place for the content")
    return text


class Pages:
    """Renders one template into one whole page."""

    def __init__(self, settings: Settings, shell: Fetched[str]) -> None:
        self._shell = shell
        self._environment = Environment(
            loader=PackageLoader("subscriptions.web"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._environment.globals.update(site=settings.site_name, key=write_target, errors={})
        self._plain = self._environment.get_template("shell.html").render(
            demonstration=settings.demonstration
        )
        self._name = settings.site_name

    def page(self, template: str, title: str, status: int = 200, **context: Any) -> HTMLResponse:
        """The page; with ``errors`` (field id → what to mend) the title says so first."""
        body = self._environment.get_template(template).render(title=title, **context)
        told = f"{'Fel: ' if context.get('errors') else ''}{title} – {self._name}"
        shell = self._shell.get() or self._plain
        head, _, rest = shell.partition("</head>")
        head = TITLE.sub(lambda _: f"<title>{html.escape(told)}</title>", head, count=1)
        return HTMLResponse(f"{head}{STYLE}\n</head>{rest.replace(MARK, body, 1)}", status)

    def message(
        self, title: str, text: str, status: int = 200, way: tuple[str, str] = SIGN_UP
    ) -> HTMLResponse:
        """A page that says one thing; ``way``: the address and the text of the link on from there."""
        return self.page("message.html", title, status, text=text, way=way)


@router.api_route("/prenumerera/stil.css", methods=["GET", "HEAD"])
def style() -> Response:
    """The few rules that forms need beside the site's own sheet."""
    sheet = files("subscriptions.web").joinpath("stil.css").read_bytes()
    return Response(sheet, media_type="text/css", headers={"Cache-Control": "public, max-age=300"})
