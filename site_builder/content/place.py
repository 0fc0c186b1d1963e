"""Plats has an address, opening hours and what is known of the accessibility of its premises."""

from typing import Any, ClassVar

from pydantic import Field

from site_builder.content.fields import LocalDate, Number, Text
from site_builder.content.record import Dataset, Part, Record, TypeInfo


def _in_sweden(lat: float, long: float) -> bool:
    """Within the country's bounds, with its waters."""
    return 54.9 <= lat <= 69.2 and 10.5 <= long <= 24.3


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
        name="place",
        plural="places",
        folder="platser",
        swedish="plats",
        swedish_plural="platser",
        section="/platser/",
        rank=140,
        required=("visiting_address",),
        a_to_z=True,
        line="place",
        back={"contacts": ("contact", "place")},
        in_english=True,
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

    def problems(self) -> list[tuple[str, str, str]]:
        """The coordinate must be on Earth: others are metres, or have lost their point."""
        here = self.coordinate
        if here and (abs(here.lat) > 90 or abs(here.long) > 180):
            message = (
                f"{here.lat}, {here.long} är inga grader. Skriv WGS 84, till exempel lat: 59.2438 och "
                "long: 18.2291; SWEREF 99 och RT 90, som är meter, måste räknas om."
            )
            return [("coordinate-impossible", "coordinate", message)]
        return []

    def warnings(self) -> list[tuple[str, str, str]]:
        """A place outside Sweden is mostly a mistake."""
        here = self.coordinate
        if here is None or self.problems() or _in_sweden(here.lat, here.long):
            return []
        swapped = " Byt plats på lat och long." if _in_sweden(here.long, here.lat) else ""
        message = f"Läget {here.lat}, {here.long} är utanför Sverige.{swapped}"
        return [("coordinate-outside-sweden", "coordinate", message)]

    def facts(self) -> dict[str, Any]:
        """Where it is and when it is open."""
        return {
            "visiting_address": self.visiting_address,
            "opening_hours": [[hours.days, hours.hours] for hours in self.opening_hours],
        }
