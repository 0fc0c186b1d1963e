"""Who answers, as the login behind the gate says."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request

from cases.casework.queue import Viewer
from cases.model import Actor
from foundation.staff.gate import member_of
from foundation.staff.members import StaffMember

HANDLERS = ("handläggare", "servicecenter")
SEES_SECRETS = "handläggare"


class Staff:
    """One of the staff: the actor of what they do, and what they may see."""

    def __init__(self, member: StaffMember) -> None:
        self.actor = Actor(member.subject[:100], member.name[:200], member.email[:320])
        self.viewer = Viewer(self.actor.subject, member.has(SEES_SECRETS))


def _staff(request: Request) -> Staff:
    """Who is behind the gate; raises HTTPException without one of the roles that answer citizens."""
    member = member_of(request)
    if not member.has(*HANDLERS):
        raise HTTPException(403, "Du är inloggad, men får inte handlägga ärenden.")
    return Staff(member)


LoggedIn = Annotated[Staff, Depends(_staff)]
