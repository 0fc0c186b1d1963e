"""Alternative texts that say nothing of a picture: the name of its file, or of what a camera made."""

import re
from pathlib import PurePath
from urllib.parse import unquote

_ENDING = r"\.(?:jpe?g|png|gif|webp|avif|svg|heic|tiff?|bmp)"
_NAME = re.compile(
    rf".*{_ENDING}"
    r"|(?:img|dsc[nf]?|pxl|dji|mvimg|cimg|wp|p|scan|screenshot|skärmbild|skärmavbild|whatsapp image"
    r"|received|image|bild|foto|picture|photo|untitled|namnlös)[\W_]*\d[\d\W_tz]*(?:kl)?[\d\W_]*(?:kopia|copy|~\d+)?"
    r"|\d{6,}[\d\W_]*",
    re.IGNORECASE,
)
"""`IMG_1234`, `DSC00012.JPG`, `Skärmbild 2026-11-30 kl. 10.22.33`, `20261130_102233`."""
_NOTHING = {
    "bild", "bilden", "foto", "fotografi", "illustration", "image", "picture", "photo", "ikon", "logga",
    "logotyp",
    "alt", "alt text", "alternativtext", "beskrivning", "bildtext", "img",
}  # fmt: skip


def says_nothing(alt: str, address: str) -> bool:
    """Whether an alternative text is a file's name, or a bare word for any picture."""
    plain = " ".join(alt.split()).lower().strip(" .:!")
    name = PurePath(unquote(address)).name
    names = {name.lower(), PurePath(name).stem.lower()}
    joined = any(sign in plain for sign in "_-.") or any(sign.isdigit() for sign in plain)
    return plain in _NOTHING or bool(_NAME.fullmatch(plain)) or (joined and plain in names)
