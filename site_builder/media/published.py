"""An asset becomes the file at its address, and a picture more widths, named by what is in them.

A file's key holds what it is made of and how, so that nothing is made again that would come out alike.
"""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path, PurePath
from typing import NamedTuple

import PIL

from site_builder.media.asset import Asset, Assets, digest

FOLDER = "bilder"
"""Of the widths; below it lie no addresses that somebody writes."""
RECIPE = f"1-{PIL.__version__}"
"""Changes whenever a picture of the same file might come out otherwise: raise the number with `pictures`."""


class ChangedError(Exception):
    """A file was changed while the site was being built; build again."""


class Published(NamedTuple):
    """One file of the site."""

    path: str
    key: str
    make: Callable[..., bytes]
    arguments: tuple[str | int | Asset, ...]


def published(assets: Assets) -> Iterator[Published]:
    """Every file that the assets become; the same picture under two names has its widths in common."""
    seen = set()
    for address, asset in assets.items():
        if asset.kind == "refused":
            continue
        recipe = "" if asset.kind in ("pdf", "other") else RECIPE
        yield Published(address.lstrip("/"), f"{asset.digest}{recipe}", _own, (address, asset))
        if asset.kind == "picture" and asset.digest not in seen:
            seen.add(asset.digest)
            for width in asset.widths():
                path = scaled_address(asset, width).lstrip("/")
                yield Published(path, f"{asset.digest}{recipe}", _scaled, (asset, width))


def scaled_address(asset: Asset, width: int) -> str:
    """Where a picture is in a width."""
    return f"/{FOLDER}/{asset.digest}-{width}.webp"


def _own(address: str, asset: Asset) -> bytes:
    data = _same(asset)
    if asset.kind == "drawing":
        from site_builder.media import drawings  # libraries of 0.1 s: only where there is a new picture

        return drawings.cleaned(data)
    if asset.kind in ("picture", "moving"):
        from site_builder.media import pictures

        return pictures.cleaned(data, PurePath(address).suffix.lower())
    return data


def _scaled(asset: Asset, width: int) -> bytes:
    from site_builder.media import pictures

    return pictures.scaled(_same(asset), width, max(1, round(asset.height * width / asset.width)))


def _same(asset: Asset) -> bytes:
    """The file's bytes, where they are those that were inspected; raises ChangedError."""
    data = Path(asset.path).read_bytes()
    if digest(BytesIO(data)) != asset.digest:
        raise ChangedError(f"{asset.path} changed while the site was being built; build again")
    return data
