"""Organ is a committee, an administration, a company or a unit; together they are a tree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from site_builder.content.fields import STOCKHOLM, FuzzyDate, Ref, Text, Texts
from site_builder.content.record import Dataset, Record, TypeInfo
from site_builder.content.site_view import SiteView


class Body(Record):
    """A body of the municipality, or another that answers for something."""

    info: ClassVar = TypeInfo(
        name="body",
        plural="bodies",
        folder="organ",
        swedish="organ",
        swedish_plural="organ",
        heading="Nämnder, förvaltningar och enheter",
        section="/organ/",
        rank=130,
        required=("kind",),
        a_to_z=True,
        line="body",
        latest={
            "meetings": ("meeting", "body"),
            "decisions": ("decision", "body"),
            "notices": ("notice", "body"),
        },
        one={"parent": "parent", "contact": "contact"},
        back={
            "children": ("body", "parent"),
            "responsibilities": ("responsibility", "political_body"),
            "services": ("service", "political_body"),
            "audits": ("audit", "board"),
        },
        dataset=Dataset(
            "Bodies",
            "Fullmäktige, nämnder, förvaltningar och enheter, och hur de hänger ihop.",
            "The council, boards, administrations and units, and how they belong together.",
        ),
    )

    kind: Literal[
        "fullmäktige",
        "styrelse",
        "nämnd",
        "utskott",
        "förvaltning",
        "bolag",
        "gemensam nämnd",
        "enhet",
        "annan huvudman",
    ] = Field(alias="slag", description="Vilket slags organ.")
    run_by: Literal["kommunal", "enskild"] | None = Field(
        None, alias="regi", description="kommunal eller enskild."
    )
    parent: Annotated[Text, Ref("body")] | None = Field(
        None, alias="överordnad", description="Organet ovanför; får inte bilda en ring."
    )
    contact: Annotated[Text, Ref("contact")] | None = Field(None, alias="kontakt", description="Kontakt.")
    joint_members: Texts = Field([], alias="samverkande", description="Kommuner i en gemensam nämnd.")
    responsible_for: Texts = Field([], alias="ansvarar_för", description="Vad organet ansvarar för.")
    members: Text = Field("", alias="ledamöter", description="Antal ledamöter.")
    valid_from: FuzzyDate | None = Field(None, alias="från", description="Finns från.")
    valid_to: FuzzyDate | None = Field(None, alias="till", description="Fanns till.")

    @property
    def called(self) -> str:
        """Its kind."""
        return self.kind

    def facts(self) -> dict[str, Any]:
        """What kind of body it is, and until when it was one."""
        return {"kind": self.kind, "valid_to": self.valid_to or ""}

    @classmethod
    def card_facts(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """`ended`: see `flags`."""
        return cls.flags(one.facts, site.now)

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """`ended` once the day, month or year of its end is over; one without a date is."""
        until, today = facts["valid_to"], now.astimezone(STOCKHOLM).date().isoformat()
        return {"ended": bool(until) and (not until[0].isdigit() or until < today[: len(until)])}
