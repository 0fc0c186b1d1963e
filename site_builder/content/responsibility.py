"""Ansvarsområde says what the municipality does, does not do, and which service it promises."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from site_builder.content.fields import Ref, Text, Texts, Url, _as_list
from site_builder.content.record import Dataset, Link, Part, Record, TypeInfo


class NotDone(Part):
    """Something that somebody else does."""

    what: Text = Field(alias="vad", description="Det kommunen inte gör.")
    who: Text = Field("", alias="vem", description="Den som gör det i stället.")
    link: Url | None = Field(None, alias="länk", description="Vart man vänder sig.")


class ServiceLevel(Part):
    """A promise and how it is measured."""

    promise: Text = Field(alias="löfte", description="Löftet.")
    measure: Text = Field("", alias="mått", description="Hur det mäts.")
    outcome: Text = Field("", alias="utfall", description="Hur det gick.")
    period: Text = Field("", description="Vilken tid utfallet gäller.")


class Responsibility(Record):
    """An area of responsibility."""

    info: ClassVar = TypeInfo(
        name="responsibility",
        plural="responsibilities",
        folder="ansvar",
        swedish="ansvarsområde",
        swedish_plural="ansvarsområden",
        heading="Vem ansvarar för vad",
        section="/ansvar/",
        rank=90,
        required=("municipality_does",),
        a_to_z=True,
        one={"political": "political_body"},
        many={"services": "services"},
        dataset=Dataset(
            "Responsibilities",
            "Vad kommunen ansvarar för och vilket organ som bestämmer.",
            "What the municipality is responsible for, and which body decides.",
        ),
    )

    municipality_does: Texts = Field([], alias="kommunen_gör", description="Det kommunen gör.")
    municipality_does_not: list[NotDone] = Field([], alias="kommunen_gör_inte", description="Det andra gör.")
    service_levels: list[ServiceLevel] = Field([], alias="servicenivå", description="Löften om service.")
    services: Annotated[list[Annotated[Text, Ref("service")]], BeforeValidator(_as_list)] = Field(
        [], alias="tjänster", description="Tjänster inom området."
    )
    governing_documents: list[Link] = Field([], alias="styrdokument", description="Styrande dokument.")
    costs: Text = Field("", alias="kostar", description="Vad skattepengarna går till.")
    influence: Text = Field("", alias="påverka", description="Så kan man påverka.")
    political_body: Annotated[Text, Ref("body")] | None = Field(
        None, alias="politiskt_ansvar", description="Ansvarig nämnd."
    )
