"""A wording makes a message of what it is about: each channel has one, and nothing else asks which it is.

Each is made once for each lane; what it keeps in memory belongs to that lane's thread.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from delivery.channels import email, sms
from delivery.channels.email.composing import MailComposer
from delivery.channels.email.mime import Skeleton
from delivery.channels.sms import composing
from delivery.message import Message
from delivery.model import Lane
from delivery.outbox import Row
from delivery.sending.users import Cleared
from foundation.encryption import Keys
from foundation.signed_links import leave_path, short_path
from subscriptions.model import DIGEST, Frequency
from subscriptions.settings import Settings
from subscriptions.words import mail, transactional
from subscriptions.words import sms as sms_words
from subscriptions.words.item import Item
from subscriptions.words.mail import Site

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

CACHED = 500
"""Items and skeletons kept in memory: a few kilobytes each."""


class Cache(OrderedDict[K, V], Generic[K, V]):
    """The most recent ``CACHED`` values."""

    def made(self, key: K, make: Callable[[], V]) -> V:
        """The value, made where it is not kept."""
        if key not in self:
            self[key] = make()
            if len(self) > CACHED:
                self.popitem(last=False)
        self.move_to_end(key)
        return self[key]


@dataclass(frozen=True, slots=True)
class News:
    """What one message tells of: items, and the names of what its reader follows that brought them."""

    items: Sequence[Item]
    followed: Sequence[str]
    digest: Frequency | None
    """How often it comes, where it is a digest."""


class Wording(Protocol):
    """How one channel says things."""

    names_followed: bool
    """Whether a message has room for what brought it."""

    def news(self, one: Cleared, news: News, date: str) -> Message:
        """A message about items, to a contact. Raises ValueError where the row has none."""

    def answer(self, one: Cleared, date: str) -> Message:
        """A message that somebody asked for. Raises KeyError on an unknown template."""


class MailWording:
    """Mails: a skeleton for many, and what differs for each."""

    names_followed = True

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.keys = keys
        self.site = site_of(settings)
        self.mails = MailComposer(keys, settings.sender_email, settings.verp_domain)
        self._skeletons: Cache[Hashable, Skeleton] = Cache()

    def news(self, one: Cleared, news: News, date: str) -> Message:
        row = one.row
        contact, since = contact_of(one)
        only = news.items[0].id if len(news.items) == 1 else 0
        leave = self.site.public_url + leave_path(self.keys, contact, since, only)
        numbers = tuple(item.id for item in news.items)
        kind: Hashable = (row.source_id if row.source == DIGEST else None, row.lane == Lane.CRISIS)
        skeleton = self._skeletons.made(
            (kind, numbers, tuple(news.followed)), lambda: self._listed(row, news)
        )
        return self.mails.compose(row.id, row.queued_at, one.address, skeleton, date, leave)

    def _listed(self, row: Row, news: News) -> Skeleton:
        if news.digest is not None:
            return mail.digest(self.site, news.items, news.digest, news.followed)
        if row.lane == Lane.CRISIS:
            return mail.crisis(self.site, news.items[0], news.followed)
        return mail.news(self.site, news.items, news.followed)

    def answer(self, one: Cleared, date: str) -> Message:
        skeleton = transactional.mail(self.site, one.row.template or "", one.payload)
        return self.mails.compose(one.row.id, one.row.queued_at, one.address, skeleton, date)


class SmsWording:
    """SMS: short, in their own alphabet, with a short link to leave where nobody can answer."""

    names_followed = False

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.keys = keys
        self.site = site_of(settings)
        self.two_way = sms_words.is_two_way(settings.twilio_sender)

    def news(self, one: Cleared, news: News, date: str) -> Message:  # noqa: ARG002 - an SMS says no date
        contact, since = contact_of(one)
        leave = "" if self.two_way else self.site.public_url + short_path(self.keys, contact, since)
        if news.digest is not None:
            text = sms_words.digest_text(self.site, news.items, leave, self.two_way)
        else:
            text = sms_words.item_text(self.site, news.items[0], one.row.lane, leave, self.two_way)
        return composing.compose(one.row.id, one.address, text)

    def answer(self, one: Cleared, date: str) -> Message:  # noqa: ARG002 - an SMS says no date
        text = transactional.sms(self.site, one.row.template or "", one.payload)
        return composing.compose(one.row.id, one.address, text)


def wordings(settings: Settings, keys: Keys) -> dict[str, Wording]:
    """Each channel's own, by its name."""
    return {email.KIND.name: MailWording(settings, keys), sms.KIND.name: SmsWording(settings, keys)}


def site_of(settings: Settings) -> Site:
    """What messages say of the site and their sender."""
    return Site(settings.site_name, settings.public_url, settings.sender_email)


def contact_of(one: Cleared) -> tuple[int, datetime]:
    """Whom a message about items goes to, and since when. Raises ValueError: news go to contacts."""
    if one.row.contact_id is None or one.since is None:
        raise ValueError("news go to contacts")
    return one.row.contact_id, one.since
