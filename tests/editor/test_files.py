"""Pictures are turned and stripped before anything is kept; what is no picture is refused kindly."""

from io import BytesIO

import pytest
from PIL import Image

from editor.web.files import file_name
from tests.editor.conftest import Newsroom


def photograph() -> bytes:
    """A picture that lies on its side, and tells where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    stream = BytesIO()
    Image.new("RGB", (40, 20), "red").save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def test_a_photograph_is_turned_and_stripped_before_it_is_kept(newsroom: Newsroom) -> None:
    page = newsroom.upload("../../Min bild (1).JPG", photograph(), alt="En röd vägg")
    assert "![En röd vägg](/filer/2026/min-bild-1.jpg)" in page
    with Image.open(newsroom.town.content / "filer/2026/min-bild-1.jpg") as kept:
        assert kept.size == (20, 40)
        assert not kept.getexif()
    assert (
        newsroom.git("show", "--name-only", "--format=", "HEAD").strip().endswith("filer/2026/min-bild-1.jpg")
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("a.png", b"%PDF-1.4 not a picture"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.jpg", b"\xff\xd8\xff broken"),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(
    newsroom: Newsroom, name: str, data: bytes
) -> None:
    page = newsroom.upload(name, data, alt="Något")
    assert "error-summary" in page or "<script" not in newsroom.kept(name)
    assert "<script>alert" not in page


def test_a_picture_without_words_for_who_does_not_see_it_is_asked_for_them(newsroom: Newsroom) -> None:
    assert "Skriv vad bilden visar" in newsroom.upload("a.jpg", photograph(), alt="")


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("C:\\Users\\Eva\\Bild på Åsa.PNG", "bild-pa-asa.png"),
        ("../../etc/passwd.svg", "passwd.svg"),
        ("…….pdf", "fil.pdf"),
    ],
)
def test_a_file_gets_a_name_of_its_own_kind(told: str, name: str) -> None:
    assert file_name(told) == name
