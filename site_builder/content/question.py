"""Fråga: a common question with an answer that stands alone."""

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from site_builder.content.fields import ANY, Md, Ref, Text, Whole, _as_list
from site_builder.content.record import Dataset, Part, Record, TypeInfo


class Asked(Part):
    """How often it is asked."""

    count: Whole = Field(alias="antal", description="Antal gånger.")
    period: Text = Field("", description="Under vilken tid.")


class Question(Record):
    """A common question."""

    info: ClassVar = TypeInfo(
        "question",
        "questions",
        "fragor",
        "fråga",
        "frågor",
        ("answer",),
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
