"""Granskning is an audit, with its object, methods, findings, actions and their state."""

import re
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
        name="audit",
        plural="audits",
        folder="granskningar",
        swedish="granskning",
        swedish_plural="granskningar",
        heading="Granskningar av verksamheten",
        section="/granskningar/",
        rank=150,
        required=("object",),
        line="period",
        fresh=True,
        said=True,
        one={"board": "board", "examined": "object"},
        dataset=Dataset(
            "Audits",
            "Granskningar av verksamheter: vad som granskats, funnits och åtgärdats.",
            "Audits of services: what was examined, found and mended.",
        ),
    )

    object: Annotated[Text, Ref("body", "place", "service", loose=True)] = Field(
        "", alias="objekt", description="Det som granskades: en post, eller i ord."
    )
    run_by: Literal["kommunal", "enskild"] | None = Field(
        None, alias="regi", description="kommunal eller enskild."
    )
    board: Annotated[Text, Ref("body")] | None = Field(None, alias="nämnd", description="Ansvarig nämnd.")
    reference: Dnr | None = Field(None, alias="dnr", description="Diarienummer.")
    methods: Texts = Field([], alias="metoder", description="Metoder.")
    period: Text = Field("", description="Tiden som granskningen gäller, som ”September–oktober 2017”.")
    strengths: Texts = Field([], alias="styrkor", description="Styrkor.")
    weaknesses: Texts = Field([], alias="brister", description="Brister.")
    actions: list[Action] = Field([], alias="åtgärder", description="Åtgärder.")
    report: Link | None = Field(None, alias="rapport", description="Rapporten.")

    @property
    def when(self) -> str:
        """The end of the period that was examined: a year, or a month of it; else when the facts held."""
        known = self.facts_as_of or ""
        return period_end(self.period) or (known if known[:1].isdigit() else self.updated.isoformat())

    def facts(self) -> dict[str, Any]:
        """What was audited, the last days of actions that are not done, and until when they are known."""
        due = [action.due.isoformat() for action in self.actions if action.due and action.status != "klar"]
        return {
            "object": self.object,
            "period": self.period,
            "open": len([a for a in self.actions if a.status != "klar"]),
            "due": due,
            "known_until": self.facts_as_of or self.modified.astimezone(STOCKHOLM).date().isoformat(),
        }

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """Days that have passed without an action being done: `late` where that is known, else `unknown`.

        What a source from before the day says as planned may well have been done since.
        """
        today = now.astimezone(STOCKHOLM).date().isoformat()
        passed = [day for day in facts["due"] if day < today]
        known = facts["known_until"] if facts["known_until"][0].isdigit() else ""
        return {
            "late": [day for day in passed if day < known],
            "unknown": [day for day in passed if day >= known],
        }


_MONTHS = "januari februari mars april maj juni juli augusti september oktober november december".split()  # noqa: SIM905
_YEAR = re.compile(r"\b((?:19|20)\d\d)(?:[/–-](\d\d)\b)?")


def period_end(text: str) -> str:
    """`2012`, or `2017-10` of `September–oktober 2017`: where a period ends; empty where it names no year."""
    years = [year[:2] + short if short else year for year, short in _YEAR.findall(text)]
    if not years:
        return ""
    months = [_MONTHS.index(word) + 1 for word in re.findall(r"\w+", text.lower()) if word in _MONTHS]
    return f"{years[-1]}-{months[-1]:02}" if months else years[-1]
