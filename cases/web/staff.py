"""Who answers, as the login behind the gate says."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from cases.casework.queue import Viewer
from cases.model import Actor

HANDLERS = ("handläggare", "servicecenter")
SEES_SECRETS = "handläggare"


class Staff:
    """One of the staff: the actor of what they do, and what they may see."""

    def __init__(self, subject: str, name: str, roles: frozenset[str]) -> None:
        self.actor = Actor(subject[:100], name[:200])
        self.viewer = Viewer(self.actor.subject, SEES_SECRETS in roles)


def _staff(request: Request) -> Staff:
    member = getattr(request.state, "staff", None)
    if member is None:
        raise HTTPException(401, "Du är inte inloggad.")
    if member.roles.isdisjoint(HANDLERS):
        raise HTTPException(403, "Du är inloggad, men får inte handlägga ärenden.")
    return Staff(member.subject, member.name, member.roles)


LoggedIn = Annotated[Staff, Depends(_staff)]
