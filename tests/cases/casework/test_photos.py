"""Photos are made anew: no place, right way up, small enough; bombs and what is no picture are refused."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from cases.casework import photos
from cases.model import CaseError
from cases.tables import case_photos
from foundation.database import read
from tests.cases.serving import Municipality


def taken(size: tuple[int, int] = (3000, 1000), orientation: int = 6, kind: str = "JPEG") -> bytes:
    """A picture as a phone takes it: lying on its side, with its place."""
    image = Image.new("RGB", size, "red")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Telefonens tillverkare"
    exif.get_ifd(0x8825)[2] = (59.0, 14.0, 38.0)  # GPSLatitude
    made = BytesIO()
    image.save(made, kind, exif=exif)
    return made.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_scaled_and_without_metadata(kind: str) -> None:
    made = photos.clean(taken(kind=kind))
    with Image.open(BytesIO(made.data)) as image:
        assert image.format == "JPEG"
        assert image.size == (made.width, made.height) == (667, 2000)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"tillverkare" not in made.data


def with_metadata(exif: bytes) -> bytes:
    """A small JPEG with metadata as some phones and programs write it."""
    made = BytesIO()
    Image.new("RGB", (40, 20), "red").save(made, "JPEG", exif=exif)
    return made.getvalue()


GPS_OF_NOTHING = (
    b"Exif\0\0MM\0*\0\0\0\x08\0\x02"
    b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"  # turned right
    b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0"
    b"\0\x01\0\x02\0\x05\0\0\0\x01\0\0\0\x38\0\0\0\0"  # latitude 0/0
    b"\0\0\0\0\0\0\0\0"
)


@pytest.mark.parametrize(
    ("exif", "size"),
    [
        (GPS_OF_NOTHING, (20, 40)),
        (b"Exif\0\0Exif\0\0II*\0\x08\0\0\0\0\0", (40, 20)),  # the head is there twice
        (b"Exif\0\0MM\0*\xff\xff\xff\xff", (40, 20)),
        (b"Exif\0\0", (40, 20)),
        (b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x04abc\0\0\0\0\0", (40, 20)),  # words
    ],
)
def test_metadata_that_cannot_be_read_costs_nobody_their_photo(exif: bytes, size: tuple[int, int]) -> None:
    made = photos.clean(with_metadata(exif))
    assert (made.width, made.height) == size


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "data",
    [
        b"", b"no picture", b"\xff\xd8\xff\xe0", taken()[:500], bomb(100, 100), bomb(50_000, 50_000),
        bomb(0, 5),         b"%PDF-1.4", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a",
    ],
)  # fmt: skip
def test_what_is_no_whole_picture_is_refused_in_swedish(data: bytes) -> None:
    with pytest.raises(CaseError, match=r"^Bilden "):
        photos.clean(data)


def test_a_photo_comes_with_the_case_and_is_seen_behind_its_link_alone(both: Municipality) -> None:
    form = {"typ": "trasig-gatlampa", "plats": "Storgatan", "text": "Släckt.", "steg": "skicka"}
    answer = both.http.post(
        "/felanmalan/ny/", data=form, files={"bild": ("IMG_1.jpg", taken(), "image/jpeg")}
    )
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    with read(both.engine) as connection:
        [row] = connection.execute(select(case_photos)).all()
    assert b"JFIF" not in row.data  # encrypted
    shown = both.get(f"{path}bild/{row.id}.jpg")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.content.startswith(b"\xff\xd8")
    other = both.report()
    assert both.get(f"{other}bild/{row.id}.jpg").status_code == 404


def test_a_broken_photo_is_told_and_nothing_that_was_typed_is_lost(town: Municipality) -> None:
    form = {"typ": "trasig-gatlampa", "plats": "Storgatan", "text": "Släckt.", "steg": "skicka"}
    answer = town.http.post("/felanmalan/ny/", data=form, files={"bild": ("a.jpg", b"no", "image/jpeg")})
    assert answer.status_code == 422
    assert "Bilden går inte att läsa" in answer.text
    assert 'name="text" value="Släckt."' in answer.text
    assert town.rows() == []
