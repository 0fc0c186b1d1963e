"""The mails that many get: news, digests, crisis messages and their end; one skeleton for all."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from delivery.channels.email.mime import LEAVE, Skeleton, prepare
from delivery.model import Lane
from delivery.plain_text import one_line
from subscriptions.model import Frequency
from subscriptions.words.item import Item
from subscriptions.words.rendering import render

MAX_LISTED = 100
"""Items in one mail; what is beyond is counted and left to the site."""

RULES = {
    "Auto-Submitted": "auto-generated",  # RFC 3834
    "X-Auto-Response-Suppress": "All",  # the same for Exchange
}


@dataclass(frozen=True, slots=True)
class Site:
    """Who writes: name and address of the site, and the address that mails come from."""

    name: str
    public_url: str
    sender: str

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or "localhost"


def news(site: Site, items: Sequence[Item]) -> Skeleton:
    """One mail of everything that came at once for the same person."""
    if len(items) > 1:
        return _listing(site, items, f"{len(items)} nya: {_headings(items)}", "Nytt för dig", Lane.IMMEDIATE)
    if items[0].is_end:
        return _build(site, "crisis", items, items[0].headline, "Över", Lane.IMMEDIATE, ended=True)
    subject = f"{items[0].labels[0]}: {items[0].title}" if items[0].labels else items[0].title
    if items[0].kind:
        return _build(site, "crisis", items, subject, items[0].heading, Lane.IMMEDIATE, ended=False)
    return _build(site, "news", items, subject, items[0].heading, Lane.IMMEDIATE)


def digest(site: Site, items: Sequence[Item], frequency: Frequency) -> Skeleton:
    """A day's or a week's items under the headings of their topics."""
    title = "Veckans nyheter för dig" if frequency == Frequency.WEEKLY else "Dagens nyheter för dig"
    return _listing(site, items, f"{title}: {_headings(items)}", title, Lane.DIGEST)


def crisis(site: Site, item: Item) -> Skeleton:
    """A crisis message, its update or the word that it has ended."""
    ended = item.is_end
    eyebrow = (
        "Faran är över"
        if ended
        else "Uppdaterad krisinformation"
        if item.kind == "Update"
        else "Krisinformation"
    )
    return _build(site, "crisis", [item], f"{eyebrow}: {item.title}", eyebrow, Lane.CRISIS, ended=ended)


def _listing(site: Site, items: Sequence[Item], subject: str, title: str, lane: Lane) -> Skeleton:
    shown = items[:MAX_LISTED]
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in shown:
        groups[item.heading].append(item)
    number = f"{len(items)} nya texter" if len(items) > 1 else "En ny text"
    return _build(
        site, "digest", items, subject, "Sammanställning" if lane == Lane.DIGEST else "", lane,
        title=title, lead=f"{number} om det du bevakar.", more=len(items) - len(shown),
        groups=sorted(groups.items(), key=lambda group: (group[0] == "Övrigt", group[0].casefold())),
    )  # fmt: skip


def _headings(items: Sequence[Item]) -> str:
    """The topics of the items, for the subject line: three at most."""
    names = list(dict.fromkeys(item.heading for item in items))
    more = f" och {len(names) - 3} till" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _build(
    site: Site, template: str, items: Sequence[Item], subject: str, eyebrow: str, lane: Lane, **values: object
) -> Skeleton:
    subject = one_line(subject)
    if lane == Lane.CRISIS:
        why = f"Du får det här mejlet för att du bevakar krisinformation från {site.name}."
    else:
        why = f"Du får det här mejlet för att du bevakar information från {site.name}."
    plain, html = render(
        template, site=site.name, public_url=site.public_url, subject=subject, eyebrow=eyebrow, items=items,
        crisis=lane == Lane.CRISIS, listed=True, leave=LEAVE, why=why, **values,
    )  # fmt: skip
    kind = "kris" if lane == Lane.CRISIS else "bevakningar"
    headers = RULES | {
        "List-Id": f"{kind} <{kind}.{site.host}>",  # RFC 2919
        "Feedback-ID": f"{items[0].id}:{lane.name.lower()}:{kind}:{site.host}",
    }
    if lane == Lane.CRISIS:
        headers["Importance"] = "high"
    return prepare(
        sender=(site.name, site.sender), subject=subject, plain=plain, html=html, headers=headers, listed=True
    )
