"""The environment tells the staff's login its provider: every ``STAFF_…`` variable.

Shared by all services that staff use, so that one provider, one list of roles and one session policy hold.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from foundation.settings import BareSettings, Period, Url, Words


class StaffSettings(BareSettings):
    """The login's settings. ``docs/drift.md`` lists them; a test holds the two together."""

    model_config = SettingsConfigDict(env_prefix="STAFF_", extra="forbid", frozen=True, env_ignore_empty=True)

    issuer: Url = Field("", description="Identitetstjänstens adress (issuer). Tomt: ingen kan logga in.")
    client_id: str = Field("", description="Tjänstens id hos identitetstjänsten.")
    client_secret: str = Field("", description="Tjänstens hemlighet hos identitetstjänsten.", repr=False)
    scope: str = Field("openid profile email", description="Vad som begärs vid inloggningen.")
    roles_claim: str = Field(
        "roles", description="Uppgiften (claim) med roller, till exempel roles eller groups."
    )
    roles: Words = Field(
        [],
        description="Vad uppgiftens värden betyder, som `Webb.Skribent=skribent`.",
    )
    idle: Period = Field(timedelta(hours=1), description="Så länge får en inloggning stå oanvänd.")
    longest: Period = Field(timedelta(hours=10), description="Så länge gäller en inloggning som längst.")
    spare_codes: Words = Field(
        [], description="Förseglade reservkoder, som `subscriptions spare-code` skriver ut.", repr=False
    )

    @field_validator("roles")
    @classmethod
    def _pairs(cls, value: list[str]) -> list[str]:
        for word in value:
            claim, _, role = word.rpartition("=")
            if not claim or role not in ROLES:
                raise ValueError(
                    f"{word!r} ska se ut som Webb.Skribent=skribent; rollerna är {', '.join(ROLES)}"
                )
        return value

    @field_validator("spare_codes")
    @classmethod
    def _seals(cls, value: list[str]) -> list[str]:
        if any(len(seal) != 64 or set(seal.lower()) - set("0123456789abcdef") for seal in value):
            raise ValueError("ska vara förseglingar (64 tecken) från: subscriptions spare-code")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if faults := list(self._faults()):
            raise ValueError("\n".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if self.issuer and not (self.client_id and self.client_secret):
            yield "STAFF_CLIENT_ID och STAFF_CLIENT_SECRET saknas; identitetstjänsten ger dem"
        if self.issuer.startswith("http://") and not self.issuer.startswith(LOOPBACK):
            yield "STAFF_ISSUER ska börja med https://"
        if "openid" not in self.scope.split():
            yield "STAFF_SCOPE ska innehålla openid"

    @property
    def role_of(self) -> dict[str, str]:
        """What each value of the claim means."""
        return {claim: role for claim, _, role in (word.rpartition("=") for word in self.roles)}

    @property
    def known_roles(self) -> Iterable[str]:
        """Every role there is."""
        return ROLES


LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")
ROLES = ("läsare", "skribent", "granskare", "ansvarig", "larm", "handläggare", "servicecenter")
"""The house's roles: five of the editor, two of those who answer citizens."""
