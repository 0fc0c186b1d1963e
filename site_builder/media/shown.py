"""How pages show what lies below `filer/`: pictures in fitting widths, links with a file's kind and size."""

import re
from html import escape, unescape
from pathlib import PurePath
from urllib.parse import quote

from site_builder.media.asset import Asset, Assets, address_of, find
from site_builder.media.published import scaled_address

SIZES = "(min-width: 48rem) 44rem, 92vw"
"""How wide a picture in a text is shown: the theme's measure, or a phone's page within its margins."""
FIRST_SCREEN = 600
"""Signs of text above a picture that is seen at once; one further down is fetched when it is near."""

_SHOWN = re.compile(
    r"<img (?P<img>[^<>]*?)/?>"
    r'|<a (?P<before>[^<>]*?)href="(?P<href>/[^"]*)"(?P<after>[^<>]*)>(?P<text>.*?)</a>',
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
_TAG = re.compile(r"<[^<>]*>")
_NOT_TOLD = ("picture", "moving", "drawing", "refused")
"""What a browser shows by itself, as it shows a page."""


def with_files(html: str, assets: Assets, language: str = "sv") -> str:
    """Our renderer's HTML with its pictures and its links to files as they are shown."""
    if "<img " not in html and 'href="/filer/' not in html:
        return html
    seen = 0

    def show(found: re.Match[str]) -> str:
        nonlocal seen
        if found["img"] is None:
            inside = with_files(found["text"], assets, language)
            note = file_note(found["href"], assets, language, found["text"])
            return f'<a {found["before"]}href="{found["href"]}"{found["after"]}>{inside}{note}</a>'
        seen += 1
        first = seen == 1 and len(_TAG.sub("", html[: found.start()])) < FIRST_SCREEN
        return _picture(dict(_ATTRIBUTE.findall(found["img"])), assets, lazy=not first)

    return _SHOWN.sub(show, html)


def file_note(link: str, assets: Assets, language: str = "sv", text: str = "") -> str:
    """` (pdf, 1,2 MB)` for a link to a file; without what the link's text says already, as HTML."""
    asset = find(assets, unescape(link).partition("#")[0])
    if asset is None or asset.kind in _NOT_TOLD:
        return ""
    kind = PurePath(asset.path).suffix.lstrip(".").lower()
    parts = [] if not kind or re.search(rf"\b{re.escape(kind)}\b", text, re.IGNORECASE) else [kind]
    if not re.search(r"\d\s*(?:&nbsp;|\u00a0)?[kM]B\b", text, re.IGNORECASE):
        parts.append(size_text(asset.size, language))
    return f" ({', '.join(parts)})" if parts else ""


def size_text(size: int, language: str = "sv") -> str:
    """`345 kB`, `1,2 MB`; with the decimal sign of the language."""
    if size < 999_500:
        return f"{max(1, round(size / 1000))}\u00a0kB"
    text = f"{size / 1_000_000:.1f}\u00a0MB"
    return text if language == "en" else text.replace(".", ",")


def _picture(given: dict[str, str], assets: Assets, *, lazy: bool) -> str:
    """An `img` with its size, so that nothing jumps when it comes; in a `picture` where it has widths."""
    asset = find(assets, unescape(given.get("src", "")))
    if given.get("title") == "dekorativ":  # said to us, not to readers
        del given["title"]
    if asset:
        given["src"] = escape(quote(address_of(unescape(given["src"]))))
        if asset.width and asset.height:
            given |= {"width": str(asset.width), "height": str(asset.height)}
    given |= {"loading": "lazy", "decoding": "async"} if lazy else {}
    attributes = " ".join(f'{name}="{value}"' for name, value in given.items())
    img = f"<img {attributes}>"
    return f"<picture>{_source(asset)}{img}</picture>" if asset and asset.kind == "picture" else img


def _source(asset: Asset) -> str:
    widths = [f"{scaled_address(asset, width)} {width}w" for width in asset.widths()]
    return f'<source type="image/webp" srcset="{", ".join(widths)}" sizes="{SIZES}">'
