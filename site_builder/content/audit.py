"""Granskning: object, methods, findings, actions and their state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from site_builder.content.fields import STOCKHOLM, Dnr, LocalDate, Ref, Text, Texts
from site_builder.content.record import Dataset, Link, Part, Record, TypeInfo


class Action(Part):
    """Something to be done."""

    what: Text = Field(alias="vad", description="Åtgärden.")
    responsible: Text = Field("", alias="ansvarig", description="Vem som gör den.")
    due: LocalDate | None = Field(None, alias="senast", description="När den senast ska vara klar.")
    status: Literal["planerad", "pågår", "klar"] = Field("planerad", description="Läget.")


class Audit(Record):
    """An audit of a unit or theme."""

    info: ClassVar = TypeInfo(
        "audit",
        "audits",
        "granskningar",
        "granskning",
        "granskningar",
        ("object",),
        fresh=True,
        said=True,
        one={"board": "board"},
        dataset=Dataset(
            "Audits",
            "Granskningar av verksamheter: vad som granskats, funnits och åtgärdats.",
            "Audits of services: what was examined, found and mended.",
        ),
    )

    object: Text = Field("", alias="objekt", description="Vad som granskades.")
    run_by: Literal["kommunal", "enskild"] | None = Field(
        None, alias="regi", description="kommunal eller enskild."
    )
    board: Annotated[Text, Ref("body")] | None = Field(None, alias="nämnd", description="Ansvarig nämnd.")
    reference: Dnr | None = Field(None, alias="dnr", description="Diarienummer.")
    methods: Texts = Field([], alias="metoder", description="Metoder.")
    period: Text = Field("", description="Tid.")
    strengths: Texts = Field([], alias="styrkor", description="Styrkor.")
    weaknesses: Texts = Field([], alias="brister", description="Brister.")
    actions: list[Action] = Field([], alias="åtgärder", description="Åtgärder.")
    report: Link | None = Field(None, alias="rapport", description="Rapporten.")

    def facts(self) -> dict[str, Any]:
        """What was audited, and the last days of the actions that are not done."""
        due = [action.due.isoformat() for action in self.actions if action.due and action.status != "klar"]
        return {
            "object": self.object,
            "open": len([a for a in self.actions if a.status != "klar"]),
            "due": due,
        }

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """`overdue`: how many actions should have been done by now; `today` for each action's own mark."""
        today = now.astimezone(STOCKHOLM).date().isoformat()
        return {
            "overdue": sum(day < today for day in facts["due"]),
            "late_days": [d for d in facts["due"] if d < today],
        }
