"""A drawing is published as a drawing: no program in it, nothing fetched, nothing that names its maker."""

import pytest

from site_builder.media import drawings
from site_builder.media.drawings import DrawingError

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def drawing(inside: str, more: str = 'viewBox="0 0 30 20"') -> bytes:
    return f"{HEAD}{more}>{inside}</svg>".encode()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<script xlink:href="/js/site.js"/>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<rect onclick="alert(1)"/>',
        '<rect ONLOAD="alert(1)"/>',
        "<foreignObject><p/></foreignObject>",
        '<a xlink:href="javascript:alert(1)"><text>x</text></a>',
        '<a href=" java&#10;script:alert(1)"><text>x</text></a>',
        '<image xlink:href="https://elsewhere.example/spy.png"/>',
        '<image href="//elsewhere.example/spy.png"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zz4="/>',
        '<use href="other.svg#x"/>',
        '<a><set attributeName="href" to="javascript:alert(1)"/></a>',
        '<a><animate attributeName="xlink:href" values="javascript:alert(1)"/></a>',
        '<style>@import "https://elsewhere.example/x.css";</style>',
        "<style>rect { fill: url(https://elsewhere.example/x) }</style>",
        "<rect style=\"fill: url( '//elsewhere.example/x')\"/>",
        '<rect fill="url(https://elsewhere.example/x)"/>',
    ],
)
def test_what_runs_or_fetches_is_refused(inside: str) -> None:
    with pytest.raises(DrawingError) as told:
        drawings.measure(drawing(inside))
    assert told.value.what


def test_what_a_program_leaves_is_taken_away_and_the_drawing_stays() -> None:
    made = drawings.cleaned(
        b'<?xml version="1.0"?><!-- HEMLIGT --><!DOCTYPE svg><?HEMLIGT x?>'
        + drawing(
            "<title>Karta</title><metadata>HEMLIGT</metadata>"
            '<s:namedview xmlns:s="http://sodipodi.sourceforge.net/x" s:path="HEMLIGT"/>'
            '<defs><linearGradient id="g"/></defs><g fill="url(#g)"><use xlink:href="#g"/></g>'
            '<a href="https://www.kommun.example/"><text>kvar</text></a><rect style="fill:url(#g)"/>',
            'xmlns:i="http://www.inkscape.org/x" i:export-filename="HEMLIGT" width="30" height="20px"',
        )
    )
    assert b"HEMLIGT" not in made
    for part in (b"<title>Karta</title>", b'fill="url(#g)"', b'xlink:href="#g"', b"kvar", b"fill:url(#g)"):
        assert part in made


@pytest.mark.parametrize(
    ("more", "size"),
    [
        ('width="30" height="20px"', (30, 20)),
        ('width="100%" height="100%" viewBox="0 0 300 200"', (300, 200)),
        ('viewBox="0,0,12.4,7.6"', (12, 8)),
        ('width="30mm"', (0, 0)),
        ('viewBox="0 0 1e999 1"', (0, 0)),
        ('viewBox="many"', (0, 0)),
    ],
)
def test_its_size_is_what_it_says_or_its_proportions(more: str, size: tuple[int, int]) -> None:
    assert drawings.measure(drawing("", more)) == size


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<svg/>",
        b'<!DOCTYPE svg [<!ENTITY a "'
        + b"x" * 99
        + b'">'
        + b"".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 50}">'.encode() for n in range(1, 9))
        + b']><svg xmlns="http://www.w3.org/2000/svg"><text>&a8;</text></svg>',
    ],
)
def test_what_is_no_drawing_is_told(data: bytes) -> None:
    with pytest.raises(DrawingError):
        drawings.measure(data)
