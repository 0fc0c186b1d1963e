"""The words of each SMS about an item: the editors' own text if there is one, a link, and how to leave."""

import re

from subscriptions.messages.gsm7 import fit, normalise
from subscriptions.messages.item import Item
from subscriptions.messages.mail import Site
from subscriptions.model import Lane

NEWS_PARTS = 2
CRISIS_PARTS = 4
"""Most parts that a message may cost; longer texts are cut at a word, never the links."""


def is_two_way(sender: str) -> bool:
    """True where people can answer: a number or a messaging service, not a name."""
    return bool(re.fullmatch(r"\+\d+|MG[0-9a-f]{32}", sender))


def item_text(site: Site, item: Item, lane: Lane, leave_url: str, two_way: bool) -> str:
    """The text of one SMS, in GSM-7 where the letters allow."""
    words = item.sms or item.title
    if lane == Lane.CRISIS:
        opening = {"Cancel": "Upphör: ", "Update": "Uppdaterat: "}.get(item.kind, "")
    else:
        opening = f"{item.labels[0]}: " if item.labels and not item.sms else ""
    leave = "Svara STOPP för att sluta." if two_way else f"Sluta: {leave_url}"
    tail = "\n".join((item.link, leave)) if item.link not in words else leave
    body = normalise(f"{site.name}: {opening}{words}")
    return fit(body, normalise(tail), CRISIS_PARTS if lane == Lane.CRISIS else NEWS_PARTS)
