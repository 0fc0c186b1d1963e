"""Trygghetsråd says what to do before, during and after."""

from typing import ClassVar

from pydantic import Field

from site_builder.content.fields import Phone, Text, Texts
from site_builder.content.record import Dataset, Part, Record, TypeInfo


class Call(Part):
    """A number and when to call it."""

    number: Phone = Field(alias="nummer", description="Numret.")
    when: Text = Field("", alias="när", description="När man ringer.")


class Safety(Record):
    """Guidance for safety."""

    info: ClassVar = TypeInfo(
        name="safety",
        plural="safety",
        folder="trygghet",
        swedish="trygghetsråd",
        swedish_plural="trygghetsråd",
        heading="Råd om trygghet och säkerhet",
        section="/trygghet/",
        rank=40,
        a_to_z=True,
        lix=45,
        near={"related": "safety", "questions": "question"},
        in_english=True,
        dataset=Dataset(
            "Safety advice",
            "Vad man gör före, under och efter brand, strömavbrott och annat.",
            "What to do before, during and after a fire, a power cut and more.",
            "JUST",
        ),
    )

    before: Texts = Field([], alias="före", description="Före.")
    during: Texts = Field([], alias="under", description="Under.")
    after: Texts = Field([], alias="efter", description="Efter.")
    call: list[Call] = Field([], alias="ring", description="Vart man ringer.")
    references: Texts = Field([], alias="källor", description="Källor.")
