"""Many get the same mails: news, digests, crisis messages and their end; one skeleton serves all."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from delivery.channels.email.mime import LEAVE, Skeleton, prepare
from delivery.model import Lane
from delivery.plain_text import one_line
from subscriptions.model import Frequency
from subscriptions.words.item import Item, how_many
from subscriptions.words.rendering import render
from subscriptions.words.swedish import enumeration, sort_key

MAX_LISTED = 100
"""Items in one mail; what is beyond is counted and left to the site."""

MAX_NAMED = 5
"""Names of what somebody follows that a mail lists."""

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


def news(site: Site, items: Sequence[Item], followed: Sequence[str] = ()) -> Skeleton:
    """One mail of everything that came at once for the same person.

    ``followed``, here and below: the names of what its reader follows that brought it.
    """
    if len(items) > 1:
        changed = sum(bool(each.note) for each in items)
        subject = f"{how_many(items) if changed else f'{len(items)} nya'}: {_headings(items)}"
        title = "Ändrat för dig" if changed == len(items) else "Nytt för dig"
        return _listing(site, items, subject, title, Lane.IMMEDIATE, followed)
    item = items[0]
    if item.is_end:
        return _build(site, "crisis", items, item.headline, "Över", Lane.IMMEDIATE, followed, ended=True)
    subject = f"{item.labels[0]}: {item.title}" if item.labels else item.title
    if item.note:  # first: a phone shows little more than thirty signs of a subject
        subject = f"Ändrat: {item.note} ({subject})"
    if item.kind:
        return _build(site, "crisis", items, subject, item.heading, Lane.IMMEDIATE, followed, ended=False)
    return _build(site, "news", items, subject, item.heading, Lane.IMMEDIATE, followed)


def digest(site: Site, items: Sequence[Item], frequency: Frequency, followed: Sequence[str] = ()) -> Skeleton:
    """A day's or a week's items under the headings of their topics."""
    title = "Veckans nyheter för dig" if frequency == Frequency.WEEKLY else "Dagens nyheter för dig"
    return _listing(site, items, f"{title}: {_headings(items)}", title, Lane.DIGEST, followed)


def crisis(site: Site, item: Item, followed: Sequence[str] = ()) -> Skeleton:
    """A crisis message, its update or the word that it has ended."""
    ended = item.is_end
    eyebrow = "Uppdaterad krisinformation" if item.kind == "Update" else "Krisinformation"
    if ended:
        eyebrow = "Faran är över"
    return _build(
        site, "crisis", [item], f"{eyebrow}: {item.title}", eyebrow, Lane.CRISIS, followed, ended=ended
    )


def _listing(
    site: Site, items: Sequence[Item], subject: str, title: str, lane: Lane, followed: Sequence[str]
) -> Skeleton:
    shown = items[:MAX_LISTED]
    groups: dict[str, list[Item]] = defaultdict(list)
    for item in shown:
        groups[item.heading].append(item)
    return _build(
        site, "digest", items, subject, "Sammanställning" if lane == Lane.DIGEST else "", lane,
        followed, title=title, lead=f"{how_many(items)} om det du bevakar.", more=len(items) - len(shown),
        groups=sorted(groups.items(), key=lambda group: (group[0] == "Övrigt", sort_key(group[0]))),
    )  # fmt: skip


def _headings(items: Sequence[Item]) -> str:
    """The topics of the items, for the subject line: three at most."""
    names = list(dict.fromkeys(item.heading for item in items))
    more = f" och {len(names) - 3} till" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _build(
    site: Site,
    template: str,
    items: Sequence[Item],
    subject: str,
    eyebrow: str,
    lane: Lane,
    followed: Sequence[str],
    **values: object,
) -> Skeleton:
    subject = one_line(subject)
    # Without a name: who had the first message of an alert gets its end, whatever they follow today.
    names = f"{enumeration(followed, MAX_NAMED)} hos" if followed else "information från"
    why = f"Du får det här mejlet för att du bevakar {names} {site.name}."
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
