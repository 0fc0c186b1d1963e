"""This module tells which alerts are in force now, which are to come, just over, and past."""

from datetime import datetime

from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.alert_chain import earlier, ends, has_begun, replaced_by
from site_builder.site.site import Site

SEVERITY = ("extrem", "allvarlig", "måttlig", "mindre", "okänd")
"""The worst first (CAP 1.2: Extreme, Severe, Moderate, Minor, Unknown)."""


def in_force(site: Site) -> list[IndexedRecord]:
    """The most severe first; one that has been updated or ended is not in force."""
    active = [one for one in site.of_type("alert") if _state(site, one) == "active"]
    return sorted(active, key=lambda one: SEVERITY.index(one.facts["severity"]))


def coming(site: Site) -> list[IndexedRecord]:
    """Those that are yet to take effect and that no other has replaced by now, the last first."""
    alerts = site.of_type("alert")
    replaced = {old.id for one in alerts for old in replaced_by(site, one)}
    return [
        one
        for one in alerts
        if not has_begun(site, one) and one.id not in replaced and not ends(site, one)
    ]


def over(site: Site) -> list[IndexedRecord]:
    """Those that say that another is over, as long as that is news; the last first."""
    return [
        one
        for one in site.of_type("alert")
        if _state(site, one) == "over"
        and site.now < datetime.fromisoformat(one.facts["over_until"])
        and replaced_by(site, one)
    ]


def past(site: Site) -> list[IndexedRecord]:
    """Those that have taken effect and are neither in force nor news any longer, the last first."""
    shown = {one.id for one in (*in_force(site), *over(site))}
    return [one for one in site.of_type("alert") if one.id not in shown and has_begun(site, one)]


def is_crisis(site: Site, alert: IndexedRecord) -> bool:
    """True for what may wake people: a crisis, a severe alert, and what updates or ends one."""
    return any(
        one.facts["kind"] == "kris" or one.facts["severity"] in ("extrem", "allvarlig")
        for one in (alert, *earlier(site, alert))
    )


def _state(site: Site, alert: IndexedRecord) -> str:
    return str(site.card(alert).facts["state"])
