"""Judgement: what becomes of one new entry, whatever else the database holds of it.

Sent at once, held for an operator, or never sent.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.columns import EPOCH, MILLISECOND
from subscriptions.model import Entry, ItemState, TargetKind

FUTURE = timedelta(hours=24)
"""A date further ahead than this is no error of clock or time zone."""
OUTDATED = "outdated"
"""Why something that is already replaced is never sent."""
UNSURE = "unsure-alert"
"""Why an alert waits whose CAP does not say that it is one, and real."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about a feed's new entries; settings.py tells what each means."""

    crisis: bool
    baseline: bool
    hold_above: int
    hold_older_than: timedelta
    crisis_lifetime: timedelta


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else must be known to judge one entry."""

    outdated: bool = False  # a later revision, or an update or cancel of it, is known
    churned: bool = False  # the very same text is known under another id
    burst: bool = False  # more came at once than the limit


def revision(entry: Entry) -> datetime:
    """The entry's `updated` as the database keeps it; an entry without any date has one revision for ever."""
    return EPOCH + (entry.updated - EPOCH) // MILLISECOND * MILLISECOND if entry.updated else EPOCH


def fingerprint(entry: Entry) -> bytes:
    """A hash of what a reader sees and who is meant, whatever the id and the date."""
    alert = entry.alert.as_json() if entry.alert else {}
    seen = {name: value for name, value in alert.items() if name not in ("identifier", "references")}
    meant = sorted(f"{t.kind} {t.value}" for t in entry.targets if t.kind is not TargetKind.PAGE)
    link = "" if entry.link == entry.id else entry.link
    text = json.dumps([entry.title, entry.summary, link, entry.sms, seen, meant], sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def judge(entry: Entry, rules: Rules, around: Circumstances, now: datetime) -> tuple[ItemState, str]:
    """What becomes of a new entry, and why.

    Unexpired alerts of a crisis feed are never held where CAP says surely that they are alerts and real.
    What is outdated, expired, an exercise or meant for others is never sent.
    """
    alert = entry.alert
    if alert and alert.is_not_meant_for_the_public:
        return ItemState.DISCARDED, "exercise"
    if rules.baseline:
        return ItemState.BASELINE, ""
    if around.outdated:
        return ItemState.DISCARDED, OUTDATED
    if alert and alert.expires and alert.expires <= now and not alert.is_cancel:
        return ItemState.DISCARDED, "expired"
    if alert and not alert.is_actual:
        return ItemState.HELD, UNSURE
    age = now - entry.updated if entry.updated else timedelta(0)
    if rules.crisis and ((alert and alert.expires and alert.expires > now) or age <= rules.crisis_lifetime):
        return ItemState.RELEASED, ""
    doubts = {
        "same-text-other-id": around.churned,
        "future": age < -FUTURE,
        "too-old": age > rules.hold_older_than or rules.crisis,
        "burst": around.burst,
    }
    reason = next((name for name, doubtful in doubts.items() if doubtful), "")
    return (ItemState.HELD, reason) if reason else (ItemState.RELEASED, "")
