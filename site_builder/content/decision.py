"""Beslut is one paragraph (§) of a protocol."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date as Day  # noqa: N812 - the model has a field `date`
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from site_builder.content.fields import (
    Dnr,
    LocalDate,
    Md,
    Mds,
    Paragraph,
    Ref,
    Text,
    Texts,
    _fuzzy_date,
    fail,
)
from site_builder.content.record import Dataset, Link, Part, Record, TypeInfo
from site_builder.content.site_view import SiteView

APPEALABLE = timedelta(days=60)
"""A decision without a known notice is too old to appeal: 14 days to approve it, 2 to announce, 3 weeks."""


def _day_or_month(value: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", value):
        fail(
            "invalid-date",
            f"”{value}” är inget datum. Skriv år-månad-dag, eller år-månad när dagen är okänd.",
        )
    return _fuzzy_date(value)


def _last_day(value: str) -> Day:
    """A day, or the last one of a month: where only the month is known, it may have been then."""
    year, month = int(value[:4]), int(value[5:7])
    return Day(year, month, int(value[8:10] or monthrange(year, month)[1]))


class Appeal(Part):
    """An appeal that has been recorded."""

    date: LocalDate | None = Field(None, alias="datum", description="När överklagandet kom in.")
    court: Text = Field("", alias="domstol", description="Domstolen.")
    result: Text = Field("", alias="utgång", description="Hur det gick; tomt medan målet pågår.")


class Decision(Record):
    """One § of a protocol, with its points, its plain summary and how to appeal."""

    info: ClassVar = TypeInfo(
        name="decision",
        plural="decisions",
        folder="beslut",
        swedish="beslut",
        swedish_plural="beslut",
        task="Lägga ut ett beslut",
        section="/beslut/",
        rank=100,
        required=(
            "outcome",
            "body",
            "date",
            "points",
        ),
        listing="by_year",
        known_as=("vad har beslutats", "senaste beslut"),
        line="decision",
        quoted=True,
        fresh=True,
        said=True,
        one={"organ": "body", "meeting": "meeting"},
        back={"notices": ("notice", "decisions")},
        dataset=Dataset(
            "Decisions",
            "Paragrafer ur protokoll: vad som beslutades, av vilket organ och när.",
            "Paragraphs of minutes: what was decided, by which body and when.",
        ),
    )

    outcome: Literal["föreslaget", "beslutat", "information", "bordlagt", "återremitterat", "avslaget"] = (
        Field(alias="utfall", description="Det som bara är föreslaget visas aldrig som beslutat.")
    )
    body: Annotated[Text, Ref("body")] = Field(
        alias="organ", description="Organet som beslutar; skriv dess kortnamn."
    )
    date: Annotated[Text, AfterValidator(_day_or_month)] = Field(
        alias="datum", description="Beslutsdag, eller månad."
    )
    paragraph: Paragraph | None = Field(
        None, alias="paragraf", description="Paragrafens nummer i protokollet."
    )
    reference: Dnr | None = Field(None, alias="dnr", description="Diarienummer.")
    points: Mds = Field([], alias="beslutspunkter", description="Beslutet, punkt för punkt.")
    plain_summary: Text = Field("", alias="sammanfattning", description="Vad beslutet betyder, på klarspråk.")
    background: Md = Field("", alias="bakgrund", description="Bakgrund till beslutet.")
    vote: Text = Field("", alias="omröstning", description="Hur det röstades.")
    reservations: Texts = Field([], alias="reservationer", description="Reservationer, utan personnamn.")
    attachments: list[Link] = Field([], alias="bilagor", description="Bilagor till beslutet.")
    appeal_kind: Literal["laglighetsprövning", "förvaltningsbesvar", "nej"] | None = Field(
        None, alias="överklagan", description="Hur beslutet kan överklagas."
    )
    appeals: list[Appeal] = Field([], alias="överklagat", description="Överklaganden som kommit in.")
    final_on: LocalDate | None = Field(
        None, alias="laga_kraft", description="Dagen beslutet vann laga kraft; sätts för hand."
    )
    meeting: Annotated[Text, Ref("meeting")] | None = Field(None, alias="möte", description="Sammanträdet.")

    def address(self, slug: str) -> str:
        """`/beslut/<organ>/<datum>/<paragraf>/`; the slug stands in for an unknown §."""
        paragraph = str(self.paragraph or slug).replace(" ", "").translate(str.maketrans("åäö", "aao"))
        return f"/beslut/{self.body.rpartition('/')[2]}/{self.date}/{paragraph}/"

    @property
    def when(self) -> str:
        """The day of the decision, or its month."""
        return self.date

    def facts(self) -> dict[str, Any]:
        """What a list of decisions shows."""
        return {
            "outcome": self.outcome,
            "date": self.date,
            "paragraph": self.paragraph,
            "reference": self.reference or "",
            "final_on": self.final_on.isoformat() if self.final_on else "",
            "appealed": any(not appeal.result for appeal in self.appeals),
        }

    def search_words(self) -> Sequence[str]:
        """`paragraf71` and `2012paragraf71`: what js/search.js makes of "§ 71" and "2012-71"."""
        word = f"paragraf{re.sub(r'[^0-9]', '', str(self.paragraph))}"
        return [word, f"{self.date[:4]}{word}"] if self.paragraph else []

    def long_texts(self) -> Sequence[str]:
        """The points and the background."""
        return [*self.points, self.background]

    @classmethod
    def lasting(cls, facts: Mapping[str, Any]) -> Iterable[tuple[Day, timedelta]]:
        """So long after its day a decision without a notice may be open to appeal."""
        return ((_last_day(facts["date"]), APPEALABLE),)

    @classmethod
    def relations(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """The last day of an appeal as the notices say, whether it has passed, and the rest of the case."""
        notices = site.back(one, "notice", "decisions")
        last = max((notice.facts["appeal_by"] for notice in notices), default="")
        too_old = _last_day(one.facts["date"]) < site.today - APPEALABLE
        return {
            "appeal_by": last,
            "appeal_over": last < site.today.isoformat() if last else too_old,
            "same_matter": site.same_matter(one),
        }
