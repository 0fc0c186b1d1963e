"""Driftinfo: a disruption or crisis message with severity, area and expiry, in CAP 1.2's words."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from site_builder.content.fields import Moment, Ref, Text
from site_builder.content.record import Record, TypeInfo

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


class Alert(Record):
    """An alert; it expires by itself, and is never passed off as VMA."""

    info: ClassVar = TypeInfo(
        "alert",
        "alerts",
        "driftinfo",
        "driftinformation",
        "driftinformation",
        "/driftinfo/",
        ("event", "severity", "effective", "expires"),
        fresh=True,
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
        """It must end after it begins."""
        if self.expires <= self.effective:
            return [("expires-before-effective", "expires", "Meddelandet upphör innan det börjar gälla.")]
        return []
