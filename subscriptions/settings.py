"""The environment tells the subscription service its own settings: every ``SUBSCRIPTIONS_…`` variable."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

from pydantic import Field, field_validator

from delivery.settings import DeliverySettings
from foundation.settings import PREFIX, Address, Count, Email, Number, Period, Place, Url, Urls, YesNo, load

NO_CRISIS_FEED = "inga"


class Settings(DeliverySettings):
    """The service's settings. ``docs/drift.md`` lists them; a test holds the two together."""

    feed_urls: Urls = Field([], description="Atom- eller RSS-flöden att bevaka.")
    crisis_feed_urls: Urls = Field(
        [],
        description="Krisflöden: läses var femte sekund och hålls aldrig kvar. "
        "inga: det ska inte finnas något.",
    )
    topics_url: Url = Field(
        "", description="topics.json, med titles.json bredvid. Tomt: <PUBLIC_URL>/api/v1/topics.json."
    )
    poll_interval: Period = Field(
        timedelta(seconds=60), description="Tid mellan läsningar av ett vanligt flöde."
    )
    crisis_poll_interval: Period = Field(
        timedelta(seconds=5), description="Tid mellan läsningar av ett krisflöde."
    )
    feed_timeout: Number = Field(10.0, gt=0, le=120, description="Sekunder att vänta på ett flöde.")
    feed_max_bytes: Count = Field(
        10_000_000, ge=10_000, le=100_000_000, description="Största flöde som läses, i byte."
    )
    hold_above: Count = Field(
        20, ge=1, le=1_000_000, description="Fler nya poster än så på en gång hålls för godkännande."
    )
    hold_older_than: Period = Field(
        timedelta(hours=48), description="Äldre poster än så hålls för godkännande."
    )

    accessibility_email: Email = Field(
        "", description="Dit tillgänglighetsanmälningar går. Tomt: SENDER_EMAIL."
    )
    digest_time: time = Field(
        time(7, 30), description="När dagens och veckans sammanställningar går, svensk tid."
    )
    digest_weekday: Count = Field(
        1, ge=1, le=7, description="Veckodag för veckans sammanställning; 1 är måndag."
    )
    signup_lifetime: Period = Field(
        timedelta(hours=48), description="Obekräftade anmälningar glöms efter så lång tid."
    )
    retention: Period = Field(
        timedelta(days=90),
        description="Så länge sparas skickade meddelanden, avslutade kontakter "
        "och tillgänglighetsanmälningar.",
    )

    data_protection_officer: str = Field(
        "", description="Dataskyddsombudets namn eller funktion och adress, på sidan om personuppgifter."
    )
    processors: str = Field(
        "",
        description="Vilka som sköter drift och e-post åt kommunen och i vilket land, med semikolon mellan; "
        "Twilio nämns ändå.",
    )
    transfer_basis: str = Field(
        "", description="Varför numret får lämnas till Twilio i USA (dataskyddsförordningen, kapitel V)."
    )

    canary_email: Email = Field("", description="Kanariefågelns e-postadress; tomt: ingen.")
    canary_confirms: YesNo = Field(
        False, description="Brevlådan lämnar sin post till `subscriptions bounce`: larma om den inte kommer."
    )
    watchdog_immediate: Period = Field(
        timedelta(minutes=30), description="Larm om en post inte nått någon på så lång tid."
    )
    watchdog_crisis: Period = Field(timedelta(minutes=2), description="Det samma för krisposter.")
    watchdog_silent_feed: Period = Field(
        timedelta(minutes=30), description="Larm om ett flöde inte gått att läsa på så lång tid."
    )

    watchdog_silent_crisis_feed: Period = Field(
        timedelta(seconds=30), description="Det samma för krisflöden."
    )
    bounce_lmtp: Place = Field(
        "", description="Värd:port där `subscriptions lmtp` tar emot studsar. Tomt: ingen mottagare."
    )
    metrics_host: Address = Field("127.0.0.1", description="IP-adress som arbetarens mått svarar på.")

    @field_validator("crisis_feed_urls", mode="before")
    @classmethod
    def _none_on_purpose(cls, value: Any) -> Any:
        is_none = isinstance(value, str) and value.lower() == NO_CRISIS_FEED
        return [] if is_none else value

    @field_validator("digest_time")
    @classmethod
    def _local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("ska vara ett klockslag i svensk tid, utan tidszon, som 07:30")
        return value

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if self.canary_confirms and not self.canary_email:
            yield f"{PREFIX}CANARY_EMAIL behövs när {PREFIX}CANARY_CONFIRMS är ja"
        if self.environment == "production":
            yield from self._contradictions()

    def _contradictions(self) -> Iterator[str]:
        """Periods that are right one by one, and together mean what nobody can want."""
        for shorter, longer, why in (
            ("poll_interval", "watchdog_silent_feed", "annars larmar varje flöde jämt"),
            ("crisis_poll_interval", "watchdog_silent_crisis_feed", "annars larmar varje krisflöde jämt"),
            ("message_lifetime", "retention", "annars gallras det som ännu väntar på svar"),
        ):
            if getattr(self, shorter) >= getattr(self, longer):
                names = f"{PREFIX}{shorter.upper()} ska vara kortare än {PREFIX}{longer.upper()}"
                yield f"{names}: {why}"

    def warnings(self) -> Iterator[str]:
        yield from super().warnings()
        if self.lacks_crisis_feed:
            yield (
                f"{PREFIX}CRISIS_FEED_URLS är tom: inga krismeddelanden går ut. "
                f"Är det meningen skriver ni {NO_CRISIS_FEED}"
            )
        if self.environment == "production" and not self.feed_urls:
            yield f"{PREFIX}FEED_URLS är tom: inga nyheter går ut"

    @property
    def lacks_crisis_feed(self) -> bool:
        """Nothing is said of crises: forgotten, misspelt or lost, as far as anybody can know."""
        told = self.crisis_feed_urls or "crisis_feed_urls" in self.model_fields_set
        return self.environment == "production" and not told

    @property
    def topics_address(self) -> str:
        return self.topics_url or f"{self.public_url}/api/v1/topics.json"


def load_settings(**values: Any) -> Settings:
    """The settings from the environment (``values`` win); raises SettingsError naming every wrong one."""
    return load(Settings, **values)
