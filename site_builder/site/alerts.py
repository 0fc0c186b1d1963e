"""Alerts: which are in force now, which are yet to come, and what has replaced what."""

from collections.abc import Iterable
from datetime import datetime

from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

SEVERITY = ("extrem", "allvarlig", "måttlig", "mindre", "okänd")
"""The worst first (CAP 1.2: Extreme, Severe, Moderate, Minor, Unknown)."""


def in_force(site: Site) -> list[IndexedRecord]:
    """The most severe first; one that has been updated or ended is not in force."""
    begun = [one for one in site.of_type("alert") if has_begun(site, one)]
    replaced = _replaced(site, begun)
    active = [
        one
        for one in begun
        if one.id not in replaced
        and not ends(site, one)
        and site.now < datetime.fromisoformat(one.facts["expires"])
    ]
    return sorted(active, key=lambda one: SEVERITY.index(one.facts["severity"]))


def coming(site: Site) -> list[IndexedRecord]:
    """Those that are yet to take effect and that no other has replaced by now, the last first."""
    later = [one for one in site.of_type("alert") if not has_begun(site, one)]
    replaced = _replaced(site, site.of_type("alert"))
    return [one for one in later if one.id not in replaced and not ends(site, one)]


def past(site: Site) -> list[IndexedRecord]:
    """Those that have taken effect and are no longer in force, the last first."""
    now = {one.id for one in in_force(site)}
    return [one for one in site.of_type("alert") if one.id not in now and has_begun(site, one)]


def ends(site: Site, alert: IndexedRecord) -> bool:
    """True for one that says that another is over: itself it warns of nothing."""
    return any(reference.attribute == "ends" for reference, _ in site.targets(alert))


def has_begun(site: Site, alert: IndexedRecord) -> bool:
    """True once it has taken effect: until then it neither counts nor replaces another."""
    return datetime.fromisoformat(alert.facts["effective"]) <= site.now


def is_crisis(site: Site, alert: IndexedRecord) -> bool:
    """True for what may wake people: a crisis, a severe alert, and what updates or ends one."""
    return any(
        one.facts["kind"] == "kris" or one.facts["severity"] in ("extrem", "allvarlig")
        for one in (alert, *earlier(site, alert))
    )


def earlier(site: Site, alert: IndexedRecord) -> list[IndexedRecord]:
    """The alerts that this one updates or ends, all the way back, the nearest first."""
    found = [alert]
    for one in found:
        for reference, old in site.targets(one):
            if reference.attribute in ("updates", "ends") and old and old not in found:
                found.append(old)
    return found[1:]


def _replaced(site: Site, alerts: Iterable[IndexedRecord]) -> set[str]:
    """Ids of those that these update or end."""
    return {
        old.id
        for one in alerts
        for reference, old in site.targets(one)
        if old and reference.attribute in ("updates", "ends") and _may_replace(one, old)
    }


def _may_replace(one: IndexedRecord, old: IndexedRecord) -> bool:
    """Nothing replaces itself, and an exercise replaces nothing real."""
    return one is not old and (one.facts["kind"] != "övning" or old.facts["kind"] == "övning")
