"""A record has a time when the public sees it, and for a month the note of what was changed in it."""

from datetime import datetime, timedelta

from site_builder.content.fields import STOCKHOLM
from site_builder.reading.indexed_record import IndexedRecord

CHANGE_SHOWN = timedelta(days=31)
"""So many days after a change its page tells under the lead what was changed."""


def has_its_time(one: IndexedRecord, now: float = 0.0) -> bool:  # noqa: ARG001 - asked as the two below
    """Published or archived: public at some time, past, present or future."""
    return one.status in ("publicerad", "arkiverad")


def begins(one: IndexedRecord) -> float:
    """The moment (seconds since 1970) from which the public may see it, if it may at all."""
    return max(one.published, one.publish_from)


def lasts(one: IndexedRecord, now: float) -> bool:
    """Public now or later."""
    return has_its_time(one) and max(begins(one), now) < one.unpublish_at


def is_public(one: IndexedRecord, now: float) -> bool:
    """Published or archived, begun, and not withdrawn."""
    return has_its_time(one) and begins(one) <= now < one.unpublish_at


def is_gone(one: IndexedRecord, now: float) -> bool:
    """Once public, and withdrawn since: its address says so (410)."""
    return has_its_time(one) and one.published <= now and one.unpublish_at <= now


def unseen(one: IndexedRecord, now: float) -> str:
    """Why citizens do not see it now, for an editor's preview; empty where they do."""
    if not has_its_time(one):
        return "Utkast"
    if begins(one) > now:
        return f"Visas från {datetime.fromtimestamp(begins(one), STOCKHOLM):%Y-%m-%d %H:%M}"
    return "Borttagen" if one.unpublish_at <= now else ""
