"""Fråga: a common question with an answer that stands alone."""

from typing import ClassVar

from pydantic import Field

from site_builder.content.fields import Md, Text, Texts, Whole
from site_builder.content.record import Part, Record, TypeInfo


class Asked(Part):
    """How often it is asked."""

    count: Whole = Field(alias="antal", description="Antal gånger.")
    period: Text = Field("", description="Under vilken tid.")


class Question(Record):
    """A common question."""

    info: ClassVar = TypeInfo("question", "questions", "fragor", "fråga", "frågor", "/fragor/", ("answer",))

    answer: Md = Field("", alias="svar", description="Svaret, som går att läsa upp i telefon.")
    related: Texts = Field([], alias="relaterat", description="Sidor som hör ihop.")
    asked: Asked | None = Field(None, alias="frågad", description="Hur ofta frågan ställs.")
