"""An asset is what is known of one file below `filer/`, as plain values."""

from collections.abc import Mapping
from hashlib import file_digest
from typing import BinaryIO, Literal, NamedTuple
from unicodedata import normalize
from urllib.parse import unquote

STEPS = (400, 800, 1200)
"""Widths beside a picture's own; a phone's page is 320 to 430 wide, of one to three pixels each."""

Kind = Literal["picture", "moving", "drawing", "pdf", "other", "refused"]


class Asset(NamedTuple):
    """One file; width and height are in pixels as the picture is shown, and 0 where nobody knows."""

    path: str
    size: int
    """Bytes of the file as it lies there."""
    digest: str
    """Of those bytes."""
    kind: Kind
    """`refused`: it has an error, and is not published."""
    width: int = 0
    height: int = 0

    def widths(self) -> list[int]:
        """The widths that are made of a picture, the smallest first; none nearly like another."""
        return [*(step for step in STEPS if step < 0.9 * self.width), self.width]


Assets = Mapping[str, Asset]
"""By address, such as `/filer/karta.png`."""


def digest(stream: BinaryIO) -> str:
    """Of all that the stream holds: two equal ones are the same content."""
    return file_digest(stream, "sha256").hexdigest()[:24]  # type: ignore[arg-type]


def address_of(path: str) -> str:
    """The one way of writing an address: without `%20`, and å as one sign (a Mac's file names have two)."""
    return normalize("NFC", unquote(path))


def find(assets: Assets, path: str) -> Asset | None:
    """The file that a link leads to, however the link is written."""
    return assets.get(path) or assets.get(address_of(path))
