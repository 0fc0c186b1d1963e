"""Fråga is a common question with an answer that stands alone."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from site_builder.content.fields import ANY, Md, Ref, Text, Whole, _as_list
from site_builder.content.record import Dataset, Part, Record, TypeInfo
from site_builder.content.site_view import SiteView


class Asked(Part):
    """How often it is asked."""

    count: Whole = Field(alias="antal", description="Antal gånger.")
    period: Text = Field("", description="Under vilken tid.")


class Question(Record):
    """A common question."""

    info: ClassVar = TypeInfo(
        name="question",
        plural="questions",
        folder="fragor",
        swedish="fråga",
        swedish_plural="frågor",
        heading="Vanliga frågor",
        section="/fragor/",
        rank=30,
        required=("answer",),
        a_to_z=True,
        listing="own",
        many={"related": "related"},
        in_english=True,
        dataset=Dataset(
            "Questions and answers",
            "Vanliga frågor till kommunen, med svar.",
            "Common questions to the municipality, with answers.",
        ),
    )

    answer: Md = Field("", alias="svar", description="Svaret, som går att läsa upp i telefon.")
    related: Annotated[list[Annotated[Text, Ref(*ANY)]], BeforeValidator(_as_list)] = Field(
        [], alias="relaterat", description="Sidor som hör ihop."
    )
    asked: Asked | None = Field(None, alias="frågad", description="Hur ofta frågan ställs.")

    def facts(self) -> dict[str, Any]:
        """How often it is asked: orders the most common."""
        return {"asked": self.asked.count if self.asked else 0}

    def long_texts(self) -> Sequence[str]:
        """The answer."""
        return [self.answer]

    @classmethod
    def relations(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """The way on: an e-service before a page; and the e-service to ring where it is urgent."""
        related = site.to(one, "related")
        opens = [card for card in related if card.type == "eservice" and card.facts["target"]]
        others = [card for card in related if card.type in ("service", "safety", "page")]
        way = next(iter([*opens, *others]), None)
        return {
            "way": way,
            "related": [card for card in related if card != way],
            "urgent": _urgent(one, site),
        }


def _urgent(one: Any, site: SiteView) -> Any:
    """The e-service with a number for what is urgent that a question leads to, straight or by its service."""
    for reference, other in site.targets(one):
        if reference.attribute == "related" and other:
            near = [other, *site.back(other, "eservice", "services")]
            for card in site.cards(each for each in near if each.type == "eservice" and site.is_public(each)):
                if card.facts["urgent_phone"]:
                    return card
    return None
