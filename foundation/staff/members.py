"""A staff member is who the provider says, with the roles that the settings make of its claims."""

from collections.abc import Iterable
from typing import NamedTuple


class StaffMember(NamedTuple):
    """Somebody who is logged in."""

    subject: str
    """Who it is, the same at each login; names nobody by itself."""

    name: str
    email: str
    roles: frozenset[str]
    """Words of the municipality's, such as ``skribent``; each service knows which it asks for."""

    def has(self, *roles: str) -> bool:
        """True with any of these roles."""
        return not self.roles.isdisjoint(roles)


def roles_of(claim: object, mapping: dict[str, str], known: Iterable[str]) -> frozenset[str]:
    """The roles that a claim gives: what the settings make of each value, or the value where it is a role.

    A claim is a list of texts, or one text; everything else gives nothing.
    """
    values = [claim] if isinstance(claim, str) else claim if isinstance(claim, list) else []
    given = {mapping.get(value, value) for value in values if isinstance(value, str)}
    return frozenset(given & set(known))
