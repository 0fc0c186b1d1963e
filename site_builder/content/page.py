"""Sida: anything else."""

from typing import Annotated, ClassVar

from pydantic import Field

from site_builder.content.fields import Ref, Text, Texts
from site_builder.content.record import Record, TypeInfo


class Page(Record):
    """A page."""

    info: ClassVar = TypeInfo("page", "pages", "sidor", "sida", "sidor", "", ())

    related: Texts = Field([], alias="relaterat", description="Sidor som hör ihop.")
    contact: Annotated[Text, Ref("contact")] | None = Field(None, alias="kontakt", description="Kontakt.")

    def address(self, slug: str) -> str:
        """`/<slug>/`."""
        return f"/{slug}/"
