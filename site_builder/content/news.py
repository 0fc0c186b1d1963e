"""Nyhet is dated news."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from site_builder.content.fields import Ref, Text, _as_list
from site_builder.content.record import Dataset, Record, TypeInfo


class News(Record):
    """A news item."""

    info: ClassVar = TypeInfo(
        name="news",
        plural="news",
        folder="nyheter",
        swedish="nyhet",
        swedish_plural="nyheter",
        task="Berätta en nyhet",
        section="/nyheter/",
        rank=70,
        listing="by_year",
        fresh=True,
        said=True,
        many={"affects": "affects"},
        in_english=True,
        dataset=Dataset(
            "News",
            "Nyheter från kommunen.",
            "News from the municipality.",
        ),
    )

    affects: Annotated[list[Annotated[Text, Ref("service", "body", "place")]], BeforeValidator(_as_list)] = (
        Field([], alias="påverkar", description="Tjänster, organ och platser som berörs.")
    )

    def address(self, slug: str) -> str:
        """`/nyheter/<år>/<slug>/`."""
        return f"/nyheter/{self.published.year}/{slug}/"
