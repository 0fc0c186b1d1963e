"""Anslag: a legal notice on the digital notice board (kommunallagen 2017:725, 8 kap. 9–12 §§)."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from site_builder.content.fields import LocalDate, Ref, Text, _as_list
from site_builder.content.record import Link, Part, Record, TypeInfo

NoticeKind = Literal[
    "justerat-protokoll",
    "fullmäktigesammanträde",
    "nämndsammanträde",
    "delegationsbeslut",
    "protokoll",
    "kungörelse",
    "överklagandehänvisning",
]


class OtherBoard(Part):
    """Another municipality's board that shows the same notice (joint boards: 8 kap. 12 §, 13 kap. 5 §)."""

    municipality: Text = Field(alias="kommun", description="Kommunens namn.")
    announced_on: LocalDate | None = Field(
        None, alias="tillkännagivet", description="När den kommunen anslog."
    )


class Notice(Record):
    """A notice; immutable once public."""

    info: ClassVar = TypeInfo(
        "notice",
        "notices",
        "anslag",
        "anslag",
        "anslag",
        "/anslagstavla/",
        ("kind", "body", "announced_on"),
        fresh=True,
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
        """A meeting's notice stays until the meeting, a kungörelse until its own day: it must be known."""
        if self.last_day is None and self.kind == "kungörelse":
            return [
                ("last-day-unknown", "last_day", "En kungörelse behöver sin sista dag. Fyll i sista_dag.")
            ]
        if self.last_day is None and self.meeting_date is None and self.kind.endswith("sammanträde"):
            return [("last-day-unknown", "meeting_date", "Anslaget behöver mötets dag. Fyll i sammanträde.")]
        return []
