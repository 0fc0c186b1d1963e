"""Plats: address, opening hours and the accessibility of the premises."""

from typing import Any, ClassVar

from pydantic import Field

from site_builder.content.fields import LocalDate, Number, Text
from site_builder.content.record import Dataset, Part, Record, TypeInfo


class Coordinate(Part):
    """WGS 84, degrees."""

    lat: Number = Field(description="Latitud.")
    long: Number = Field(description="Longitud.")


class Hours(Part):
    """Weekly opening hours."""

    days: Text = Field(alias="dagar", description="Vilka dagar.")
    hours: Text = Field(alias="tider", description="Vilka tider.")


class DifferingDay(Part):
    """A day that differs."""

    date: LocalDate = Field(alias="datum", description="Dagen.")
    hours: Text = Field("", alias="tider", description="Tider, eller stängt.")
    text: Text = Field("", description="Varför.")


class Place(Record):
    """A place to visit."""

    info: ClassVar = TypeInfo(
        "place",
        "places",
        "platser",
        "plats",
        "platser",
        ("visiting_address",),
        back={"contacts": ("contact", "place")},
        dataset=Dataset(
            "Places",
            "Platser att besöka: adress, öppettider och lokalens tillgänglighet.",
            "Places to visit: address, opening hours and accessibility.",
            "REGI",
        ),
    )

    visiting_address: Text = Field("", alias="adress", description="Gatuadress.")
    postal_address: Text = Field("", alias="postadress", description="Postadress.")
    coordinate: Coordinate | None = Field(None, alias="koordinat", description="Läge i WGS 84.")
    opening_hours: list[Hours] = Field([], alias="öppettider", description="Öppettider.")
    exceptions: list[DifferingDay] = Field([], alias="avvikelser", description="Avvikande dagar.")
    accessibility: Text = Field("", alias="tillgänglighet", description="Lokalens tillgänglighet.")

    def facts(self) -> dict[str, Any]:
        """Where it is and when it is open."""
        return {
            "visiting_address": self.visiting_address,
            "opening_hours": [[hours.days, hours.hours] for hours in self.opening_hours],
        }
