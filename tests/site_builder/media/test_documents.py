"""A PDF's faults are told: locked, broken, without tags, title or language, with a name or a number in it."""

import zlib
from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from site_builder.media import documents
from tests.site_builder.conftest import Municipality
from tests.site_builder.media.test_filer import put

NUMBER = "811228-9874"  # the example of SKV 704


def pdf(*texts: str, good: bool = True, **properties: str) -> bytes:
    """A document with a page for each text; a good one has tags and a language."""
    writer = PdfWriter()
    for text in texts or ("Hej",):
        page = writer.add_blank_page(300, 300)
        stream = StreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        kind = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = DictionaryObject({NameObject(key): NameObject(value) for key, value in kind.items()})
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    writer.add_metadata(
        {"/Title": "Taxa för vatten", **{f"/{key}": value for key, value in properties.items()}}
    )
    if good:
        writer.root_object[NameObject("/Lang")] = TextStringObject("sv")
        writer.root_object[NameObject("/StructTreeRoot")] = writer._add_object(DictionaryObject())
        marked = DictionaryObject({NameObject("/Marked"): BooleanObject(value=True)})
        writer.root_object[NameObject("/MarkInfo")] = marked
    stream_out = BytesIO()
    writer.write(stream_out)
    return stream_out.getvalue()


def told(data: bytes) -> dict[str, str]:
    return {fault.code: fault.message for fault in documents.faults("x.pdf", data)}


def test_nothing_is_told_of_a_good_document() -> None:
    assert told(pdf("Avgiften är 100 kronor.", "Sidan två.")) == {}


def test_what_hinders_reading_aloud_is_told_in_one_sentence() -> None:
    found = told(pdf(good=False, Title="Microsoft Word - taxa.docx"))
    assert list(found) == ["pdf-not-accessible"]
    assert "taggar (rubriker, listor och läsordning), titel och språk" in found["pdf-not-accessible"]


@pytest.mark.parametrize(
    "title", ["", " ", "Untitled", "Dokument1", "taxa 2026.docx", "Namnlös", "PowerPoint.pptx"]
)
def test_a_title_that_a_program_made_up_is_none(title: str) -> None:
    assert "saknar titel," in told(pdf(Title=title))["pdf-not-accessible"]


@pytest.mark.parametrize(
    ("author", "is_told"), [("Ett Namn", True), ("", False), ("Tyresö kommun", False), ("User", False)]
)
def test_an_author_in_the_properties_is_told(author: str, is_told: bool) -> None:
    assert ("pdf-author" in told(pdf(Author=author))) is is_told


def test_an_identity_number_is_told_with_its_page_wherever_it_stands() -> None:
    assert "(sidan 2)" in told(pdf("Hej", f"Sökande {NUMBER}, fastighet 1:2"))["pdf-personnummer"]
    assert "(egenskaperna)" in told(pdf(Subject=NUMBER))["pdf-personnummer"]
    assert NUMBER not in told(pdf(NUMBER))["pdf-personnummer"]
    assert told(pdf("Org.nr 212000-0092, dnr 2012/811228-9874")) == {}


def test_a_document_of_pictures_only_is_told() -> None:
    assert list(told(pdf("", ""))) == ["pdf-scanned"]
    assert told(pdf("", "Sidan två har text.")) == {}


def test_a_document_with_a_password_is_told_and_one_that_only_forbids_is_read() -> None:
    for password, code in (("hemligt", "pdf-locked"), ("", "pdf-personnummer")):
        writer = PdfWriter(clone_from=BytesIO(pdf(NUMBER)))
        writer.encrypt(password, "ägare", algorithm="AES-256")
        stream = BytesIO()
        writer.write(stream)
        assert list(told(stream.getvalue())) == [code]


@pytest.mark.parametrize(
    "data", [b"", b"hej", b"PK\x03\x04", b"%PDF-1.7\n", pdf()[:200], b"%PDF-1.4\ntrailer<</Root 1 0 R>>"]
)
def test_what_is_no_document_is_told(data: bytes) -> None:
    assert list(told(data)) == ["pdf-broken"]


def test_a_document_that_unpacks_to_gigabytes_is_told_and_does_not_stop_the_others(
    town: Municipality,
) -> None:
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    bomb = StreamObject()
    bomb._data = zlib.compress(b"\0" * 300_000_000, 1)
    bomb[NameObject("/Filter")] = NameObject("/FlateDecode")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(bomb)
    stream = BytesIO()
    writer.write(stream)
    put(town, "bomb.pdf", stream.getvalue())
    put(town, "taxa.pdf", pdf(Author="Ett Namn"))
    codes = [one.code for one in town.all_problems()]
    assert "pdf-author" in codes
    assert set(codes) <= {"pdf-author", "pdf-too-heavy", "pdf-broken"}


def test_a_document_is_published_as_it_is_and_its_link_says_what_it_is(town: Municipality) -> None:
    data = pdf(good=False)
    put(town, "taxa.pdf", data)
    town.write("sidor/x.md", "titel: X", text="[Taxan](/filer/taxa.pdf)")
    assert [one.code for one in town.build().problems] == ["pdf-not-accessible"]
    assert (town.site / "filer/taxa.pdf").read_bytes() == data
    assert f">Taxan (pdf, {max(1, round(len(data) / 1000))}\u00a0kB)</a>" in town.page("/x/")
