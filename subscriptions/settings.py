"""What the environment decides: every ``SUBSCRIPTIONS_…`` variable, its meaning and default.

A wrong value is refused at start, with its name and why.
"""

import re
from datetime import time, timedelta
from ipaddress import ip_address
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "SUBSCRIPTIONS_"
DEVELOPMENT_KEY = "medborgarfokus-utvecklingsnyckel-som-alla-kan-lasa"

Urls = Annotated[list[str], NoDecode]


class SettingsError(Exception):
    """The settings are wrong; the message names each variable and how to mend it, in Swedish."""


def _split(value: Any) -> Any:
    return [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value


def _duration(value: Any) -> Any:
    """``90s``, ``15m``, ``48h`` and ``7d`` as well as ISO 8601."""
    match = re.fullmatch(r"(\d+)\s*([smhd])", value) if isinstance(value, str) else None
    if match is None:
        return value
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}[match[2]]
    return timedelta(**{unit: int(match[1])})


class Settings(BaseSettings):
    """The service's settings. ``docs/drift.md`` lists them; a test holds the two together."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    environment: Literal["development", "production"] = Field(
        "production", description="development tillåter utvecklingsnyckeln och den lokala inkorgen."
    )
    database_url: str = Field(
        "sqlite:///subscriptions.sqlite3",
        description="sqlite:///fil eller postgresql://användare:lösen@värd/databas.",
    )
    secret_keys: Annotated[list[str], NoDecode] = Field(
        [],
        description="Hemliga nycklar, nyaste först, minst 32 tecken var. Kryptering, sökning och signering.",
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="Webbplatsens adress, som länkar i meddelanden börjar med."
    )
    site_name: str = Field("Medborgarfokus", description="Avsändarens namn i meddelanden.")

    feed_urls: Urls = Field([], description="Atom- eller RSS-flöden att bevaka.")
    crisis_feed_urls: Urls = Field(
        [], description="Krisflöden: läses var femte sekund och hålls aldrig kvar."
    )
    topics_url: str = Field(
        "", description="topics.json, med titles.json bredvid. Tomt: <PUBLIC_URL>/api/v1/topics.json."
    )
    shell_url: str = Field("", description="Sidskalet. Tomt: <PUBLIC_URL>/prenumerera/skal.html.")
    poll_interval: timedelta = Field(
        timedelta(seconds=60), description="Tid mellan läsningar av ett vanligt flöde."
    )
    crisis_poll_interval: timedelta = Field(
        timedelta(seconds=5), description="Tid mellan läsningar av ett krisflöde."
    )
    feed_timeout: float = Field(10.0, gt=0, le=120, description="Sekunder att vänta på ett flöde.")
    feed_max_bytes: int = Field(10_000_000, ge=10_000, description="Största flöde som läses, i byte.")
    hold_above: int = Field(20, ge=1, description="Fler nya poster än så på en gång hålls för godkännande.")
    hold_older_than: timedelta = Field(
        timedelta(hours=48), description="Äldre poster än så hålls för godkännande."
    )

    smtp_url: str = Field(
        "",
        description="smtp://användare:lösen@värd:port?starttls=require. "
        "Tomt: lokal inkorg (bara development).",
    )
    smtp_connections: int = Field(
        4, ge=1, le=50, description="Förbindelser till e-postservern för varje fil."
    )
    smtp_timeout: float = Field(60.0, gt=0, le=600, description="Sekunder att vänta på e-postservern.")
    sender_email: str = Field(
        "medborgarfokus@localhost", description="Avsändaradress; studsar går till dess domän."
    )
    bounce_domain: str = Field("", description="Domän för studsar (VERP). Tomt: avsändaradressens.")
    accessibility_email: str = Field(
        "", description="Dit tillgänglighetsanmälningar går. Tomt: SENDER_EMAIL."
    )
    email_rate: float = Field(
        0.0, ge=0, description="Högst så många mejl i sekunden i varje fil; 0 är obegränsat."
    )

    twilio_account_sid: str = Field("", description="Twilios kontonummer (AC…). Tomt: inga riktiga SMS.")
    twilio_auth_token: str = Field("", description="Twilios hemliga nyckel; prövar även återrop.")
    twilio_sender: str = Field(
        "", description="Avsändare: nummer, namn (högst 11 tecken) eller meddelandetjänst (MG…)."
    )
    twilio_api_url: str = Field("", description="Annan adress till Twilios API.")
    twilio_timeout: float = Field(10.0, gt=0, le=60, description="Sekunder att vänta på Twilio.")
    sms_connections: int = Field(8, ge=1, le=50, description="Samtidiga anrop till Twilio för varje fil.")
    sms_rate: float = Field(
        20.0, ge=0, description="Högst så många SMS i sekunden i varje fil; 0 är obegränsat."
    )
    sms_prefixes: Annotated[list[str], NoDecode] = Field(
        ["+46"], description="Landsnummer som SMS får gå till."
    )
    quiet_hours: str = Field(
        "21-08", description="Då väntar SMS som inte är kris, svensk tid; aldrig stänger av."
    )

    digest_time: time = Field(
        time(7, 30), description="När dagens och veckans sammanställningar går, svensk tid."
    )
    digest_weekday: int = Field(
        1, ge=1, le=7, description="Veckodag för veckans sammanställning; 1 är måndag."
    )
    message_lifetime: timedelta = Field(
        timedelta(hours=72), description="Så länge försöker tjänsten skicka ett meddelande."
    )
    crisis_lifetime: timedelta = Field(
        timedelta(hours=6), description="Det samma för krismeddelanden utan sluttid."
    )
    lease: timedelta = Field(
        timedelta(minutes=10), description="Så länge gäller en arbetares grepp om en sändning."
    )
    signup_lifetime: timedelta = Field(
        timedelta(hours=48), description="Obekräftade anmälningar glöms efter så lång tid."
    )
    retention: timedelta = Field(
        timedelta(days=90),
        description="Så länge sparas skickade meddelanden, avslutade kontakter "
        "och tillgänglighetsanmälningar.",
    )

    canary_email: str = Field("", description="Kanariefågelns e-postadress; tomt: ingen.")
    canary_confirms: bool = Field(
        False, description="Brevlådan lämnar sin post till `subscriptions bounce`: larma om den inte kommer."
    )
    watchdog_immediate: timedelta = Field(
        timedelta(minutes=30), description="Larm om en post inte nått någon på så lång tid."
    )
    watchdog_crisis: timedelta = Field(timedelta(minutes=2), description="Det samma för krisposter.")
    watchdog_silent_feed: timedelta = Field(
        timedelta(minutes=30), description="Larm om ett flöde inte gått att läsa på så lång tid."
    )
    watchdog_silent_crisis_feed: timedelta = Field(
        timedelta(seconds=30), description="Det samma för krisflöden."
    )
    metrics_host: str = Field("127.0.0.1", description="IP-adress som arbetarens mått svarar på.")
    state_file: str = Field(
        "", description="Fil utanför databasen som avslöjar en återläst säkerhetskopia. Tomt: ingen."
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        [], description="Adresser vars X-Forwarded-… gäller."
    )
    demonstration: bool = Field(False, description="Historiskt innehåll: inga riktiga SMS.")

    @field_validator(
        "secret_keys", "feed_urls", "crisis_feed_urls", "sms_prefixes", "trusted_proxies", mode="before"
    )
    @classmethod
    def _lists(cls, value: Any) -> Any:
        return _split(value)

    @field_validator(
        "poll_interval",
        "crisis_poll_interval",
        "hold_older_than",
        "message_lifetime",
        "crisis_lifetime",
        "lease",
        "signup_lifetime",
        "retention",
        "watchdog_immediate",
        "watchdog_crisis",
        "watchdog_silent_feed",
        "watchdog_silent_crisis_feed",
        mode="before",
    )
    @classmethod
    def _durations(cls, value: Any) -> Any:
        return _duration(value)

    @field_validator(
        "poll_interval",
        "crisis_poll_interval",
        "hold_older_than",
        "message_lifetime",
        "crisis_lifetime",
        "lease",
        "signup_lifetime",
        "retention",
        "watchdog_immediate",
        "watchdog_crisis",
        "watchdog_silent_feed",
        "watchdog_silent_crisis_feed",
    )
    @classmethod
    def _positive(cls, value: timedelta) -> timedelta:
        if value <= timedelta(0):
            raise ValueError("ska vara längre än noll, till exempel 60s, 15m, 48h eller 7d")
        return value

    @field_validator("canary_confirms", "demonstration", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        return (
            {"ja": True, "nej": False}.get(value.strip().lower(), value) if isinstance(value, str) else value
        )

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not re.match(r"(sqlite|postgresql(\+psycopg)?)://", value):
            raise ValueError("ska börja med sqlite:/// eller postgresql://")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    @field_validator("secret_keys")
    @classmethod
    def _keys(cls, value: list[str]) -> list[str]:
        if any(len(key) < 32 for key in value):
            raise ValueError("varje nyckel ska ha minst 32 tecken; gör en med: openssl rand -hex 32")
        if len(set(value)) != len(value):
            raise ValueError("samma nyckel står två gånger")
        return value

    @field_validator("public_url", "twilio_api_url", "topics_url", "shell_url")
    @classmethod
    def _url(cls, value: str) -> str:
        return _http_url(value).rstrip("/") if value else value

    @field_validator("feed_urls", "crisis_feed_urls")
    @classmethod
    def _urls(cls, value: list[str]) -> list[str]:
        return [_http_url(url) for url in value]

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: str) -> str:
        if not value:
            return value
        shape = (
            "ska se ut som smtp://användare:lösen@värd:587?starttls=require; "
            "tecken som / ? # [ i lösenordet skrivs %2F %3F %23 %5B"
        )
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
        except ValueError:  # its words hold what stands where the port should, a piece of the password
            raise ValueError(shape) from None
        if not whole or parts.path not in ("", "/") or parts.fragment or "@" in parts.query:
            raise ValueError(shape)
        mode = parse_qs(parts.query).get("starttls", ["require"])[0]
        if mode not in ("require", "optional", "no"):
            raise ValueError("starttls ska vara require, optional eller no")
        return value

    @field_validator("sender_email", "accessibility_email", "canary_email")
    @classmethod
    def _email(cls, value: str) -> str:
        if not value or value.endswith("@localhost"):
            return value
        try:
            return validate_email(value, check_deliverability=False, test_environment=True).normalized
        except EmailNotValidError as error:
            raise ValueError(f"är ingen e-postadress: {value!r}") from error

    @field_validator("metrics_host")
    @classmethod
    def _host(cls, value: str) -> str:
        try:
            return str(ip_address(value))
        except ValueError:
            raise ValueError(
                "ska vara en IP-adress, till exempel 127.0.0.1, 10.0.0.5, 0.0.0.0 eller ::"
            ) from None

    @field_validator("twilio_sender")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value and not re.fullmatch(
            r"\+[1-9]\d{5,14}|MG[0-9a-f]{32}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", value
        ):
            raise ValueError(
                "ska vara ett nummer (+46…), ett namn på högst 11 bokstäver och siffror eller en tjänst (MG…)"
            )
        return value

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
        if value and not re.fullmatch(r"([01]?\d|2[0-3])(:[0-5]\d)?-([01]?\d|2[0-3])(:[0-5]\d)?", value):
            raise ValueError("ska se ut som 21-08 eller 21:30-07:00, eller vara aldrig")
        return value

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        if self.environment == "production":
            if not self.secret_keys:
                raise ValueError(f"{PREFIX}SECRET_KEYS saknas; gör en med: openssl rand -hex 32")
            if DEVELOPMENT_KEY in self.secret_keys:
                raise ValueError(
                    f"{PREFIX}SECRET_KEYS är utvecklingsnyckeln, som alla kan läsa; "
                    "gör en egen: openssl rand -hex 32"
                )
            if not self.smtp_url:
                raise ValueError(f"{PREFIX}SMTP_URL saknas; utan e-postserver når inget mejl fram")
        elif not self.secret_keys:
            object.__setattr__(self, "secret_keys", [DEVELOPMENT_KEY])
        if self.twilio_account_sid and not (self.twilio_auth_token and self.twilio_sender):
            raise ValueError(
                f"{PREFIX}TWILIO_AUTH_TOKEN och {PREFIX}TWILIO_SENDER behövs "
                f"när {PREFIX}TWILIO_ACCOUNT_SID är satt"
            )
        return self

    @property
    def topics_address(self) -> str:
        return self.topics_url or f"{self.public_url}/api/v1/topics.json"

    @property
    def shell_address(self) -> str:
        return self.shell_url or f"{self.public_url}/prenumerera/skal.html"

    @property
    def verp_domain(self) -> str:
        return self.bounce_domain or self.sender_email.rpartition("@")[2]


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"är ingen webbadress: {value!r}; den ska börja med https:// eller http://")
    return value


def load_settings(**values: Any) -> Settings:
    """The settings from the environment (``values`` win); raises SettingsError naming every wrong one."""
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(problem) for problem in error.errors())) from None


def _explain(problem: Any) -> str:
    """One line a problem; never the value itself, which may be a secret, unless the rule put it there."""
    why = str(problem["msg"]).removeprefix("Value error, ")
    name = "_".join(str(part) for part in problem["loc"][:1]).upper()
    return f"{PREFIX}{name}: {why}" if name else why
