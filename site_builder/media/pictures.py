"""Pictures are turned as they should be seen, scaled, brought to sRGB, and written anew without metadata.

What Pillow writes here depends on the file's bytes and Pillow's version alone, so that two builds are alike.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageSequence

MOST_PIXELS = 64_000_000
"""In all frames together: a telephone's largest ordinary photograph has 50 million."""
MOST_FRAMES = 1000
WIDEST = 1600
"""Pixels; no side of what is published is longer."""
_FORMATS = {
    ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".png": "PNG", ".gif": "GIF",
    ".webp": "WEBP", ".avif": "AVIF",
}  # fmt: skip
ENDINGS = frozenset(_FORMATS)
"""What a file may be called that is published as a picture; what is inside may be another of these."""
_READ = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_HOW: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 82, "progressive": True, "optimize": True},
    "PNG": {"optimize": True},
    "GIF": {"optimize": True},
    "WEBP": {"quality": 80, "method": 4},
    "AVIF": {"quality": 60, "speed": 7, "max_threads": 1},  # more threads: other bytes on another machine
}
_T = Image.Transpose
_TURNS = {
    2: _T.FLIP_LEFT_RIGHT, 3: _T.ROTATE_180, 4: _T.FLIP_TOP_BOTTOM, 5: _T.TRANSPOSE,
    6: _T.ROTATE_270, 7: _T.TRANSVERSE, 8: _T.ROTATE_90,
}  # fmt: skip
"""By the orientation of Exif (0x0112)."""
_SIDEWAYS = (5, 6, 7, 8)

Image.MAX_IMAGE_PIXELS = None  # our own limit is lower and tells instead of warning


class PictureError(Exception):
    """The picture cannot be published; the code says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def measure(data: bytes) -> tuple[bool, int, int]:
    """Whether it moves, and its width and height as it is published; all of it is decoded.

    Raises PictureError.
    """
    with _opened(data) as image:
        if _moves(image):
            for _ in ImageSequence.Iterator(image):
                image.load()
            return True, *image.size
        sideways = _orientation(image) in _SIDEWAYS
        size = image.size
        image.draft(None, (2 * WIDEST, 2 * WIDEST))
        image.load()
        return False, *_fitted(size[::-1] if sideways else size)


def cleaned(data: bytes, ending: str) -> bytes:
    """The picture for its own address, in the format that the address's ending promises."""
    with _opened(data) as image:
        if _moves(image):
            return _moving(image, _FORMATS[ending])
        return _written(_prepared(image), _FORMATS[ending])


def scaled(data: bytes, width: int, height: int) -> bytes:
    """The picture as WebP in a width; a drawing or a screenshot without loss where that is smaller."""
    with _opened(data) as image:
        source = image.format
        whole = _prepared(image)
    small = (
        whole if whole.size == (width, height) else whole.resize((width, height), Image.Resampling.LANCZOS)
    )
    made = _written(small, "WEBP")
    return made if source in ("JPEG", "MPO") else min(made, _written(small, "WEBP", lossless=True), key=len)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The picture, read no further than its beginning; every fault of it as a PictureError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, which is thrown away
            with Image.open(BytesIO(data), formats=_READ) as image:
                frames = getattr(image, "n_frames", 1) if _may_move(image) else 1
                if image.width * image.height * frames > MOST_PIXELS or frames > MOST_FRAMES:
                    raise PictureError("picture-too-large", f"{image.width} × {image.height}")
                yield image
    except PictureError:
        raise
    except MemoryError:
        raise PictureError("picture-too-large") from None
    except Exception as failure:  # Pillow raises more than it says, for what is no picture or half of one
        raise PictureError("picture-broken", repr(failure)) from failure


def _may_move(image: Image.Image) -> bool:
    return image.format != "MPO"  # a photograph with its thumbnail or depth beside it


def _moves(image: Image.Image) -> bool:
    return _may_move(image) and getattr(image, "n_frames", 1) > 1


def _orientation(image: Image.Image) -> int:
    """1 where it says nothing, or what cannot be read."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # metadata of any program's making
        return 1


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    """The size within the limit, in the same proportions."""
    longest = max(size)
    if longest <= WIDEST:
        return size
    return max(1, round(size[0] * WIDEST / longest)), max(1, round(size[1] * WIDEST / longest))


def _prepared(image: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB, turned and scaled."""
    turn = _TURNS.get(_orientation(image))
    sideways = _orientation(image) in _SIDEWAYS
    target = _fitted(image.size[::-1] if sideways else image.size)
    image.draft(None, (2 * WIDEST, 2 * WIDEST))
    image.load()
    made = _in_srgb(image)
    if turn is not None:
        made = made.transpose(turn)
    if made.size != target:
        made = made.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)
    made.info.clear()
    return made


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours as they look, whatever the file's colour space."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    clear = image.has_transparency_data
    if image.mode in ("P", "PA", "LA", "1", "La", "RGBa"):
        image = image.convert("RGBA" if clear else "RGB")
    elif "transparency" in image.info:
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB") if alpha else image
    if profile:
        colours = _converted(colours, profile)
    colours = colours.convert("RGB")
    if alpha and alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    return colours


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    with suppress(
        ImageCms.PyCMSError, OSError, ValueError
    ):  # a profile for other colours, or broken: as it is
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        made = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        return made or image
    return image


def _written(image: Image.Image, kind: str, **more: Any) -> bytes:
    if kind == "JPEG" and image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    stream = BytesIO()
    image.save(stream, kind, **(_HOW[kind] | more))
    return stream.getvalue()


def _moving(image: Image.Image, kind: str) -> bytes:
    """All frames with their times and nothing else; the first where the address promises a still picture."""
    frames, times = [], []
    for frame in ImageSequence.Iterator(image):
        times.append(frame.info.get("duration", 100))
        made = frame.convert("RGBA")
        made.info.clear()
        frames.append(made)
    if kind == "JPEG":
        return _written(frames[0], kind)
    stream, more = BytesIO(), {"disposal": 2} if kind == "GIF" else {}
    more |= {"loop": image.info.get("loop", 1 if kind == "GIF" else 0)}
    frames[0].save(
        stream, kind, save_all=True, append_images=frames[1:], duration=times, **(_HOW[kind] | more)
    )
    return stream.getvalue()
