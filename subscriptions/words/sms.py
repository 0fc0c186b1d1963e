"""The words of each SMS about an item: the editors' own text if there is one, a link, and how to leave."""

import re
from collections.abc import Sequence

from delivery.channels.sms.gsm7 import fit, normalise
from delivery.model import Lane
from subscriptions.words.item import Item, how_many
from subscriptions.words.mail import Site

NEWS_PARTS = 2
CRISIS_PARTS = 4
"""Most parts that a message may cost; longer texts are cut at a word, never the links."""


def is_two_way(sender: str) -> bool:
    """True where people can answer: a number or a messaging service, not a name."""
    return bool(re.fullmatch(r"\+\d+|MG[0-9a-f]{32}", sender))


def item_text(site: Site, item: Item, lane: Lane, leave_url: str, two_way: bool) -> str:
    """The text of one SMS, in GSM-7 where the letters allow."""
    tail = "\n".join((item.link, _leave(leave_url, two_way)))
    body = normalise(f"{site.name}: {_opening(item, lane)}{_words(item)}")
    return fit(body, normalise(tail), CRISIS_PARTS if lane == Lane.CRISIS else NEWS_PARTS)


def _opening(item: Item, lane: Lane) -> str:
    if item.is_end:
        return "Faran är över: " if lane == Lane.CRISIS else "Över: "
    if lane == Lane.CRISIS:
        return "Uppdaterat: " if item.kind == "Update" else ""
    return f"{item.labels[0]}: " if item.labels and not item.sms and not item.note else ""


def _words(item: Item) -> str:
    """The editors' own text or the title; of a change first what was changed, for the end may be cut."""
    if item.note:
        return f"Ändrat: {item.note} {item.sms or f'({item.title})'}"
    if item.is_end and item.instruction and not item.sms:
        return f"{item.title.rstrip('.')}. {item.instruction}"
    return item.sms or item.title


def digest_text(site: Site, items: Sequence[Item], leave_url: str, two_way: bool) -> str:
    """A day or a week in one SMS: how many, the first titles, and where the rest is."""
    body = normalise(f"{site.name}: {how_many(items)}: " + "; ".join(item.headline for item in items))
    link = items[0].link if len(items) == 1 else f"{site.public_url}/"
    return fit(body, normalise("\n".join((link, _leave(leave_url, two_way)))), NEWS_PARTS)


def _leave(leave_url: str, two_way: bool) -> str:
    return "Svara STOPP för att sluta." if two_way else f"Sluta: {leave_url}"
