"""Evenemang is something to go to, by the municipality or by others."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field

from site_builder.content import happening
from site_builder.content.fields import STOCKHOLM, Moment, Ref, Text, YesNo
from site_builder.content.record import Dataset, Record, TypeInfo
from site_builder.content.site_view import SiteView


class Event(Record):
    """An event: when and where it is, who arranges it, and what it costs."""

    info: ClassVar = TypeInfo(
        name="event",
        plural="events",
        folder="evenemang",
        swedish="evenemang",
        swedish_plural="evenemang",
        task="Lägga in ett evenemang",
        section="/evenemang/",
        rank=75,
        listing="by_year",
        a_to_z=True,
        known_as=("på gång", "kalender", "aktiviteter", "vad händer"),
        line="happening",
        calendar="evenemang",
        coming="På gång",
        required=("place",),
        fresh=True,
        said=True,
        one={"place_card": "place", "organiser_card": "organiser"},
        dataset=Dataset(
            "Events",
            "Evenemang: när, var, vem som ordnar och vad det kostar.",
            "Events: when, where, who arranges them and what they cost.",
            "EDUC",
        ),
    )

    start: Moment = Field(description="Början; bara dagen, om klockslaget inte är känt.")
    end: Moment | None = Field(None, alias="slut", description="Slut.")
    place: Annotated[Text, Ref("place", loose=True)] = Field(
        "", alias="plats", description="Platsen: en post i platser/, eller i ord."
    )
    organiser: Annotated[Text, Ref("body", loose=True)] = Field(
        "", alias="arrangör", description="Vem som ordnar: ett organ i organ/, eller i ord."
    )
    price: Text = Field("", alias="pris", description="Vad det kostar, till exempel ”Gratis” eller ”80 kr”.")
    cancelled: YesNo = Field(False, alias="inställt", description="Inställt.")

    def address(self, slug: str) -> str:
        """`/evenemang/<år>/<slug>/`."""
        return f"/evenemang/{self.start.year}/{slug}/"

    def problems(self) -> list[tuple[str, str, str]]:
        """It must end after it begins."""
        return happening.problems(self.start, self.ends, "Evenemanget")

    @property
    def when(self) -> str:
        """When it begins."""
        return self.start.isoformat()

    @property
    def ends(self) -> datetime | None:
        """The end; of days without an hour the last counts in full."""
        return _day_after(self.end) if self.end and _is_day(self.start) and _is_day(self.end) else self.end

    @property
    def until(self) -> datetime:
        """When it is over: at its end, with the day where no hour is known, or else once it has begun."""
        return self.ends or (_day_after(self.start) if _is_day(self.start) else self.start)

    def facts(self) -> dict[str, Any]:
        """What lists and calendars show."""
        found = happening.facts(self.start, self.ends, self.place, cancelled=self.cancelled)
        return found | {"until": self.until.isoformat(), "price": self.price}

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """`past` once it is over."""
        return {"past": datetime.fromisoformat(facts["until"]) <= now}

    @classmethod
    def card_facts(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """`place`, and `past` once it is over."""
        return happening.card_facts(one, site) | cls.flags(one.facts, site.now)


def _is_day(moment: datetime) -> bool:
    """True for a day without an hour, which is read as its midnight."""
    return moment.astimezone(STOCKHOLM).time() == time()


def _day_after(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(STOCKHOLM).date() + timedelta(days=1), time(), tzinfo=STOCKHOLM)
