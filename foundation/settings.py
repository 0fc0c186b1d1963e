"""Settings are read from the environment, proven and refused here; those of every service stand here too.

A wrong value stops the start with the setting's name, why, and how it is mended. So does a name that no
setting has: a misspelt one would otherwise be a setting that silently is not there.
"""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from foundation import setting_values
from foundation.limits import read_counts

log = logging.getLogger(__name__)

PREFIX = "SUBSCRIPTIONS_"
"""Shared settings bear the name of the first service that had them."""

DEVELOPMENT_KEY = "medborgarfokus-utvecklingsnyckel-som-alla-kan-lasa"
NEAR, NEAR_PREFIX = 0.75, 0.85
"""How alike two names must be (1 is the same) for the one to be taken for the other misspelt."""


class SettingsError(Exception):
    """The settings are wrong; the message names each variable and how to mend it, in Swedish."""


Words = Annotated[
    list[str], NoDecode, BeforeValidator(setting_values.split), AfterValidator(setting_values.once)
]
Urls = Annotated[
    list[str], NoDecode, BeforeValidator(setting_values.split), AfterValidator(setting_values.each_url)
]
Networks = Annotated[
    list[str], NoDecode, BeforeValidator(setting_values.split), AfterValidator(setting_values.each_network)
]
Period = Annotated[
    timedelta, BeforeValidator(setting_values.duration), AfterValidator(setting_values.within_reason)
]
YesNo = Annotated[bool, BeforeValidator(setting_values.yes_or_no)]
Url = Annotated[str, AfterValidator(setting_values.url_without_slash)]
Email = Annotated[str, AfterValidator(setting_values.email)]
Address = Annotated[str, AfterValidator(setting_values.address)]
Place = Annotated[str, AfterValidator(setting_values.place)]
Domain = Annotated[str, AfterValidator(setting_values.domain)]
Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(setting_values.number)]
Rate = Annotated[Number, Field(ge=0), AfterValidator(setting_values.rate)]
Count = Annotated[int, BeforeValidator(setting_values.whole_number)]


class BareSettings(BaseSettings):
    """A group of settings of one prefix; a subclass names its own in ``model_config``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    @field_validator("*", mode="before")
    @classmethod
    def _printable(cls, value: Any, info: ValidationInfo) -> Any:
        """What stands around a value says nothing, and a control character in it would break a header."""
        if not isinstance(value, str):
            return value
        value = value.strip()
        is_list = cls.model_fields[info.field_name or ""].annotation == list[str]
        hidden = [sign for sign in value if not sign.isprintable() and not (is_list and sign in "\n\t")]
        if hidden:
            raise ValueError(f"innehåller ett tecken som inte syns (U+{ord(hidden[0]):04X})")
        return value


class ServiceSettings(BareSettings):
    """What every service of the house is told. ``docs/drift.md`` lists them; a test holds the two together.

    What is secret is left out of ``repr``.
    """

    environment: Literal["development", "production"] = Field(
        "production", description="development tillåter utvecklingsnyckeln och den lokala inkorgen."
    )
    database_url: str = Field(
        "sqlite:///subscriptions.sqlite3",
        description="sqlite:///fil eller postgresql://användare:lösen@värd/databas.",
        repr=False,
    )
    secret_keys: Words = Field(
        [],
        description="Hemliga nycklar, nyaste först, minst 32 tecken var. Kryptering, sökning och signering.",
        repr=False,
    )
    public_url: Url = Field(
        "http://127.0.0.1:8000", description="Webbplatsens adress, som länkar i meddelanden börjar med."
    )
    site_name: str = Field("Medborgarfokus", description="Avsändarens namn i meddelanden.")
    shell_url: Url = Field("", description="Sidskalet. Tomt: <PUBLIC_URL>/prenumerera/skal.html.")
    state_file: str = Field(
        "", description="Fil utanför databasen som avslöjar en återläst säkerhetskopia. Tomt: ingen."
    )
    trusted_proxies: Networks = Field([], description="Adresser vars X-Forwarded-… gäller.")
    limits: Words = Field(
        [], description="Andra gränser mot missbruk än de förvalda, som `sms-hour=2000 ip-hour=60`."
    )
    demonstration: YesNo = Field(False, description="Historiskt innehåll: inga riktiga SMS.")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return setting_values.database_url(value)

    @field_validator("secret_keys")
    @classmethod
    def _keys(cls, value: list[str]) -> list[str]:
        if any(len(key) < 32 for key in value):
            raise ValueError("varje nyckel ska ha minst 32 tecken; gör en med: openssl rand -hex 32")
        return value

    @field_validator("limits")
    @classmethod
    def _known_limits(cls, value: list[str]) -> list[str]:
        read_counts(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _bare(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("ska bara vara webbplatsens början, som https://www.kommun.example")
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.environment == "development" and not self.secret_keys:
            object.__setattr__(self, "secret_keys", [DEVELOPMENT_KEY])
        faults = list(self.faults())
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def faults(self) -> Iterator[str]:
        """What is wrong with settings that are right one by one; each names the one to mend."""
        if self.environment == "development":
            return
        if not self.secret_keys:
            yield f"{PREFIX}SECRET_KEYS saknas; gör en med: openssl rand -hex 32"
        if DEVELOPMENT_KEY in self.secret_keys:
            yield (
                f"{PREFIX}SECRET_KEYS är utvecklingsnyckeln, som alla kan läsa; "
                "gör en egen: openssl rand -hex 32"
            )
        if "public_url" not in self.model_fields_set:
            yield f"{PREFIX}PUBLIC_URL saknas; utan den leder inga länkar i meddelanden hem"

    def warnings(self) -> Iterator[str]:
        """What may be meant and seldom is; each says what follows from it."""
        if self.environment == "development":
            return
        if not self.trusted_proxies:
            yield (
                f"{PREFIX}TRUSTED_PROXIES är tom: bakom en webbserver tycks alla besökare "
                "komma från samma adress, och gränserna mot missbruk stänger ute alla"
            )
        if not self.state_file:
            yield f"{PREFIX}STATE_FILE är tom: ingen märker att databasen är en återläst säkerhetskopia"
        if setting_values.is_unproven(self.database_url):
            yield (
                f"{PREFIX}DATABASE_URL går över nätet utan sslmode=verify-full: "
                "ingen prövar vem som svarar, och vem som helst däremellan kan läsa"
            )
        if self.public_url.startswith("http://"):
            yield f"{PREFIX}PUBLIC_URL börjar med http://: länkar och formulär går okrypterat"

    def warn(self) -> None:
        """Log each warning, at the start of whatever runs for long."""
        for text in self.warnings():
            log.warning("a setting may be forgotten", extra={"warning": text})

    @property
    def limit_counts(self) -> dict[str, int]:
        """The operator's own limits, by name."""
        return read_counts(self.limits)

    @property
    def shell_address(self) -> str:
        return self.shell_url or f"{self.public_url}/prenumerera/skal.html"


Some = TypeVar("Some", bound=BareSettings)


def load(kind: type[Some], environ: Mapping[str, str] = os.environ, **values: Any) -> Some:
    """The settings of a service or of another group; ``values`` win over the environment.

    Raises SettingsError naming every wrong one.
    """
    prefix = kind.model_config["env_prefix"]
    return _made(kind, prefix, list(misspelt(kind.model_fields, environ, prefix)), values)


def load_part(kind: type[Some]) -> Some:
    """The same where other services have more under the prefix: a name that is not here may be theirs."""
    return _made(kind, kind.model_config["env_prefix"], [], {})


def _made(kind: type[Some], prefix: str, faults: list[str], values: dict[str, Any]) -> Some:
    try:
        settings = kind(**values)
    except ValidationError as error:
        faults += [_explain(problem, prefix) for problem in error.errors()]
    if faults:
        raise SettingsError("\n".join(dict.fromkeys(faults)))
    return settings


def misspelt(fields: Iterable[str], environ: Mapping[str, str], prefix: str = PREFIX) -> Iterable[str]:
    """One line for each variable that can only be meant for a setting and is none."""
    known = {name.upper() for name in fields}
    for name in sorted(environ):
        front, _, rest = name.upper().partition("_")
        ours = f"{front}_" == prefix and rest
        near = get_close_matches(rest, known, n=1, cutoff=NEAR)
        if ours and rest not in known:
            yield f"{name}: inställningen finns inte" + (f"; menade du {prefix}{near[0]}?" if near else "")
        elif not ours and near and get_close_matches(f"{front}_", [prefix], cutoff=NEAR_PREFIX):
            yield f"{name}: inställningen finns inte; menade du {prefix}{near[0]}?"


WHYS = {
    "int_parsing": "ska vara ett heltal",
    "float_parsing": "ska vara ett tal, med punkt före decimalerna",
    "finite_number": "ska vara ett tal",
    "bool_parsing": "ska vara ja eller nej",
    "time_parsing": "ska vara ett klockslag som 07:30",
    "time_delta_parsing": "ska vara en tid som 60s, 15m, 48h eller 7d",
    "greater_than": "ska vara större än {gt}",
    "greater_than_equal": "ska vara minst {ge}",
    "less_than_equal": "ska vara högst {le}",
    "literal_error": "ska vara {expected}",
    "extra_forbidden": "inställningen finns inte",
}
"""pydantic's kinds of faults, in Swedish."""


def _explain(problem: Any, prefix: str) -> str:
    """One line a problem; never the value itself, which may be a secret, unless the rule put it there."""
    told = WHYS.get(problem["type"])
    expected = {name: str(part).replace(" or ", " eller ") for name, part in problem.get("ctx", {}).items()}
    why = told.format(**expected) if told else str(problem["msg"]).removeprefix("Value error, ")
    name = "_".join(str(part) for part in problem["loc"][:1]).upper()
    return f"{prefix}{name}: {why}" if name else why
