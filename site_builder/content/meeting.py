"""Möte is a meeting of a committee."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from site_builder.content import happening
from site_builder.content.fields import Moment, Ref, Text, Texts, YesNo
from site_builder.content.record import Dataset, Link, Record, TypeInfo
from site_builder.content.site_view import SiteView


class Meeting(Record):
    """A meeting: time, place, agenda and documents."""

    info: ClassVar = TypeInfo(
        name="meeting",
        plural="meetings",
        folder="moten",
        swedish="möte",
        swedish_plural="möten",
        task="Kalla till ett möte",
        section="/moten/",
        rank=110,
        required=(
            "body",
            "start",
        ),
        listing="by_year",
        known_as=("protokoll", "nästa möte", "sammanträde", "kallelse", "mötesdagar"),
        line="happening",
        summarised=False,
        calendar="alla",
        coming="Kommande möten",
        fresh=True,
        said=True,
        one={"organ": "body", "place_card": "place"},
        back={"decisions": ("decision", "meeting")},
        dataset=Dataset(
            "Meetings",
            "Organens möten: tid, plats, ärenden och handlingar.",
            "Meetings of the bodies: time, place, agenda and documents.",
        ),
    )

    body: Annotated[Text, Ref("body")] = Field(alias="organ", description="Organet.")
    start: Moment = Field(description="Början.")
    end: Moment | None = Field(None, alias="slut", description="Slut.")
    place: Annotated[Text, Ref("place", loose=True)] = Field(
        "", alias="plats", description="Platsen: en post i platser/, eller i ord."
    )
    public: YesNo = Field(False, alias="offentligt", description="Öppet för allmänheten.")
    cancelled: YesNo = Field(False, alias="inställt", description="Inställt.")
    tentative: YesNo = Field(False, alias="preliminärt", description="Bara planerat.")
    agenda: Texts = Field([], alias="ärenden", description="Ärenden.")
    documents: list[Link] = Field([], alias="handlingar", description="Handlingar.")

    def address(self, slug: str) -> str:  # noqa: ARG002 - the body and the day are the address
        """`/moten/<organ>/<datum>/`."""
        return f"/moten/{self.body.rpartition('/')[2]}/{self.start.date().isoformat()}/"

    def problems(self) -> list[tuple[str, str, str]]:
        """It must end after it begins."""
        return happening.problems(self.start, self.end, "Mötet")

    @property
    def when(self) -> str:
        """When it begins."""
        return self.start.isoformat()

    def facts(self) -> dict[str, Any]:
        """What a list of meetings shows."""
        found = happening.facts(
            self.start, self.end, self.place, cancelled=self.cancelled, tentative=self.tentative
        )
        return found | {"public": self.public}

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """`past` once it has begun."""
        return {"past": happening.has_begun(facts, now)}

    @classmethod
    def card_facts(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """`place` and `past`."""
        return happening.card_facts(one, site)
