"""The environment tells the case service its own settings: every ``CASES_…`` variable.

What it shares with the others (database, keys, senders) it is told as ``SUBSCRIPTIONS_…``.
"""

from collections.abc import Mapping
from datetime import timedelta
from os import environ as process_environ
from typing import Any

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from foundation.settings import BareSettings, Email, Period, Url, Words, load

PREFIX = "CASES_"
LONG_ENOUGH = 24
"""Characters of a key."""


class CaseSettings(BareSettings):
    """The service's own settings. ``docs/drift.md`` lists them; a test holds the two together."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    categories_url: Url = Field(
        "", description="Ärendetyperna. Tomt: <PUBLIC_URL>/api/v1/case-categories.json."
    )
    desk_email: Email = Field(
        "", description="Dit påminnelser om ärenden går som ingen har tagit. Tomt: SENDER_EMAIL."
    )
    answer_days: int = Field(2, ge=1, le=60, description="Arbetsdagar till ett första svar.")
    letter_days: int = Field(10, ge=1, le=60, description="Arbetsdagar till svar på ett brev.")
    reopen_days: int = Field(30, ge=1, le=365, description="Så många dagar går det att säga inte åtgärdat.")
    open311_keys: Words = Field(
        [],
        description="Vilka som får anmäla genom Open311, som `app=hemligheten` med minst 24 tecken.",
        repr=False,
    )
    retention: Period = Field(
        timedelta(days=730), description="Så länge sparas ett avslutat ärende innan det gallras."
    )

    @field_validator("open311_keys")
    @classmethod
    def _pairs(cls, value: list[str]) -> list[str]:
        for pair in value:
            name, _, secret = pair.partition("=")
            if not name or len(secret) < LONG_ENOUGH:
                raise ValueError(f"ska se ut som app=hemligheten, med minst {LONG_ENOUGH} tecken")
        return value


def load_settings(environ: Mapping[str, str] = process_environ, **values: Any) -> CaseSettings:
    """The settings from the environment (``values`` win); raises SettingsError naming every wrong one."""
    return load(CaseSettings, environ, **values)
