"""What lies below `filer/` on the built site: derived pictures, sizes at links, and what is refused."""

import os
import re
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from site_builder.media import pictures
from site_builder.media.asset import Asset
from site_builder.media.shown import file_note, with_files
from site_builder.reading import limits
from tests.site_builder.conftest import Municipality
from tests.site_builder.media.test_pictures import camera, encoded, halves


def put(town: Municipality, name: str, data: bytes) -> Path:
    path = town.content / "filer" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def photo(town: Municipality, name: str = "torget.jpg", size: tuple[int, int] = (900, 450)) -> Path:
    return put(town, name, encoded(halves(size), "JPEG", exif=camera()))


def published(town: Municipality) -> dict[str, bytes]:
    files = (path for path in town.site.rglob("*") if path.is_file() and path.name != ".publicerat.json")
    return {path.relative_to(town.site).as_posix(): path.read_bytes() for path in files}


def test_a_picture_is_shown_in_several_widths_with_its_size_and_without_metadata(town: Municipality) -> None:
    photo(town)
    text = "![Torget en vinterdag](/filer/torget.jpg)\n\nOrd.\n\n![Samma torg](/filer/torget.jpg)\n"
    town.write("sidor/torget.md", "titel: Torget", text=text)
    assert town.build().problems == []
    first, second = re.findall(r"<picture>.*?</picture>", town.page("/torget/"))
    assert 'src="/filer/torget.jpg" width="900" height="450">' in first
    assert 'width="900" height="450" loading="lazy" decoding="async">' in second
    widths = re.findall(r"(/bilder/[0-9a-f]{24}-(\d+)\.webp) (\d+)w", first)
    assert [int(width) for _, width, _ in widths] == [400, 800, 900]
    for address, _, width in widths:
        with Image.open(town.site / address[1:]) as image:
            assert (image.format, image.size) == ("WEBP", (int(width), int(width) // 2))
    with Image.open(town.site / "filer/torget.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (900, 450))
    assert not [name for name, data in published(town).items() if b"FOTOGRAFEN" in data]


def test_a_build_makes_no_picture_anew_that_is_as_it_was(town: Municipality) -> None:
    path = photo(town)
    town.write("sidor/torget.md", "titel: Torget", text="![Torget](/filer/torget.jpg)")
    town.build()
    before = published(town)
    path.touch()
    shutil.rmtree(town.home / "cache")
    result = town.build()
    assert (result.changed, published(town)) == (0, before)
    made_always = town.build().made
    path.touch()
    assert town.build().made == made_always
    town.build(full=True)
    assert published(town) == before


def test_a_changed_picture_changes_its_pages_and_leaves_nothing_behind(town: Municipality) -> None:
    path = photo(town)
    text = "![Torget](/filer/torget.jpg) och [taxan](/filer/taxa.txt)"
    town.write("sidor/torget.md", "titel: Torget", text=text)
    note = put(town, "taxa.txt", b"x" * 1200)
    town.build()
    assert "taxan (txt, 1\u00a0kB)</a>" in town.page("/torget/")
    old = set(published(town))
    photo(town, size=(300, 500))
    note.write_bytes(b"x" * 4_321_000)
    town.build()
    page, now = town.page("/torget/"), published(town)
    assert 'width="300" height="500"' in page
    assert "taxan (txt, 4,3\u00a0MB)</a>" in page
    assert len([name for name in now if name.startswith("bilder/")]) == 1
    assert not old & {name for name in now if name.startswith("bilder/")}
    path.unlink()
    row = "/filer/torget.jpg: borttagen\n"
    (town.content / "flyttade-filer.yml").write_text(row, encoding="utf-8")
    town.write("sidor/torget.md", "titel: Torget")
    town.build()
    assert not [name for name in published(town) if name.startswith("bilder/")]


def test_the_same_picture_under_two_names_has_its_widths_once(town: Municipality) -> None:
    photo(town)
    photo(town, "kopia-av/torg.jpg")
    town.build()
    names = [name for name in published(town) if name.startswith(("bilder/", "filer/"))]
    assert len(names) == 3 + 2


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
TIFF = encoded(halves(), "TIFF")
JPEG = encoded(halves(), "JPEG")


UNFIT = {
    "a.heic": (HEIC, "picture-format"),
    "b.jpg": (HEIC, "picture-format"),
    "c.jpg": (TIFF, "picture-format"),
    "d.tif": (TIFF, "picture-format"),
    "E.BMP": (b"BM", "picture-format"),
    "f.doc": (JPEG, "picture-format"),
    "g": (JPEG, "picture-format"),
    "h.txt": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "picture-format"),
    "i.png": (b"hej", "picture-broken"),
    "j.jpg": (JPEG[:300], "picture-broken"),
    "k.jpg": (b"", "picture-broken"),
    "l.svg": (b"<svg", "picture-broken"),
    "m.svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "picture-active"),
}


def test_what_cannot_be_made_fit_is_told_and_not_published_not_even_in_a_preview(town: Municipality) -> None:
    for name, (data, _) in UNFIT.items():
        put(town, name, data)
    told = town.build().problems
    assert {Path(one.file).name: one.code for one in told if one.severity == "error"} == {
        name: code for name, (_, code) in UNFIT.items()
    }
    assert not town.site.exists()
    town.build(preview=True)
    assert town.has("/")
    assert not (town.site / "filer").exists()


def test_a_picture_that_asks_for_too_much_is_refused_alone(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo(town, "a.jpg", (20, 20))
    photo(town, "b.jpg", (20, 30))
    sound = pictures.measure

    def greedy(data: bytes) -> tuple[bool, int, int]:
        found = sound(data)
        if found[2] == 30:
            bytearray(2 * limits.MEMORY)
        return found

    monkeypatch.setattr(pictures, "measure", greedy)
    [told] = town.all_problems()
    assert (told.code, Path(told.file).name) == ("picture-too-large", "b.jpg")


def test_a_picture_that_moves_is_published_and_told(town: Municipality) -> None:
    stream = BytesIO()
    halves().save(stream, "GIF", save_all=True, append_images=[halves().rotate(180)])
    put(town, "x.gif", stream.getvalue())
    town.write("sidor/x.md", "titel: X", text="![Torget](/filer/x.gif)")
    assert [(one.code, one.severity) for one in town.build().problems] == [("picture-moves", "warning")]
    assert '<img alt="Torget" src="/filer/x.gif" width="60" height="40">' in town.page("/x/")


def test_a_film_is_published_as_it_is_and_told(town: Municipality) -> None:
    put(town, "torget.MOV", b"\0\0\0\x14ftypqt  ")
    assert [(one.code, one.severity) for one in town.build().problems] == [("asset-recorded", "warning")]
    assert (town.site / "filer" / "torget.MOV").is_file()


def test_a_name_with_blanks_and_letters_leads_to_its_file_however_it_is_written(town: Municipality) -> None:
    photo(town, "Sma\u030ar öl.jpg", (300, 200))  # å as a Mac writes it in names
    town.write(
        "sidor/x.md",
        "titel: X",
        text="![Ett](</filer/Smår öl.jpg>)\n\n![Två](/filer/Sm%C3%A5r%20%C3%B6l.jpg)\n",
    )
    assert town.build().problems == []
    assert town.page("/x/").count('src="/filer/Sm%C3%A5r%20%C3%B6l.jpg" width="300" height="200"') == 2
    assert (town.site / "filer" / "Smår öl.jpg").is_file()


FILES = {
    "/filer/a.pdf": Asset("filer/a.pdf", 1_240_000, "d", "pdf"),
    "/filer/b.JPG": Asset("filer/b.JPG", 5, "d", "picture", 10, 10),
    "/filer/utan": Asset("filer/utan", 5, "d", "other"),
}


@pytest.mark.parametrize(
    ("link", "text", "language", "note"),
    [
        ("/filer/a.pdf", "Taxan", "sv", " (pdf, 1,2\u00a0MB)"),
        ("/filer/a.pdf#page=2", "The fees", "en", " (pdf, 1.2\u00a0MB)"),
        ("/filer/a.pdf", "Taxan (PDF)", "sv", " (1,2\u00a0MB)"),
        ("/filer/a.pdf", "Taxan (pdf, 1,2 MB)", "sv", ""),
        ("/filer/b.JPG", "Kartan", "sv", ""),
        ("/filer/utan", "Filen", "sv", " (1\u00a0kB)"),
        ("/filer/finns-inte.pdf", "Filen", "sv", ""),
        ("/tjanster/bygglov/", "Bygglov", "sv", ""),
    ],
)
def test_a_link_to_a_file_says_its_kind_and_size_once(link: str, text: str, language: str, note: str) -> None:
    assert file_note(link, FILES, language, text) == note


def test_html_around_pictures_and_files_stays_as_it_was() -> None:
    html = (
        '<p><a class="x" href="/filer/a.pdf">A <em>b</em></a> <a href="https://x.example/a.pdf">c</a>'
        '<a href="/filer/b.JPG"><img alt="d &amp; e" src="/filer/b.JPG" title="dekorativ"></a></p>'
    )
    made = with_files(html, FILES)
    assert (
        'href="/filer/a.pdf">A <em>b</em> (pdf, 1,2\u00a0MB)</a> <a href="https://x.example/a.pdf">c</a>'
        in made
    )
    assert '<img alt="d &amp; e" src="/filer/b.JPG" width="10" height="10"></picture></a></p>' in made
    assert with_files("<p>Hej</p>", FILES) == "<p>Hej</p>"


def test_a_file_nobody_may_read_is_told(town: Municipality) -> None:
    if os.geteuid() == 0:
        put(town, "x.jpg", JPEG).unlink()
        (town.content / "filer" / "x.jpg").symlink_to("finns-inte.jpg")
    else:
        put(town, "x.jpg", JPEG).chmod(0)
    assert town.problems()["unreadable"].severity == "error"


def test_an_alert_goes_out_with_its_picture_though_another_record_is_wrong(town: Municipality) -> None:
    town.build()
    photo(town, "avstangt.jpg", (500, 300))
    photo(town, "annan.jpg", (500, 300))
    town.write("sidor/fel.md", "okänt: fält")
    lines = ["händelse: Läcka", "slag: kris", "allvar: allvarlig", 'gäller_från: "2026-11-24 08:00"']
    lines += ['publicerad: "2026-11-24 08:00"', 'upphör: "2026-11-25 08:00"']
    town.write("driftinfo/vatten.md", *lines, text="![Karta över gatorna](/filer/avstangt.jpg)")
    assert town.build().problems
    assert "<picture>" in town.page("/driftinfo/vatten/")
    assert [name for name in published(town) if name.startswith("filer/")] == ["filer/avstangt.jpg"]
    assert len([name for name in published(town) if name.startswith("bilder/")]) == 2
