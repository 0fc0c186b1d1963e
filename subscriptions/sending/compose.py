"""From claimed rows to messages: what belongs into one message together, and the words it gets."""

import logging
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from typing import Generic, TypeVar

from sqlalchemy import Connection, select

from delivery.channels.email.mime import AddressError, Skeleton, ready_address
from delivery.channels.email.verp import return_path
from delivery.message import Message
from delivery.model import Channel, Lane, Outcome, Result
from delivery.outbox import Row
from foundation.encryption import Keys
from foundation.signed_links import leave_path, short_path
from subscriptions.matching import digest
from subscriptions.matching.reasons import labels_behind
from subscriptions.model import Frequency
from subscriptions.sending.last_checks import Cleared
from subscriptions.settings import Settings
from subscriptions.tables import digest_runs, items
from subscriptions.words import mail, sms, transactional
from subscriptions.words.item import Item, item_from_row
from subscriptions.words.mail import Site
from subscriptions.words.swedish import sort_key

log = logging.getLogger(__name__)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

CACHED = 500
"""Items and skeletons kept in memory: a few kilobytes each."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message and the rows that it settles; or, where none could be made, why."""

    rows: tuple[Row, ...]
    content: Message | Result


@dataclass(frozen=True, slots=True)
class Content:
    """What one row tells of, and the names of what its reader follows that brought it."""

    items: tuple[Item, ...]
    followed: tuple[str, ...] = ()


NOTHING = Content(())


class _Cache(OrderedDict[K, V], Generic[K, V]):
    """The most recent ``CACHED`` values."""

    def made(self, key: K, make: Callable[[], V]) -> V:
        if key not in self:
            self[key] = make()
            if len(self) > CACHED:
                self.popitem(last=False)
        self.move_to_end(key)
        return self[key]


class Composer:
    """Makes messages for one lane; not to be shared between threads."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.keys = keys
        self.site = Site(settings.site_name, settings.public_url, settings.sender_email)
        self.verp_domain = settings.verp_domain
        self.two_way = sms.is_two_way(settings.twilio_sender)
        self._items: _Cache[int, Item] = _Cache()
        self._runs: _Cache[int, Frequency] = _Cache()
        self._skeletons: _Cache[Hashable, Skeleton] = _Cache()

    def load(self, connection: Connection, cleared: Sequence[Cleared]) -> dict[int, Content]:
        """The content of each row that is about items, read where it is not in memory."""
        single = [each.row for each in cleared if each.row.item_id is not None]
        numbers: dict[int, tuple[int, ...]] = {}
        numbers |= {row.id: (row.item_id,) for row in single if row.item_id is not None}
        runs: dict[int, list[Row]] = defaultdict(list)
        for each in cleared:
            if each.row.digest_run_id is not None:
                runs[each.row.digest_run_id].append(each.row)
        for run_id, rows in runs.items():
            numbers |= self._digest_items(connection, run_id, rows)
        names = {
            row: names
            for each in (single, *runs.values())
            for row, names in self._followed(connection, each, numbers)
        }
        known = self._read(connection, {item for wanted in numbers.values() for item in wanted})
        return {
            row: Content(tuple(known[item] for item in wanted), names.get(row, ()))
            for row, wanted in numbers.items()
        }

    def _followed(
        self, connection: Connection, rows: Sequence[Row], numbers: Mapping[int, tuple[int, ...]]
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The names of what the readers of mails follow; an SMS has no room for them."""
        mails = [row for row in rows if row.channel == Channel.EMAIL and row.id in numbers]
        if not mails:
            return
        first = mails[0]
        frequency = None if first.lane == Lane.CRISIS else Frequency.IMMEDIATE
        if first.digest_run_id is not None:
            frequency = self._runs[first.digest_run_id]
        people = {row.contact_id for row in mails if row.contact_id is not None}
        behind = labels_behind(
            connection, people, {item for row in mails for item in numbers[row.id]}, frequency
        )
        for row in mails:
            labels = {
                label for item in numbers[row.id] for label in behind.get((row.contact_id or 0, item), ())
            }
            yield row.id, tuple(sorted(labels, key=sort_key))

    def _read(self, connection: Connection, wanted: set[int]) -> dict[int, Item]:
        missing = [item for item in wanted if item not in self._items]
        known = {item: self._items[item] for item in wanted if item in self._items}
        for row in connection.execute(select(items).where(items.c.id.in_(missing))) if missing else ():
            item = known[row.id] = item_from_row(row, self.site.public_url)
            self._items.made(row.id, partial(_same, item))
        return known

    def _digest_items(
        self, connection: Connection, run_id: int, rows: Iterable[Row]
    ) -> dict[int, tuple[int, ...]]:
        """The items of each row of a run; rows about nothing any more are left out."""
        if run_id not in self._runs:
            run = select(digest_runs.c.frequency).where(digest_runs.c.id == run_id)
            self._runs.made(run_id, partial(Frequency, connection.execute(run).scalar_one()))
        owners = {row.contact_id: row.id for row in rows if row.contact_id is not None}
        found = digest.items_of(connection, run_id, list(owners))
        return {owners[contact]: tuple(item.id for item in chosen) for contact, chosen in found.items()}

    def compose(self, cleared: Sequence[Cleared], content: dict[int, Content], now: datetime) -> list[Parcel]:
        """The messages of a batch. A row whose message cannot be made fails alone.

        An error of ours is mended by an operator, and the message tried until then.
        """
        date = format_datetime(now)
        parcels = []
        for group in _together(cleared):
            rows = tuple(each.row for each in group)
            try:
                made: Message | Result = self._message(group, content, date)
            except AddressError as error:
                made = Result(Outcome.PERMANENT, "address", str(error))
            except Exception as error:
                log.exception("no message could be made", extra={"delivery": rows[0].id})
                made = Result(Outcome.TEMPORARY, "compose", type(error).__name__)
            parcels.append(Parcel(rows, made))
        return parcels

    def _message(self, group: Sequence[Cleared], content: dict[int, Content], date: str) -> Message:
        first = group[0]
        shown, followed = _joined([content.get(each.row.id, NOTHING) for each in group])
        if first.row.channel == Channel.SMS:
            text = self._sms(first, shown)
            return Message(first.row.id, Channel.SMS, first.address, text.encode())
        skeleton = self._skeleton(first, shown, followed)
        recipient = ready_address(first.address)
        leave = ""
        if first.contact_since is not None and first.row.contact_id is not None:
            only = shown[0].id if len(shown) == 1 else 0
            leave = self.site.public_url + leave_path(
                self.keys, first.row.contact_id, first.contact_since, only
            )
        body = skeleton.splice(
            recipient=recipient,
            # The same at every attempt, so that whoever receives it twice can tell.
            message_id=f"{first.row.id}.{int(first.row.queued_at.timestamp())}@{self.verp_domain}",
            date=date,
            leave_url=leave,
        )
        sender = return_path(self.keys, self.site.sender, self.verp_domain, first.row.id)
        return Message(first.row.id, Channel.EMAIL, recipient, body, sender)

    def _sms(self, first: Cleared, shown: Sequence[Item]) -> str:
        row = first.row
        if row.template is not None:
            return transactional.sms(self.site, row.template, first.payload)
        leave = ""
        if not self.two_way and row.contact_id is not None and first.contact_since is not None:
            leave = self.site.public_url + short_path(self.keys, row.contact_id, first.contact_since)
        if row.digest_run_id is not None:
            return sms.digest_text(self.site, shown, leave, self.two_way)
        return sms.item_text(self.site, shown[0], row.lane, leave, self.two_way)

    def _skeleton(self, first: Cleared, shown: tuple[Item, ...], followed: tuple[str, ...]) -> Skeleton:
        row = first.row
        if row.template is not None:
            return transactional.mail(self.site, row.template, first.payload)
        numbers = tuple(item.id for item in shown)
        kind: Hashable = row.digest_run_id or ("crisis" if row.lane == Lane.CRISIS else "news")
        return self._skeletons.made((kind, numbers, followed), lambda: self._listed(row, shown, followed))

    def _listed(self, row: Row, shown: tuple[Item, ...], followed: tuple[str, ...]) -> Skeleton:
        if row.digest_run_id is not None:
            return mail.digest(self.site, shown, self._runs[row.digest_run_id], followed)
        if row.lane == Lane.CRISIS:
            return mail.crisis(self.site, shown[0], followed)
        return mail.news(self.site, shown, followed)


def _joined(contents: Sequence[Content]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items of one message and, in the order of their names, what brought them."""
    names = {name for each in contents for name in each.followed}
    return tuple(item for each in contents for item in each.items), tuple(sorted(names, key=sort_key))


def _same(item: Item) -> Item:
    return item


def _together(cleared: Sequence[Cleared]) -> list[list[Cleared]]:
    """News of one contact by mail travel together; everything else alone."""
    groups: dict[Hashable, list[Cleared]] = defaultdict(list)
    for each in cleared:
        row = each.row
        joined = row.lane == Lane.IMMEDIATE and row.channel == Channel.EMAIL and row.template is None
        groups[("contact", row.contact_id) if joined else ("row", row.id)].append(each)
    return list(groups.values())
