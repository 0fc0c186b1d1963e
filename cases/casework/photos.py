"""A photo is made anew from its pixels: turned right, small enough, without where and by what it was taken.

What is no picture, or unpacks to more than any camera makes, is refused before it is unpacked.
"""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from cases.casework.receiving import Photo
from cases.model import CaseError

LONGEST = 2_000
"""Pixels of the longest side of what is kept."""

MOST_PIXELS = 64_000_000
"""A telephone's largest ordinary photograph has 50 million."""

MOST = 3
"""Photos of one report."""

READ = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
NO_PICTURE = "Bilden går inte att läsa. Skicka en bild från kameran (JPEG, PNG eller WebP), eller ingen alls."
TOO_LARGE = "Bilden är för stor. Ta en ny med vanlig upplösning, eller skicka utan bild."


def clean(data: bytes) -> Photo:
    """The photo as it is kept and shown. Raises CaseError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=READ) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise CaseError(TOO_LARGE)
                image.draft("RGB", (2 * LONGEST, 2 * LONGEST))
                return _made(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise CaseError(TOO_LARGE) from error
    except CaseError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise CaseError(NO_PICTURE) from error


def _made(image: Image.Image) -> Photo:
    turned = ImageOps.exif_transpose(image).convert("RGB")
    turned.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", turned.size)  # nothing but pixels comes along
    bare.paste(turned)
    made = BytesIO()
    bare.save(made, "JPEG", quality=82, optimize=True)
    return Photo(made.getvalue(), *bare.size)
