"""Kontakt: a function or a person in a role; whom to turn to and with what."""

from typing import Annotated, ClassVar

from pydantic import Field

from site_builder.content.fields import Email, LocalDate, Phone, Ref, Text, Texts, YesNo
from site_builder.content.record import Part, Record, TypeInfo


class Role(Part):
    """An assignment for a period."""

    role: Text = Field(alias="roll", description="Rollen.")
    body: Annotated[Text, Ref("body")] | None = Field(None, alias="organ", description="Organet.")
    valid_from: LocalDate | None = Field(None, alias="från", description="Från och med.")
    until: LocalDate | None = Field(None, alias="till", description="Till och med.")


class Contact(Record):
    """Whom to turn to."""

    info: ClassVar = TypeInfo(
        "contact", "contacts", "kontakter", "kontakt", "kontakter", "/kontakt/", ("ask_about",)
    )

    function: Text = Field("", alias="funktion", description="Funktionens namn.")
    name: Text = Field("", alias="namn", description="Namn på en person i en roll.")
    role: Text = Field("", alias="roll", description="Personens roll.")
    unit: Annotated[Text, Ref("body")] | None = Field(None, alias="enhet", description="Enheten.")
    phone: Phone | None = Field(None, alias="telefon", description="Telefonnummer.")
    email: Email | None = Field(None, alias="e-post", description="E-postadress.")
    place: Annotated[Text, Ref("place")] | None = Field(None, alias="plats", description="Besöksplats.")
    visiting_address: Text = Field("", alias="besöksadress", description="Besöksadress.")
    postal_address: Text = Field("", alias="postadress", description="Postadress.")
    phone_hours: Text = Field("", alias="telefontider", description="När man kan ringa.")
    ask_about: Texts = Field([], alias="frågor", description="Vad man kan fråga om.")
    substitute: Annotated[Text, Ref("contact")] | None = Field(
        None, alias="ersättare", description="Vem man annars vänder sig till."
    )
    roles: list[Role] = Field([], alias="uppdrag", description="Uppdrag med tid.")
    municipal: YesNo = Field(True, alias="kommunal", description="Hör kontakten till kommunen.")
    withheld: Texts = Field([], alias="visa_inte", description="Fält som aldrig får visas.")

    def address(self, slug: str) -> str:
        """`/kontakt/<slug>/`."""
        return f"/kontakt/{slug}/"
