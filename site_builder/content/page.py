"""Sida is a page for what no other type fits."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from site_builder.content.fields import ANY, Ref, Text, _as_list
from site_builder.content.record import Dataset, Record, TypeInfo


class Page(Record):
    """A page."""

    info: ClassVar = TypeInfo(
        name="page",
        plural="pages",
        folder="sidor",
        swedish="sida",
        swedish_plural="sidor",
        task="Skriva en ny sida",
        heading="Mer information",
        rank=80,
        a_to_z=True,
        listing="own",
        many={"related": "related"},
        one={"contact": "contact"},
        in_english=True,
        dataset=Dataset(
            "Other pages",
            "Övriga sidor, till exempel om hur man kan påverka.",
            "Other pages, such as how to influence decisions.",
        ),
    )

    related: Annotated[list[Annotated[Text, Ref(*ANY)]], BeforeValidator(_as_list)] = Field(
        [], alias="relaterat", description="Sidor som hör ihop."
    )
    contact: Annotated[Text, Ref("contact")] | None = Field(None, alias="kontakt", description="Kontakt.")

    def address(self, slug: str) -> str:
        """`/<slug>/`; the page called `start` introduces the start page."""
        return "/" if slug == "start" else f"/{slug}/"
