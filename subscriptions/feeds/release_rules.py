"""The release rules say what becomes of one new entry: sent, held for the operator, or never sent."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.columns import EPOCH, MILLISECOND
from subscriptions.model import Entry, ItemState, TargetKind

FUTURE = timedelta(hours=24)
"""A date further ahead than this is no error of clock or time zone."""
TOLD = ("message_type", "status", "scope", "severity", "area", "instruction", "all_clear")
"""What of an alert's words makes it another one."""
CHURNED = "same-text-other-id"
OUTDATED = "outdated"
"""Why something that is already replaced is never sent."""
BY_DATE = ("future", "too-old")
"""Why something waits that another date would let go."""
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
    last_read: datetime | None = None  # when the feed was last read as a whole; unchanged since


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
    """A hash of what a reader sees and who is meant, whatever the id, the dates and the blanks.

    The version before had another reading of line breaks: what is stored must not look new after an upgrade.
    An alert's kind and status decide what it is; what a change of its end is, ``repeats`` decides.
    """
    alert = entry.alert.as_json() if entry.alert else {}
    seen = {name: alert[name] for name in TOLD if alert.get(name)}
    meant = sorted(f"{t.kind} {t.value}" for t in entry.targets if t.kind is not TargetKind.PAGE)
    link = "" if _is_own_name(entry) else entry.link
    title, summary, sms = ("".join(words.split()) for words in (entry.title, entry.summary, entry.sms))
    text = json.dumps([title, summary, link, sms, seen, meant], sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def _is_own_name(entry: Entry) -> bool:
    """Whether the link tells a reader no more than the id: it is the id, or an alert's with its name in it.

    Of an alert that says nothing but a title the link counts: two of them may be two dangers.
    """
    if entry.link == entry.id:
        return True
    if not entry.alert or not (entry.summary or entry.alert.instruction):
        return False
    names = {re.split(r"[/:#?=]", entry.id.rstrip("/"))[-1], entry.alert.identifier} - {""}
    return not names.isdisjoint(re.split(r"[/#?=&]", entry.link))


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
    if alert and alert.expires and alert.expires <= now and not alert.is_end:
        return ItemState.DISCARDED, "expired"
    if alert and not alert.is_actual:
        return ItemState.HELD, UNSURE
    age = now - entry.updated if entry.updated else timedelta(0)
    if rules.crisis and ((alert and alert.expires and alert.expires > now) or age <= rules.crisis_lifetime):
        return ItemState.RELEASED, ""
    doubts = {
        CHURNED: around.churned,
        "future": age < -FUTURE,
        "too-old": age > rules.hold_older_than or rules.crisis,
        "burst": around.burst,
    }
    reason = next((name for name, doubtful in doubts.items() if doubtful), "")
    return (ItemState.HELD, reason) if reason else (ItemState.RELEASED, "")
