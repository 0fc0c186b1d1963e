"""Which alert follows upon which, and what that makes of each: in force, replaced, ended, or itself an end.

CAP 1.2 (3.2.1): an Update supersedes and a Cancel cancels what it refers to. An end reaches further here: it
also ends what had updated that alert before it, since "the water is back" is true of them all.
"""

from datetime import datetime
from typing import Literal, Protocol

from site_builder.content.fields import STOCKHOLM
from site_builder.reading.indexed_record import IndexedRecord, Reference

State = Literal["coming", "active", "replaced", "ended", "expired", "over"]
"""`ended` is an alert that another has ended; `over` is that other one, once it has taken effect."""


class Alerts(Protocol):
    """What of a site is asked here."""

    now: datetime

    def targets(self, one: IndexedRecord) -> list[tuple[Reference, IndexedRecord | None]]: ...  # noqa: D102 - as Site's
    def back(self, one: IndexedRecord, kind: str, attribute: str) -> list[IndexedRecord]: ...  # noqa: D102 - as Site's


def ends(site: Alerts, alert: IndexedRecord) -> bool:
    """True for one that says that another is over: itself it warns of nothing."""
    return any(reference.attribute == "ends" for reference, _ in site.targets(alert))


def has_begun(site: Alerts, alert: IndexedRecord) -> bool:
    """True once it has taken effect: until then it neither counts nor replaces another."""
    return datetime.fromisoformat(alert.facts["effective"]) <= site.now


def began(alert: IndexedRecord) -> datetime:
    """When it took effect for the public: not before it was published."""
    public = datetime.fromtimestamp(max(alert.published, alert.publish_from), STOCKHOLM)
    return max(public, datetime.fromisoformat(alert.facts["effective"]))


def replaced_by(site: Alerts, alert: IndexedRecord) -> list[IndexedRecord]:
    """What this alert replaces once it has taken effect, the latest first.

    Nothing replaces itself, and an exercise replaces nothing real.
    """
    found: list[IndexedRecord] = []
    for reference, old in site.targets(alert):
        if old and reference.attribute in ("updates", "ends") and _may_replace(alert, old):
            later = _updates_before(site, old, alert) if reference.attribute == "ends" else []
            for one in (*later, old):
                if one not in found:
                    found.append(one)
    return found


def earlier(site: Alerts, alert: IndexedRecord) -> list[IndexedRecord]:
    """The alerts that this one updates or ends, all the way back, the nearest first."""
    found = [alert]
    for one in found:
        named = [old for ref, old in site.targets(one) if old and ref.attribute in ("updates", "ends")]
        for old in (*replaced_by(site, one), *named):
            if old not in found:
                found.append(old)
    return found[1:]


def ending(site: Alerts, alert: IndexedRecord) -> IndexedRecord | None:
    """The alert that says that this one is over, once it does."""
    line = [alert]
    for one in line:
        line += [old for old in _updated_by(site, one) if old not in line]
    enders = [end for one in line for end in site.back(one, "alert", "ends")]
    told = [end for end in enders if has_begun(site, end) and alert in replaced_by(site, end)]
    return min(told, key=began, default=None)


def state(site: Alerts, alert: IndexedRecord) -> dict[str, str]:
    """`state`, and for what is over `ended`: since when, in ISO 8601."""
    end = ending(site, alert)
    if end:
        return {"state": "ended", "ended": began(end).isoformat()}
    if any(has_begun(site, one) for one in site.back(alert, "alert", "updates") if _may_replace(one, alert)):
        return {"state": "replaced"}
    if not has_begun(site, alert):
        return {"state": "coming"}
    if ends(site, alert):
        return {"state": "over", "ended": began(alert).isoformat()}
    expired = datetime.fromisoformat(alert.facts["expires"]) <= site.now
    return {"state": "expired" if expired else "active"}


def newest(site: Alerts, alert: IndexedRecord) -> IndexedRecord:
    """The last of those that have updated this alert one after the other; itself where none has."""
    seen = [alert]
    while later := [one for one in site.back(seen[-1], "alert", "updates") if one not in seen]:
        seen.append(min(later, key=lambda one: (one.published, one.file)))
    return seen[-1]


def _updates_before(site: Alerts, old: IndexedRecord, end: IndexedRecord) -> list[IndexedRecord]:
    """What had updated `old`, directly or not, when `end` was published; the latest first."""
    found = [old]
    for one in found:
        found += [
            later
            for later in site.back(one, "alert", "updates")
            if later not in found and later is not end and later.published <= end.published
        ]
    return sorted((one for one in found[1:] if _may_replace(end, one)), key=lambda one: -one.published)


def _updated_by(site: Alerts, alert: IndexedRecord) -> list[IndexedRecord]:
    return [old for reference, old in site.targets(alert) if old and reference.attribute == "updates"]


def _may_replace(one: IndexedRecord, old: IndexedRecord) -> bool:
    return one is not old and (one.facts["kind"] != "övning" or old.facts["kind"] == "övning")
