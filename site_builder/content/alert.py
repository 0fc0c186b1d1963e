"""Driftinfo is a disruption or crisis message with severity, area and expiry, in CAP 1.2's words."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from site_builder.content.fields import STOCKHOLM, Moment, Ref, Text
from site_builder.content.record import Dataset, Record, TypeInfo
from site_builder.content.site_view import SiteView
from site_builder.content.sms import SINGLE, odd_signs, septets

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

LONGEST = timedelta(days=120)
"""An alert that lasts longer mostly has the wrong year."""

_UNTIL = re.compile(
    r"\btill (?:ungefär |omkring |cirka |ca )?(?:(?:klockan|kl\.?) ?)?(?<=\D)(\d{1,2})(?:[.:](\d\d))?"
    r"(?=[.,;!)]?(?:\s*$|\s+i dag|\s+idag|\s+i kväll|\s+ikväll|\s+i morgon|\s+imorgon|\s+på|[.,;!)] ))",
    re.IGNORECASE,
)
"""An hour that something lasts till: `till 16`, `till kl. 16.30 i dag`; no date, and no number of things."""

OVER_IS_NEWS = timedelta(hours=12)
"""So long the start page and the banner say that something is over."""


_LATE = (
    "Gäller det än: sätt `upphör` senare. Är det över: skriv en ny fil med `avslutar:` "
    "och den här filens namn; den går ut till alla som fick det här."
)


class Alert(Record):
    """An alert; it expires by itself, and is never passed off as VMA."""

    info: ClassVar = TypeInfo(
        name="alert",
        plural="alerts",
        folder="driftinfo",
        swedish="driftinformation",
        swedish_plural="driftinformation",
        section="/driftinfo/",
        rank=60,
        required=(
            "event",
            "severity",
            "effective",
            "expires",
        ),
        listing="own",
        known_as=("driftstörning", "inget vatten", "vattenläcka", "strömavbrott", "avbrott"),
        line="alert",
        feed="kris",
        fresh=True,
        said=True,
        one={"earlier": "updates", "ended": "ends"},
        back={"later": ("alert", "updates")},
        in_english=True,
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
        # what goes out after its own end reaches nobody (CAP's `sent` would be later than `expires`)
        if self.expires <= self.begins_to_show and not self._retells:
            message = f"Meddelandet har redan upphört när det publiceras, så ingen får det. {_LATE}"
            found.append(("published-after-expiry", "expires", message))
        if self._last_large and self.expires <= self._last_large and not self._retells:
            message = f"En stor ändring är gjord efter att meddelandet har upphört, så ingen får den. {_LATE}"
            found.append(("changed-after-expiry", "expires", message))
        for name in ("title", "event", "sms"):
            if _VMA.match(getattr(self, name)):
                message = "Texten ser ut som ett VMA, och det är det inte. Skriv vad som har hänt."
                found.append(("passes-for-vma", name, message))
        size = septets(self.sms)
        if size > SINGLE:
            message = f"Sms:et är {size} tecken långt. Det får vara högst {SINGLE}. Korta det."
            found.append(("sms-too-long", "sms", message))
        return found

    @property
    def _last_large(self) -> datetime | None:
        """The latest `stor` change, which goes out by itself."""
        return max((change.when for change in self.changes if change.kind == "stor"), default=None)

    @property
    def _retells(self) -> bool:
        """True for what once was (archived, or with the day of its source): it was never to reach anybody."""
        return self.status == "arkiverad" or bool(self.facts_as_of)

    @property
    def begins_to_show(self) -> datetime:
        """When the public can first see it."""
        return max(self.published, self.publish_from or self.published)

    def warnings(self) -> list[tuple[str, str, str]]:
        """Signs that are sent as simpler ones, or not at all."""
        odd = odd_signs(self.sms)
        message = f"I ett sms byts {odd} mot enklare tecken eller försvinner. Skriv om texten."
        found = [("sms-odd-signs", "sms", message)] if odd else []
        if self.expires - self.effective > LONGEST and not self._retells:
            days = (self.expires - self.effective).days
            found.append(("expires-late", "expires", f"Meddelandet gäller i {days} dygn. Är året rätt?"))
        if not (self.areas or self.area_text):
            message = (
                "Inget område är angivet, så det gäller hela kommunen. Fyll i områden, eller område; "
                "gäller det alla, skriv `område: hela kommunen`."
            )
            found.append(("area-missing", "areas", message))
        return found + [("other-end", name, message) for name, message in self._other_ends()]

    def _other_ends(self) -> Iterator[tuple[str, str]]:
        """An end that a text gives in words, unlike `upphör`."""
        ends = self.expires.astimezone(STOCKHOLM)
        for name in ("title", "summary", "sms"):
            said = [(int(one[1]), int(one[2] or 0), one[0]) for one in _UNTIL.finditer(getattr(self, name))]
            said = [one for one in said if one[0] <= 24 and one[1] < 60]
            if said and not any((hour % 24, minute) == (ends.hour, ends.minute) for hour, minute, _ in said):
                message = (
                    f"Texten säger ”{said[-1][2].strip()}”, men meddelandet upphör {ends:%Y-%m-%d %H:%M}."
                )
                yield name, message

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
            **({"over_until": self._over_until.isoformat()} if self.ends else {}),
        }

    @property
    def _over_until(self) -> datetime:
        return max(self.effective, self.begins_to_show) + OVER_IS_NEWS

    @classmethod
    def card_facts(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """Where it applies, and whether it is in force, to come or over."""
        return {"area_text": site.area_text(one), **site.alert_state(one)}

    @classmethod
    def relations(cls, one: Any, site: SiteView) -> dict[str, Any]:
        """What ends it, once that has taken effect; what is newer is told at once. For editors its SMS."""
        return {"ending": site.alert_ending(one), "sms": site.sms(one) if site.preview else ()}
