"""The environment tells delivery its mail server, its Twilio account, how long to try and how fast."""

import re
from collections.abc import Iterator
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, Field, field_validator

from foundation.setting_values import is_host
from foundation.settings import (
    PREFIX,
    Count,
    Domain,
    Email,
    Number,
    Period,
    Rate,
    ServiceSettings,
    Url,
    Words,
)

SMTP_SHAPE = (
    "ska se ut som smtp://användare:lösen@värd:587?starttls=require; "
    "tecken som / ? # [ i lösenordet skrivs %2F %3F %23 %5B"
)


def _smtp_url(value: str) -> str:
    if not value:
        return value
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("smtp", "smtps") and is_host(parts.hostname or "") and parts.port != 0
    except ValueError:  # its words hold what stands where the port should, a piece of the password
        raise ValueError(SMTP_SHAPE) from None
    if not whole or parts.path not in ("", "/") or parts.fragment or "@" in parts.query:
        raise ValueError(SMTP_SHAPE)
    if parts.username and not parts.password:
        raise ValueError("har en användare men inget lösen")
    if parts.scheme == "smtps" and parts.query:
        raise ValueError("smtps:// är krypterat från början: starttls hör till smtp://")
    _starttls(parts.query)
    return value


def _starttls(query: str) -> None:
    """Raises ValueError for any other word after the question mark: it would say nothing."""
    told = parse_qsl(query, keep_blank_values=True)
    if query and not told:
        raise ValueError(SMTP_SHAPE)
    for name, mode in told:
        if name != "starttls":
            near = "; menade du starttls?" if get_close_matches(name, ["starttls"]) else ""
            raise ValueError(f"efter frågetecknet får bara starttls stå{near}")
        if mode not in ("require", "optional", "no"):
            raise ValueError("starttls ska vara require, optional eller no")
    if len(told) > 1:
        raise ValueError("starttls står två gånger")


def _matches(pattern: str, fault: str) -> AfterValidator:
    def check(value: str) -> str:
        if value and not re.fullmatch(pattern, value):
            raise ValueError(fault)
        return value

    return AfterValidator(check)


SENDERS = r"\+[1-9]\d{5,14}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}"
HOURS = r"([01]?\d|2[0-3])(:[0-5]\d)?"


class DeliverySettings(ServiceSettings):
    """What a service that sends is told."""

    smtp_url: Annotated[str, AfterValidator(_smtp_url)] = Field(
        "",
        description="smtp://användare:lösen@värd:port?starttls=require. "
        "Tomt: lokal inkorg (bara development).",
        repr=False,
    )
    smtp_connections: Count = Field(
        4, ge=1, le=50, description="Förbindelser till e-postservern för varje fil."
    )
    smtp_spare_connections: Count = Field(
        30, ge=0, le=50, description="Förbindelser till för varje fil, när svar dröjer över två sekunder."
    )
    smtp_timeout: Number = Field(60.0, gt=0, le=600, description="Sekunder att vänta på e-postservern.")
    sender_email: Email = Field(
        "medborgarfokus@localhost", description="Avsändaradress; studsar går till dess domän."
    )
    bounce_domain: Domain = Field("", description="Domän för studsar (VERP). Tomt: avsändaradressens.")
    email_rate: Rate = Field(0.0, description="Högst så många mejl i sekunden i varje fil; 0 är obegränsat.")

    twilio_account_sid: Annotated[
        str, _matches(r"AC[0-9a-fA-F]{32}", "ska vara AC och 32 siffror och bokstäver")
    ] = Field("", description="Twilios kontonummer (AC…). Tomt: inga riktiga SMS.")
    twilio_auth_token: str = Field("", description="Twilios hemliga nyckel; prövar även återrop.", repr=False)
    twilio_sender: Annotated[
        str,
        _matches(
            SENDERS,
            "ska vara ett nummer (+46…), ett namn på högst 11 bokstäver och siffror eller en tjänst (MG…)",
        ),
    ] = Field("", description="Avsändare: nummer, namn (högst 11 tecken) eller meddelandetjänst (MG…).")
    twilio_api_url: Url = Field("", description="Annan adress till Twilios API.")
    twilio_timeout: Number = Field(10.0, gt=0, le=60, description="Sekunder att vänta på Twilio.")
    sms_connections: Count = Field(8, ge=1, le=50, description="Samtidiga anrop till Twilio för varje fil.")
    sms_rate: Rate = Field(20.0, description="Högst så många SMS i sekunden i varje fil; 0 är obegränsat.")
    sms_prefixes: Words = Field(["+46"], description="Landsnummer som SMS får gå till.")
    quiet_hours: str = Field(
        "21-08", description="Då väntar SMS som inte är kris, svensk tid; aldrig stänger av."
    )

    message_lifetime: Period = Field(
        timedelta(hours=72), description="Så länge försöker tjänsten skicka ett meddelande."
    )
    crisis_lifetime: Period = Field(
        timedelta(hours=6), description="Det samma för krismeddelanden utan sluttid."
    )
    lease: Period = Field(
        timedelta(minutes=10), description="Så länge gäller en arbetares grepp om en sändning."
    )

    @field_validator("sms_prefixes")
    @classmethod
    def _prefixes(cls, value: list[str]) -> list[str]:
        if any(not re.fullmatch(r"\+[1-9]\d{0,6}", prefix) for prefix in value):
            raise ValueError("ska vara landsnummer som +46")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _quiet(cls, value: str) -> str:
        if value == "aldrig":  # an empty variable means the default
            return ""
        if value and not re.fullmatch(f"{HOURS}-{HOURS}", value):
            raise ValueError("ska se ut som 21-08 eller 21:30-07:00, eller vara aldrig")
        return value

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if self.environment == "production":
            if not self.smtp_url:
                yield f"{PREFIX}SMTP_URL saknas; utan e-postserver når inget mejl fram"
            if self.sender_email.endswith("@localhost"):
                yield f"{PREFIX}SENDER_EMAIL saknas; mejl från @localhost kommer inte fram"
            yield from self._outlasted("smtp_timeout", "twilio_timeout")
            if self.lease >= self.crisis_lifetime:
                yield (
                    f"{PREFIX}LEASE ska vara kortare än {PREFIX}CRISIS_LIFETIME: "
                    "annars är en död arbetares krismeddelanden för gamla när de tas över"
                )
        if self.twilio_account_sid and not (self.twilio_auth_token and self.twilio_sender):
            yield (
                f"{PREFIX}TWILIO_AUTH_TOKEN och {PREFIX}TWILIO_SENDER behövs "
                f"när {PREFIX}TWILIO_ACCOUNT_SID är satt"
            )

    def warnings(self) -> Iterator[str]:
        yield from super().warnings()
        parts = urlsplit(self.smtp_url)
        if (parts.scheme, parts.port) in (("smtp", 465), ("smtps", 587), ("smtps", 25)):
            yield (
                f"{PREFIX}SMTP_URL: port {parts.port} brukar vara "
                + ("smtps://" if parts.port == 465 else "smtp:// med starttls=require")
            )

    def _outlasted(self, *timeouts: str) -> Iterator[str]:
        """Another worker takes over a claim that ran out; the first must have given up by then."""
        for name in timeouts:
            if self.lease.total_seconds() <= getattr(self, name):
                longer = f"{PREFIX}LEASE ska vara längre än {PREFIX}{name.upper()}"
                yield f"{longer}: annars skickas samma sak två gånger"

    @property
    def verp_domain(self) -> str:
        return self.bounce_domain or self.sender_email.rpartition("@")[2]
