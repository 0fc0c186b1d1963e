"""Anslag is a legal notice on the digital notice board (kommunallagen 2017:725, 8 kap. 9–12 §§)."""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from site_builder.content import notice_board
from site_builder.content.fields import STOCKHOLM, LocalDate, Ref, Text, _as_list
from site_builder.content.legal_dates import (
    last_day_of_appeal,
    latest_announcement,
    latest_approval,
    latest_summons,
)
from site_builder.content.record import Dataset, Link, Part, Record, TypeInfo

NoticeKind = Literal[
    "justerat-protokoll",
    "fullmäktigesammanträde",
    "nämndsammanträde",
    "delegationsbeslut",
    "protokoll",
    "kungörelse",
    "överklagandehänvisning",
]


UNDECIDED = date.max
"""Stands for a last day that cannot be known yet."""

_APPEALED = ("justerat-protokoll", "protokoll", "delegationsbeslut", "överklagandehänvisning")
"""The kinds that the three weeks of 13 kap. 5 § are for."""

_MAY_CHANGE = {
    "other_boards",
    "keywords",
    "topics",
    "areas",
    "audiences",
    "review_by",
    "owner",
    "replaces",
    "accepts",
}
"""What may be mended without changing the notice: how it is found and who looks after it."""


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=12).hexdigest()


class OtherBoard(Part):
    """Another municipality's board that shows the same notice (joint boards: 8 kap. 12 §, 13 kap. 5 §)."""

    municipality: Text = Field(alias="kommun", description="Kommunens namn.")
    announced_on: LocalDate | None = Field(
        None, alias="tillkännagivet", description="När den kommunen anslog."
    )


class Notice(Record):
    """A notice; immutable once public."""

    info: ClassVar = TypeInfo(
        name="notice",
        plural="notices",
        folder="anslag",
        swedish="anslag",
        swedish_plural="anslag",
        task="Sätta upp ett anslag",
        section="/anslagstavla/",
        rank=120,
        required=(
            "kind",
            "body",
            "announced_on",
        ),
        listing="own",
        feed="anslagstavla",
        line="notice",
        summarised=False,
        quoted=True,
        fresh=True,
        said=True,
        one={"organ": "body"},
        many={"decisions": "decisions"},
        dataset=Dataset(
            "Notices",
            "Anslag på kommunens digitala anslagstavla, med anslagsdag och sista dag.",
            "Notices on the municipality's notice board, with first and last day.",
            "JUST",
        ),
    )

    kind: NoticeKind = Field(alias="slag", description="Bara det som lagen tillåter på anslagstavlan.")
    body: Annotated[Text, Ref("body")] = Field(alias="organ", description="Organet som anslaget gäller.")
    decisions: Annotated[list[Annotated[Text, Ref("decision")]], BeforeValidator(_as_list)] = Field(
        [], alias="beslut", description="Besluten som anslaget gäller."
    )
    minutes: Link | None = Field(None, alias="protokoll", description="Protokollet.")
    meeting_date: LocalDate | None = Field(None, alias="sammanträde", description="Sammanträdets dag.")
    approved_on: LocalDate | None = Field(None, alias="justerat", description="När protokollet justerades.")
    announced_on: LocalDate = Field(alias="tillkännagivet", description="Dagen då anslaget sattes upp.")
    kept_at: Text = Field("", alias="förvaras", description="Var protokollet förvaras.")
    appeal_to: Text = Field("", alias="överklagas_till", description="Vart ett överklagande skickas.")
    last_day: LocalDate | None = Field(
        None, alias="sista_dag", description="Bara när en annan lag bestämmer dagen."
    )
    other_boards: list[OtherBoard] = Field(
        [], alias="andra_tavlor", description="Andra kommuners anslag av samma sak."
    )

    def address(self, slug: str) -> str:
        """`/anslagstavla/<slug>/`."""
        return f"/anslagstavla/{slug}/"

    def problems(self) -> list[tuple[str, str, str]]:
        """Its last day must be known, and meeting, approval and announcement come in that order."""
        found = []
        if self.last_day is None and self.kind == "kungörelse":
            message = "En kungörelse behöver sin sista dag. Fyll i sista_dag."
            found.append(("last-day-unknown", "last_day", message))
        if self.last_day is None and self.meeting_date is None and self.kind.endswith("sammanträde"):
            message = "Anslaget behöver mötets dag. Fyll i sammanträde."
            found.append(("last-day-unknown", "meeting_date", message))
        seen_from = max(self.published, self.publish_from or self.published).astimezone(STOCKHOLM).date()
        if self.announced_on < seen_from and not self.sources:
            message = (
                f"Anslaget syns först {seen_from}, men tillkännagivet är {self.announced_on}. "
                "Tiden räknas från dagen då det verkligen syns."
            )
            found.append(("dates-out-of-order", "announced_on", message))
        if self.stays_until < self.announced_on:
            message = f"Anslaget skulle tas ned {self.stays_until}, innan det sattes upp {self.announced_on}."
            found.append(("dates-out-of-order", "last_day" if self.last_day else "meeting_date", message))
        elif self.meeting_date and self.kind.endswith("sammanträde") and self.stays_until < self.meeting_date:
            message = f"Anslaget skulle tas ned {self.stays_until}, före mötet {self.meeting_date}."
            found.append(("dates-out-of-order", "last_day", message))
        if self.approved_on and self.announced_on < self.approved_on:
            message = f"Anslaget sattes upp {self.announced_on}, före justeringen {self.approved_on}."
            found.append(("dates-out-of-order", "announced_on", message))
        if self.approved_on and self.meeting_date and self.approved_on < self.meeting_date:
            message = f"Protokollet justerades {self.approved_on}, före mötet {self.meeting_date}."
            found.append(("dates-out-of-order", "approved_on", message))
        return found

    def warnings(self) -> list[tuple[str, str, str]]:
        """What the law would have had otherwise; `site.first_publication` stops what can still be mended."""
        found = []
        if self.kind == "justerat-protokoll" and not self.kept_at:
            message = "Anslaget ska säga var protokollet finns (kommunallagen 8 kap. 12 §). Fyll i förvaras."
            found.append(("kept-at-missing", "kept_at", message))
        lawful = last_day_of_appeal(self.announced_on)
        if self.last_day and self.last_day < lawful and self.kind in _APPEALED:
            message = (
                f"Sista dagen är {self.last_day}, men tiden för överklagande går ut först {lawful}. "
                "Ta bort sista_dag, så räknas dagen ut; på ett anslag som redan har synts står den kvar."
            )
            found.append(("last-day-too-early", "last_day", message))
        if self.approved_on and self.announced_on > (latest := latest_announcement(self.approved_on)):
            message = f"Justeringen skulle ha anslagits senast {latest} (kommunallagen 8 kap. 12 §)."
            found.append(("announced-too-late", "announced_on", message))
        if self.meeting_date and self.approved_on and self.approved_on > latest_approval(self.meeting_date):
            latest = latest_approval(self.meeting_date)
            message = f"Protokollet skulle ha justerats senast {latest} (kommunallagen 5 kap. 69 §)."
            found.append(("approved-too-late", "approved_on", message))
        if self.kind == "fullmäktigesammanträde" and self.meeting_date:
            latest = latest_summons(self.meeting_date)
            if self.announced_on > latest:
                message = (
                    f"Mötet skulle ha anslagits senast {latest}, en vecka före (kommunallagen 5 kap. 13 §)."
                )
                found.append(("announced-too-late", "announced_on", message))
        return found

    @property
    def when(self) -> str:
        """The day it was put up."""
        return self.announced_on.isoformat()

    @property
    def stays_until(self) -> date:
        """Its last day: stated by another law, the meeting's day, or three weeks (13 kap. 5 §).

        A joint board's three weeks begin when all members' boards show it: until then it is `UNDECIDED`.
        """
        if self.last_day:
            return self.last_day
        if self.kind.endswith("sammanträde") and self.meeting_date:
            return self.meeting_date
        if any(other.announced_on is None for other in self.other_boards):
            return UNDECIDED
        boards = [
            self.announced_on,
            *(other.announced_on for other in self.other_boards if other.announced_on),
        ]
        return last_day_of_appeal(max(boards))

    @property
    def appeal_by(self) -> date:
        """The last day of an appeal by law, also where the notice as written came down before it."""
        if self.kind in _APPEALED:
            return max(self.stays_until, last_day_of_appeal(self.announced_on))
        return self.stays_until

    def facts(self) -> dict[str, Any]:
        """What the board shows."""
        return {
            "kind": self.kind,
            "announced_on": self.announced_on.isoformat(),
            "last_day": self.stays_until.isoformat(),
            "appeal_by": self.appeal_by.isoformat() if self.appeal_to else "",
            "kept_at": self.kept_at,
            "meeting_date": self.meeting_date.isoformat() if self.meeting_date else "",
            "appeal_to": self.appeal_to,
            "other_boards": [other.municipality for other in self.other_boards],
        }

    def seal(self, body: str) -> str:
        """Of its fields and its text; other boards may be added. Kept in manifests: it must stay as it is."""
        fixed = self.model_dump(mode="json", exclude=_MAY_CHANGE)
        return _digest(repr(sorted(fixed.items()))) + _digest(body)

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """`on_board` from announcement to last day; `appeal_over` when the law's last day has passed."""
        today = now.astimezone(STOCKHOLM).date().isoformat()
        return {
            "on_board": notice_board.is_up(facts["announced_on"], facts["last_day"], today),
            "appeal_over": facts["appeal_by"] < today,
        }

    def context(self, page_context: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - the base class asks for it
        """`last_day`, `appeal_by`, and the `law` that applied when it was put up."""
        year = 1991 if self.announced_on.year < 2018 else 2017
        number = "1991:900" if year == 1991 else "2017:725"
        return {
            "last_day": self.stays_until,
            "appeal_by": self.appeal_by,
            "law": f"kommunallagen ({number})",
        }
