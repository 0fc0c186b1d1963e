"""What waits, by promise: what is late or soon to be stands first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from cases.casework.history import Case, open_case
from cases.model import LIVE, State
from cases.tables import cases
from foundation.encryption import Keys

SHOWN = 100
VIEWS = {"alla": "Alla", "nya": "Nya", "mina": "Mina", "fragade": "Väntar på svar", "avslutade": "Avslutade"}
"""The views of the queue by the word in their address."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One view of the queue, how many there are in each, and how many are late."""

    cases: list[Case]
    counts: dict[str, int]
    late: int


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: secret cases are shown to those who may see them and to whoever has them."""

    subject: str
    may_see_secrets: bool

    def may_see(self, case: Case) -> bool:
        """Whether this case may be shown."""
        return not case.row.secret or self.may_see_secrets or case.row.handler == self.subject

    def allowed(self) -> list[ColumnElement[bool]]:
        """The same as a condition."""
        if self.may_see_secrets:
            return []
        return [cases.c.secret.is_(False) | (cases.c.handler == self.subject)]


def look(connection: Connection, keys: Keys, view: str, viewer: Viewer, now: datetime) -> Queue:
    """The first of a view."""
    allowed = viewer.allowed()
    order = [cases.c.done_at.desc()] if view == "avslutade" else [cases.c.awaits.desc(), cases.c.due_at]
    query = select(cases).where(_of(view, viewer), *allowed).order_by(*order, cases.c.id).limit(SHOWN)
    rows = [open_case(keys, row) for row in connection.execute(query)]

    def count(*conditions: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(cases).where(*conditions, *allowed)
        return int(connection.execute(query).scalar_one())

    counts = {name: count(_of(name, viewer)) for name in VIEWS}
    late = count(cases.c.state.in_(LIVE), cases.c.awaits, cases.c.due_at <= now)
    return Queue(rows, counts, late)


def _of(view: str, viewer: Viewer) -> ColumnElement[bool]:
    live = cases.c.state.in_(LIVE)
    if view == "mina":
        return live & (cases.c.handler == viewer.subject)
    if view == "nya":
        return cases.c.state == State.NEW
    if view == "fragade":
        return cases.c.state == State.ASKED
    return cases.c.state.not_in(LIVE) if view == "avslutade" else live
