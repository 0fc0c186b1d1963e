"""Driftinfo: a disruption or crisis message with severity, area and expiry, in CAP 1.2's words."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from site_builder.content.fields import Moment, Ref, Text
from site_builder.content.record import Dataset, Record, TypeInfo

Category = Literal[
    "geo",
    "met",
    "safety",
    "security",
    "rescue",
    "fire",
    "health",
    "env",
    "transport",
    "infra",
    "cbrne",
    "other",
]

_VMA = re.compile(r"\W*(vma\b|viktigt meddelande)", re.IGNORECASE)

SMS_SEPTETS = 160
"""So much one SMS holds in GSM 03.38's alphabet (3GPP TS 23.038)."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = frozenset("^{}\\[~]|€")
"""These take two septets each."""


class Alert(Record):
    """An alert; it expires by itself, and is never passed off as VMA."""

    info: ClassVar = TypeInfo(
        "alert",
        "alerts",
        "driftinfo",
        "driftinformation",
        "driftinformation",
        ("event", "severity", "effective", "expires"),
        fresh=True,
        one={"earlier": "updates", "ended": "ends"},
        back={"later": ("alert", "updates")},
        dataset=Dataset(
            "Alerts",
            "Driftinformation och krismeddelanden som gäller nu eller är planerade, med CAP:s ord.",
            "Disruptions and crisis messages in force or planned, in the words of CAP.",
            "JUST",
        ),
    )

    event: Text = Field(alias="händelse", description="Vad som har hänt, kort.")
    category: Category = Field("other", alias="kategori", description="CAP:s kategori.")
    kind: Literal["drift", "störning", "kris", "övning"] = Field(
        alias="slag", description="En övning skickas aldrig ut."
    )
    severity: Literal["extrem", "allvarlig", "måttlig", "mindre", "okänd"] = Field(
        alias="allvar", description="Hur allvarligt."
    )
    urgency: Literal["omedelbar", "väntad", "framtida", "förbi", "okänd"] = Field(
        "okänd", alias="brådska", description="Hur bråttom."
    )
    certainty: Literal["observerad", "trolig", "möjlig", "osannolik", "okänd"] = Field(
        "okänd", alias="säkerhet", description="Hur säkert."
    )
    area_text: Text = Field("", alias="område", description="Var det gäller, i ord.")
    effective: Moment = Field(alias="gäller_från", description="När det börjar gälla.")
    expires: Moment = Field(alias="upphör", description="När det slutar gälla.")
    instruction: Text = Field("", alias="instruktion", description="Vad man ska göra.")
    updates: Annotated[Text, Ref("alert")] | None = Field(
        None, alias="uppdaterar", description="Tidigare meddelande som detta ersätter."
    )
    ends: Annotated[Text, Ref("alert")] | None = Field(
        None, alias="avslutar", description="Tidigare meddelande som detta avslutar."
    )
    sms: Text = Field("", description="Texten i ett sms, högst 160 tecken.")

    def problems(self) -> list[tuple[str, str, str]]:
        """It must end after it begins, and its text must fit into one SMS."""
        found = []
        if self.expires <= self.effective:
            found.append(
                ("expires-before-effective", "expires", "Meddelandet upphör innan det börjar gälla.")
            )
        for name in ("title", "event", "sms"):
            if _VMA.match(getattr(self, name)):
                message = "Texten ser ut som ett VMA, och det är det inte. Skriv vad som har hänt."
                found.append(("passes-for-vma", name, message))
        size = len(self.sms) + sum(letter in _TWICE for letter in self.sms)
        if size > SMS_SEPTETS:
            message = f"Sms:et är {size} tecken långt. Det får vara högst {SMS_SEPTETS}. Korta det."
            found.append(("sms-too-long", "sms", message))
        return found

    def warnings(self) -> list[tuple[str, str, str]]:
        """Signs that are sent as simpler ones, or not at all."""
        odd = "".join(sorted(set(self.sms) - _BASIC - _TWICE))
        message = f"I ett sms byts {odd} mot enklare tecken eller försvinner. Skriv om texten."
        return [("sms-odd-signs", "sms", message)] if odd else []

    @property
    def when(self) -> str:
        """When it takes effect."""
        return self.effective.isoformat()

    def facts(self) -> dict[str, Any]:
        """CAP's words for it."""
        return {
            "event": self.event,
            "kind": self.kind,
            "category": self.category,
            "severity": self.severity,
            "urgency": self.urgency,
            "certainty": self.certainty,
            "area_text": self.area_text,
            "effective": self.effective.isoformat(),
            "expires": self.expires.isoformat(),
            "instruction": self.instruction,
            "sms": self.sms,
        }

    @classmethod
    def flags(cls, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """`expired` once its time has passed."""
        return {"expired": datetime.fromisoformat(facts["expires"]) <= now}
