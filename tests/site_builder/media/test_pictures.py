"""A picture is published as it should be seen, and nothing of what the camera or a program wrote in it."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms

from site_builder.media import pictures
from site_builder.media.pictures import PictureError

RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """Red to the left, blue to the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def encoded(image: Image.Image, kind: str, **more: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **more)
    return stream.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def camera(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = "FOTOGRAFEN"
    exif.get_ifd(0x8825)[2] = (59.0, 14.0, 40.0)
    exif.get_ifd(0x8825)[29] = "PLATSEN"
    return exif


def near(found: Any, wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 25 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    ("orientation", "size", "top_left", "bottom_right"),
    [
        (1, (60, 40), RED, BLUE),
        (2, (60, 40), BLUE, RED),
        (3, (60, 40), BLUE, RED),
        (4, (60, 40), RED, BLUE),
        (5, (40, 60), RED, BLUE),
        (6, (40, 60), RED, BLUE),
        (7, (40, 60), BLUE, RED),
        (8, (40, 60), BLUE, RED),
        (0, (60, 40), RED, BLUE),
        (9, (60, 40), RED, BLUE),
    ],
)
def test_a_photograph_is_turned_as_the_camera_was_held(
    orientation: int, size: tuple[int, int], top_left: tuple[int, ...], bottom_right: tuple[int, ...]
) -> None:
    data = encoded(halves(), "JPEG", exif=camera(orientation), quality=95)
    assert pictures.measure(data) == (False, *size)
    made = opened(pictures.cleaned(data, ".jpg"))
    assert made.size == size
    assert near(made.getpixel((2, 2)), top_left)
    assert near(made.getpixel((size[0] - 3, size[1] - 3)), bottom_right)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_nothing_is_left_of_position_photographer_and_programs(kind: str) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>HEMLIGT</a></x:xmpmeta>'
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more: dict[str, Any] = {"exif": camera(), "icc_profile": profile, "xmp": xmp, "comment": b"HEMLIGT"}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        more["pnginfo"] = PngInfo()
        more["pnginfo"].add_text("Comment", "HEMLIGT")
        more["pnginfo"].add_itxt("XML:com.adobe.xmp", "HEMLIGT")
    if kind == "GIF":
        more = {"comment": b"HEMLIGT"}
    data = encoded(halves(), kind, **more)
    assert b"HEMLIGT" in data or b"FOTOGRAFEN" in data
    for made in (pictures.cleaned(data, f".{kind.lower()}"), pictures.scaled(data, 60, 40)):
        for word in (b"HEMLIGT", b"FOTOGRAFEN", b"PLATSEN", b"Exif", b"http", b"ICC"):
            assert word not in made
        assert not opened(made).getexif()


def test_iptc_and_maker_notes_of_a_jpeg_are_left_out_too() -> None:
    plain = encoded(halves(), "JPEG")
    blocks = b"".join(
        b"\xff" + bytes([marker]) + struct.pack(">H", len(text) + 2) + text
        for marker, text in ((0xED, b"Photoshop 3.0\x008BIM HEMLIGT"), (0xE5, b"HEMLIGT"), (0xFE, b"HEMLIGT"))
    )
    data = plain[:2] + blocks + plain[2:] + b"HEMLIGT after the end"
    assert b"HEMLIGT" not in pictures.cleaned(data, ".jpg")


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\x00\x00",
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x05\x00\x00\x00\x01\x00\x00\x00\x00",
    ],
)
def test_broken_metadata_breaks_no_picture(exif: bytes) -> None:
    data = encoded(halves(), "JPEG", exif=exif)
    assert pictures.measure(data) == (False, 60, 40)
    assert near(opened(pictures.cleaned(data, ".jpg")).getpixel((2, 2)), RED)


def test_a_large_photograph_is_1600_pixels_at_its_longest_side() -> None:
    data = encoded(halves((4000, 3000)), "JPEG", exif=camera(6))
    assert pictures.measure(data) == (False, 1200, 1600)
    assert opened(pictures.cleaned(data, ".jpg")).size == (1200, 1600)
    assert pictures.measure(encoded(halves((6000, 2)), "PNG")) == (False, 1600, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "I;16", "YCbCr"])
def test_every_mode_of_colour_becomes_what_it_looks_like(mode: str) -> None:
    kind = {"CMYK": "JPEG", "YCbCr": "JPEG", "PA": "GIF"}.get(mode, "PNG")
    if mode == "I;16":
        grey = Image.frombytes("I;16", (4, 4), struct.pack("<16H", *[51200] * 16))
        made = opened(pictures.cleaned(encoded(grey, kind), ".png"))
        assert near(made.convert("RGB").getpixel((1, 1)), (200, 200, 200))
        return
    source = halves(mode=mode if mode != "PA" else "P")
    wanted = source.convert("RGB").getpixel((2, 2))
    assert isinstance(wanted, tuple)
    for ending in (".jpg", ".png", ".webp"):
        made = opened(pictures.cleaned(encoded(source, kind), ending))
        assert near(made.convert("RGB").getpixel((2, 2)), wanted)


@pytest.mark.parametrize("kind", ["palette", "key", "alpha"])
def test_what_is_clear_stays_clear_and_is_white_in_a_jpeg(kind: str) -> None:
    if kind == "palette":
        image = halves().quantize(2)
        more = {"transparency": image.getpixel((2, 2))}
    elif kind == "key":
        image, more = halves(), {"transparency": RED}
    else:
        image, more = halves(mode="RGBA"), {}
        image.paste((0, 0, 0, 0), (0, 0, 30, 40))
    data = encoded(image, "PNG", **more)
    png = opened(pictures.cleaned(data, ".png")).convert("RGBA")
    pixel = png.getpixel((2, 2))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 0
    assert near(png.getpixel((50, 2)), (*BLUE, 255))
    assert opened(pictures.cleaned(data, ".jpg")).getpixel((2, 2)) == (255, 255, 255)
    webp = opened(pictures.scaled(data, 60, 40)).convert("RGBA").getpixel((2, 2))
    assert isinstance(webp, tuple)
    assert webp[3] == 0


def test_a_profile_is_followed_and_one_that_does_not_fit_is_left_out() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()  # fits no RGB picture
    for profile in (lab, b"no profile at all", b""):
        made = opened(pictures.cleaned(encoded(halves(), "PNG", icc_profile=profile), ".png"))
        assert near(made.getpixel((2, 2)), RED)
        assert "icc_profile" not in made.info


def test_a_name_that_says_another_format_gets_that_format() -> None:
    data = encoded(halves(mode="RGBA"), "PNG")
    assert opened(pictures.cleaned(data, ".jpeg")).format == "JPEG"
    assert opened(pictures.cleaned(encoded(halves(), "JPEG"), ".png")).format == "PNG"


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = encoded(halves((900, 600)), "JPEG", progressive=True)
    for ending in (".jpg", ".png", ".webp", ".avif", ".gif"):
        assert pictures.cleaned(data, ending) == pictures.cleaned(data, ending)
    assert pictures.scaled(data, 400, 267) == pictures.scaled(data, 400, 267)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_a_picture_that_ends_too_soon_is_told_and_not_published(kind: str) -> None:
    noise = Image.effect_noise((80, 80), 90).convert("RGB")
    data = encoded(noise, kind)
    for part in (data[: len(data) * 2 // 3], data[:30], b""):
        with pytest.raises(PictureError) as told:
            pictures.measure(part)
        assert told.value.code == "picture-broken"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    row = zlib.compress(b"\0" * 5000, 9)
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", head), (b"IDAT", row), (b"IEND", b""))
    )
    with pytest.raises(PictureError) as told:
        pictures.measure(data)
    assert (told.value.code, told.value.detail) == ("picture-too-large", "60000 × 60000")


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_picture_that_moves_keeps_its_frames_their_times_and_nothing_else(kind: str) -> None:
    frames = [halves(), halves().transpose(Image.Transpose.FLIP_LEFT_RIGHT), halves()]
    more = {"comment": b"HEMLIGT"} if kind == "GIF" else {"exif": camera()} if kind == "WEBP" else {}
    stream = BytesIO()
    frames[0].save(
        stream, kind, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0, **more
    )
    assert pictures.measure(stream.getvalue()) == (True, 60, 40)
    made = pictures.cleaned(stream.getvalue(), f".{kind.lower()}")
    assert b"HEMLIGT" not in made
    assert b"FOTOGRAFEN" not in made
    moving = Image.open(BytesIO(made))
    assert getattr(moving, "n_frames", 1) == 3
    assert moving.info.get("loop") == 0
    moving.seek(1)
    moving.load()
    assert near(moving.convert("RGB").getpixel((2, 2)), BLUE)
    assert opened(pictures.cleaned(stream.getvalue(), ".jpg")).format == "JPEG"


def test_a_picture_of_more_frames_than_a_film_is_refused() -> None:
    one = encoded(Image.new("P", (1, 1)), "GIF")
    start = one.index(b",")
    with pytest.raises(PictureError) as told:
        pictures.measure(one[:start] + one[start:-1] * (pictures.MOST_FRAMES + 1) + b";")
    assert told.value.code == "picture-too-large"


def test_a_photograph_with_its_depth_beside_it_does_not_move() -> None:
    stream = BytesIO()
    halves().save(stream, "MPO", save_all=True, append_images=[halves()])
    assert pictures.measure(stream.getvalue()) == (False, 60, 40)
