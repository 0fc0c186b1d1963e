"""The shapes of what the JSON API takes and answers; its OpenAPI description is made of them."""

from datetime import date
from typing import Annotated

from fastapi import HTTPException
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from delivery.channels import KINDS
from subscriptions.matching.topics import read_target, write_target
from subscriptions.model import Frequency, Target, TargetKind
from subscriptions.people.signup import Answer

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Signed = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Channel = Annotated[str, Field(json_schema_extra={"enum": [kind.name for kind in KINDS]})]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


class Problem(BaseModel):
    """Why not, in Swedish."""

    detail: str


class Model(BaseModel):
    """Unknown fields are refused: a misspelt one would be lost in silence."""

    model_config = ConfigDict(extra="forbid")


class Wanted(Model):
    """One thing to follow: ``kind`` all, crisis, type, topic, body, area or page, and its slug or id."""

    kind: TargetKind
    value: Annotated[str, StringConstraints(max_length=100)] = ""
    frequency: Frequency = Frequency.IMMEDIATE

    def target(self) -> Target:
        """Raises HTTPException (422) where kind and value do not go together."""
        found = read_target(write_target(Target(self.kind, self.value)))
        if found is None:
            raise HTTPException(422, f"{self.kind.value}: {self.value!r} går inte att bevaka.")
        return found


class Followed(Wanted):
    """One thing that is followed, and its name."""

    label: str


class Offer(BaseModel):
    """One thing that can be followed; ``under`` names the slug that it belongs to."""

    kind: TargetKind
    value: str
    name: str
    under: str = ""


class Offers(BaseModel):
    """What can be followed, and by which channels."""

    choices: list[Offer]
    channels: list[Channel]


class SignupRequest(Model):
    """Who wants what. One address at least."""

    email: Line | None = None
    phone: Line | None = None
    choices: Annotated[list[Wanted], Field(min_length=1, max_length=200)]


class SignupAnswer(BaseModel):
    """Proofs are under way. ``code_token`` goes with the code of the SMS."""

    email: bool
    code_token: str | None


class LinkProof(Model):
    """The last part of the link in the mail."""

    token: Signed


class CodeProof(Model):
    """The code of the SMS."""

    code_token: Signed
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class State(BaseModel):
    """``done``, or ``already`` where it was confirmed before."""

    state: Answer


class Address(Model):
    """An e-mail address or a mobile number."""

    address: Line


class Subscription(BaseModel):
    """What a contact follows."""

    channel: Channel
    address: str
    paused_through: date | None
    choices: list[Followed]


class Choices(Model):
    """All that is to be followed from now on."""

    choices: Annotated[list[Wanted], Field(min_length=1, max_length=200)]


class Pause(Model):
    """The last day of the pause; null goes on at once."""

    through: date | None


class Report(Model):
    """A fault in the accessibility, or a wish for another form. Anonymous without ``reply_to``."""

    kind: Annotated[str, StringConstraints(pattern="^(fault|other_form)$")]
    text: Text
    page: Annotated[str, StringConstraints(max_length=2000)] = ""
    reply_to: Annotated[str, StringConstraints(max_length=400)] = ""
