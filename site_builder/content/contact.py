"""Kontakt is a function or a person in a role, whom one turns to with something."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from site_builder.content import suggestions
from site_builder.content.fields import STOCKHOLM, Email, LocalDate, Phone, Ref, Text, Texts, YesNo
from site_builder.content.record import Dataset, Part, Record, TypeInfo


class Role(Part):
    """An assignment for a period."""

    role: Text = Field(alias="roll", description="Rollen.")
    body: Annotated[Text, Ref("body")] | None = Field(None, alias="organ", description="Organet.")
    valid_from: LocalDate | None = Field(None, alias="från", description="Från och med.")
    until: LocalDate | None = Field(None, alias="till", description="Till och med.")


class Contact(Record):
    """Whom to turn to."""

    info: ClassVar = TypeInfo(
        name="contact",
        plural="contacts",
        folder="kontakter",
        swedish="kontakt",
        swedish_plural="kontakter",
        task="Lägga in en ny kontakt",
        section="/kontakter/",
        rank=50,
        required=("ask_about",),
        a_to_z=True,
        line="contact",
        one={"unit": "unit", "place_card": "place", "substitute": "substitute"},
        back={"answers_for": ("service", "owner")},
        in_english=True,
        dataset=Dataset(
            "Contacts",
            "Vem man vänder sig till, med vad och hur.",
            "Whom to turn to, with what and how.",
        ),
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

    def problems(self) -> list[tuple[str, str, str]]:
        """A misspelt field would be shown although it must not be."""
        known = [info.alias or name for name, info in type(self).model_fields.items()]
        found = []
        for alias in self.withheld:
            if alias not in known:
                near = suggestions.meant(alias, known)
                hint = f" Menade du ”{near}”?" if near else ""
                found.append(("unknown-withheld", "withheld", f"Det finns inget fält ”{alias}”.{hint}"))
        return found

    def address(self, slug: str) -> str:
        """`/kontakt/<slug>/`."""
        return f"/kontakt/{slug}/"

    def facts(self) -> dict[str, Any]:
        """The ways in, without what is withheld."""
        hidden = set(self.withheld)
        rows = (
            ("phone", "telefon"),
            ("email", "e-post"),
            ("phone_hours", "telefontider"),
            ("visiting_address", "besöksadress"),
            ("postal_address", "postadress"),
            ("ask_about", "frågor"),
        )
        found: dict[str, Any] = {
            name: "" if alias in hidden else getattr(self, name) or "" for name, alias in rows
        }
        found["ask_about"] = list(found["ask_about"])
        found["municipal"] = self.municipal
        found["person"] = bool(self.name)
        found["facts_as_of"] = self.facts_as_of or ""
        found["roles"] = [[str(role.valid_from or ""), str(role.until or "")] for role in self.roles]
        return found

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """`current_roles`: which roles are held today, by index; a past one is never shown as current."""
        today = now.astimezone(STOCKHOLM).date().isoformat()
        return {
            "current_roles": [
                index
                for index, (begun, until) in enumerate(facts["roles"])
                if begun <= today and (not until or today <= until)
            ]
        }
