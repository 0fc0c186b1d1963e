"""A photo is made anew from its pixels: turned right, small enough, without where and by what it was taken.

What is no picture, or unpacks to more than any camera makes, is refused before it is unpacked.
"""

import logging
import warnings
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from cases.casework.receiving import Photo
from cases.model import CaseError

log = logging.getLogger(__name__)

LONGEST = 2_000
"""Pixels of the longest side of what is kept."""

MOST_PIXELS = 64_000_000
"""A telephone's largest ordinary photograph has 50 million."""

MOST = 3
"""Photos of one report."""

_T = Image.Transpose
TURNS = {
    2: _T.FLIP_LEFT_RIGHT, 3: _T.ROTATE_180, 4: _T.FLIP_TOP_BOTTOM, 5: _T.TRANSPOSE, 6: _T.ROTATE_270,
    7: _T.TRANSVERSE, 8: _T.ROTATE_90,
}  # fmt: skip
"""By the orientation of Exif (0x0112)."""

READ = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
NO_PICTURE = "Bilden går inte att läsa. Skicka en bild från kameran (JPEG, PNG eller WebP), eller ingen alls."
TOO_LARGE = "Bilden är för stor. Ta en ny med vanlig upplösning, eller skicka utan bild."


def clean(data: bytes) -> Photo:
    """The photo as it is kept and shown. Raises CaseError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower, and broken metadata is nobody's news
            with Image.open(BytesIO(data), formats=READ) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise CaseError(TOO_LARGE)
                image.draft("RGB", (2 * LONGEST, 2 * LONGEST))
                return _made(image)
    except Image.DecompressionBombError as error:
        raise CaseError(TOO_LARGE) from error
    except CaseError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise CaseError(NO_PICTURE) from error


def _orientation(image: Image.Image) -> int:
    """As the camera says it, 1 where nothing can be read.

    Not Pillow's own ``exif_transpose``: it writes all the metadata anew, and fails on what many phones write
    (a place of 0/0, a doubled head).
    """
    try:
        found = image.getexif().get(0x0112, 1)
    except Exception:  # whatever somebody else's metadata makes of the parser, the picture is there
        log.info("metadata of a photo could not be read")
        return 1
    return found if isinstance(found, int) else 1


def _made(image: Image.Image) -> Photo:
    turn = TURNS.get(_orientation(image))
    turned = (image.transpose(turn) if turn is not None else image).convert("RGB")
    turned.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", turned.size)  # nothing but pixels comes along
    bare.paste(turned)
    made = BytesIO()
    bare.save(made, "JPEG", quality=82, optimize=True)
    return Photo(made.getvalue(), *bare.size)
