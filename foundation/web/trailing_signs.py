"""An address is found also with a sign after it that belongs to the sentence it stood in.

Programs that make links of plain text differ in where a link ends: many take along a full stop, a comma,
a bracket, the ``>`` around an address, or an invisible sign that came with the copying. None of our
addresses ends so.
"""

import unicodedata
from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

SIGNS = frozenset(".,;:!?…)]}>*|\\^`'\"´‘’‚‛“”„«»‹›")


def without_signs_after(text: str) -> str:
    """The text without such signs, blanks and invisible signs at its end."""
    while text and (text[-1] in SIGNS or unicodedata.category(text[-1])[0] in "CZ"):
        text = text[:-1]
    return text


class WithoutTrailingSigns:
    """ASGI middleware: what comes after it sees the address that was meant."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = without_signs_after(scope["path"])
            if path != scope["path"] and path:
                scope = {**scope, "path": path, "raw_path": quote(path).encode()}
        await self.app(scope, receive, send)
