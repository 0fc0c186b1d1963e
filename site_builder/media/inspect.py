"""One file below `filer/` becomes an asset and its problems; what cannot be made fit is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from site_builder.media import documents, drawings, pictures
from site_builder.media.asset import Asset, digest
from site_builder.problems import Problem, error, warning

SECONDS = 20.0
"""Of processor time for one file: the largest picture allowed takes a few."""

_FORMATS = {
    b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"II*\0": "TIFF", b"MM\0*": "TIFF",
    b"8BPS": "Photoshop", b"BM": "BMP", b"\0\0\0\x0cjP  ": "JPEG 2000", b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
}  # fmt: skip
"""How a picture begins, whatever it is called."""
_BRANDS = {
    b"heic": "HEIC", b"heix": "HEIC", b"heim": "HEIC", b"heis": "HEIC", b"hevc": "HEIC", b"hevx": "HEIC",
    b"mif1": "HEIC", b"msf1": "HEIC", b"avif": "AVIF", b"avis": "AVIF", b"crx ": "Canons råformat",
}  # fmt: skip
"""The same, after `ftyp` (ISO 14496-12)."""
_OTHER_ENDINGS = {
    ".heic": "HEIC", ".heif": "HEIC", ".tif": "TIFF", ".tiff": "TIFF", ".bmp": "BMP", ".psd": "Photoshop",
    ".jp2": "JPEG 2000", ".jxl": "JPEG XL", ".dng": "DNG", ".cr2": "CR2", ".cr3": "CR3", ".nef": "NEF",
    ".arw": "ARW", ".ico": "ICO", ".svgz": "packad SVG", ".eps": "EPS", ".ai": "Illustrator",
}  # fmt: skip
"""Pictures that not every browser shows, and whose metadata we cannot take away."""
_SHOWN = {"PNG", "JPEG", "GIF", "WebP", "AVIF"}


class Inspected(NamedTuple):
    """What looking at one file gave."""

    asset: Asset
    problems: list[Problem]


def inspect(path: Path) -> Inspected:
    """Read one file; raises OSError where it cannot be read."""
    with path.open("rb") as stream:
        asset = Asset(str(path), path.stat().st_size, digest(stream), "other")
        stream.seek(0)
        start = stream.read(512)
    found, ending = _format(start), path.suffix.lower()
    if ending in pictures.ENDINGS:
        return _picture(asset, found)
    if ending == ".svg" or b"<svg" in start:
        return _drawing(asset) if ending == ".svg" else _misnamed(asset, "SVG")
    if ending == ".pdf" or b"%PDF-" in start:
        return _document(asset)
    if ending in _OTHER_ENDINGS:
        return _refused(asset, _unsuited(asset, _OTHER_ENDINGS[ending]))
    if found and found != "BMP":  # two letters begin other files too
        return _misnamed(asset, found)
    return Inspected(asset, [])


def lost(path: str, size: int, failure: str) -> Inspected:
    """What is said of a file that took too much time or memory, or that our program could not take."""
    asset = Asset(path, size, "", "other")
    if failure:
        message, hint = f"Filen gick inte att läsa: {failure}.", "Det är ett fel i programmet. Anmäl det."
        return _refused(asset, error("read-failure", path, 0, "", message, hint))
    message = f"{Path(path).name} tar för lång tid eller för mycket minne att läsa."
    if Path(path).suffix.lower() == ".pdf":  # it is published as it is, and nobody has looked into it
        return _unread(path, size, message)
    return _refused(asset, error("picture-too-large", path, 0, "", message, _SMALLER))


def _unread(path: str, size: int, message: str) -> Inspected:
    with Path(path).open("rb") as stream:
        asset = Asset(path, size, digest(stream), "pdf")
    hint = "Se efter själv att den har taggar och inga personnummer, eller dela upp den."
    return Inspected(
        asset,
        [warning("pdf-too-heavy", path, 0, "", f"{message} Ingen har sett efter vad som står i den.", hint)],
    )


_SMALLER = "Spara bilden i mindre storlek. Mer än 1 600 bildpunkter i bredd visas ändå aldrig."


def _refused(asset: Asset, problem: Problem) -> Inspected:
    return Inspected(asset._replace(kind="refused"), [problem])


def _format(start: bytes) -> str:
    """What kind of picture begins so; empty for none."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    if start[4:8] == b"ftyp":
        brands = [start[8:12], *(start[at : at + 4] for at in range(16, min(len(start), 64), 4))]
        avif = next((brand for brand in brands if brand in (b"avif", b"avis")), b"")
        return _BRANDS.get(avif or start[8:12], "")
    return next((name for sign, name in _FORMATS.items() if start.startswith(sign)), "")


def _unsuited(asset: Asset, kind: str) -> Problem:
    message = f"{Path(asset.path).name} är en bild i formatet {kind}, som många webbläsare inte kan visa."
    hint = "Öppna den i ett bildprogram och spara den som JPEG eller PNG."
    return error("picture-format", asset.path, 0, "", message, hint)


def _misnamed(asset: Asset, kind: str) -> Inspected:
    name = Path(asset.path).name
    message = f"{name} är en bild ({kind}) men heter något annat, så att ingen kan se den."
    ending = {"JPEG": ".jpg", "PNG": ".png", "GIF": ".gif", "WebP": ".webp", "SVG": ".svg"}.get(kind)
    hint = f"Döp om den så att namnet slutar på {ending}." if ending else "Spara den som JPEG eller PNG."
    return _refused(asset, error("picture-format", asset.path, 0, "", message, hint))


def _picture(asset: Asset, found: str) -> Inspected:
    path = Path(asset.path)
    if found and found not in _SHOWN:
        return _refused(asset, _unsuited(asset, found))
    try:
        moves, width, height = pictures.measure(path.read_bytes())
    except pictures.PictureError as failure:
        if failure.code == "picture-too-large":
            size = f" ({failure.detail} bildpunkter)" if failure.detail else ""
            message = f"{path.name} är för stor{size}."
            return _refused(asset, error("picture-too-large", asset.path, 0, "", message, _SMALLER))
        message = f"{path.name} är ingen hel bild: den kan vara avbruten, eller något annat än namnet säger."
        hint = "Öppna den i ett bildprogram, och spara den på nytt som JPEG eller PNG."
        return _refused(asset, error("picture-broken", asset.path, 0, "", message, hint))
    if not moves:
        return Inspected(asset._replace(kind="picture", width=width, height=height), [])
    return Inspected(
        asset._replace(kind="moving", width=width, height=height), list(_movement(asset.path, path.name))
    )


def _movement(file: str, name: str) -> Iterator[Problem]:
    message = f"{name} rör sig, och ingen kan stanna den. Det stör den som läser bredvid (WCAG 2.2.2)."
    yield warning(
        "picture-moves", file, 0, "", message, "Byt den mot en stillbild, eller länka till en film."
    )


def _document(asset: Asset) -> Inspected:
    path = Path(asset.path)
    found = documents.faults(path.name, path.read_bytes())
    told = [warning(fault.code, asset.path, 0, "", fault.message, fault.hint) for fault in found]
    return Inspected(asset._replace(kind="pdf"), told)


def _drawing(asset: Asset) -> Inspected:
    path = Path(asset.path)
    try:
        width, height = drawings.measure(path.read_bytes())
    except drawings.DrawingError as failure:
        if failure.what:
            message = f"{path.name} innehåller mer än en bild: {failure.what}."
            hint = "Spara den på nytt utan program och länkar till annat, eller som PNG."
            return _refused(asset, error("picture-active", asset.path, 0, "", message, hint))
        message = f"{path.name} är ingen hel SVG-bild."
        hint = "Spara den på nytt i ritprogrammet, eller som PNG."
        return _refused(asset, error("picture-broken", asset.path, 0, "", message, hint))
    return Inspected(asset._replace(kind="drawing", width=width, height=height), [])
