"""A format registers itself: publishing only walks the registry."""

import pytest

from site_builder.formats.registry import Format, all_formats, of_type
from site_builder.publishing import outputs
from tests.site_builder.conftest import Municipality


def test_no_two_formats_have_the_same_name() -> None:
    names = [made.name for made in all_formats()]
    assert len(names) == len(set(names))
    assert {"json", "collection", "feed", "calendar", "vcard", "cap", "catalog"} <= set(names)


def test_a_format_that_only_this_test_knows_is_published_and_made_again_when_its_key_differs(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Format(
        name="text",
        things=of_type("contact"),
        address=lambda one: f"{one.address.rstrip('/')}.txt",
        key=lambda _, one: one.digest,
        render=lambda _, one: one.title.encode(),
    )
    formats = (*all_formats(), text)
    monkeypatch.setattr(outputs, "all_formats", lambda: formats)
    town.build()
    assert town.page("/kontakt/vaxel.txt") == "Växeln"
    file = town.site / "kontakt" / "vaxel.txt"
    before = file.stat().st_mtime_ns
    town.write("organ/annat.md", "titel: Annat", "slag: enhet")
    town.build()
    assert file.stat().st_mtime_ns == before
    town.write("kontakter/vaxel.md", "titel: Receptionen", "telefon: 08-123 456", "frågor: Allt", key=2)
    town.build()
    assert town.page("/kontakt/vaxel.txt") == "Receptionen"
