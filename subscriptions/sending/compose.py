"""The subscriptions as users of the outbox: the words of items and digests, and of answers to requests.

Each is made once for each lane; what it keeps in memory belongs to that lane's thread.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from delivery.channels import kinds
from delivery.message import Message
from delivery.model import Lane
from delivery.outbox import TRANSACTIONAL, Row
from delivery.sending.users import Checked, Cleared, User
from foundation.encryption import Keys
from subscriptions.matching import digest
from subscriptions.matching.reasons import labels_behind
from subscriptions.model import DIGEST, ITEM, Frequency
from subscriptions.sending import last_checks, wordings
from subscriptions.sending.last_checks import item_of, people_of, recipients
from subscriptions.settings import Settings
from subscriptions.tables import digest_runs, items
from subscriptions.words.item import Item, item_from_row
from subscriptions.words.swedish import sort_key


@dataclass(frozen=True, slots=True)
class Content:
    """What one row tells of, and the names of what its reader follows that brought it."""

    items: tuple[Item, ...]
    followed: tuple[str, ...] = ()


NOTHING = Content(())


class News:
    """Messages about items and digests, to contacts who follow something."""

    sources = frozenset({ITEM, DIGEST})

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.public_url = settings.public_url
        self.wordings = wordings.wordings(settings, keys)
        self._items: wordings.Cache[int, Item] = wordings.Cache()
        self._runs: wordings.Cache[int, Frequency] = wordings.Cache()

    def check(self, connection: Connection, rows: Sequence[Row], now: datetime) -> Checked:
        """See ``last_checks``."""
        return last_checks.check(connection, rows, now)

    def together(self, row: Row) -> Hashable:
        """News of one contact by mail travel together; everything else alone."""
        joined = row.lane == Lane.IMMEDIATE and kinds.of(row.channel).joins_news
        return ("contact", row.contact_id) if joined else ("row", row.id)

    def load(self, connection: Connection, cleared: Sequence[Cleared]) -> dict[int, Content]:
        """The content of each row that is about items, read where it is not in memory."""
        single = [each.row for each in cleared if each.row.source == ITEM]
        numbers: dict[int, tuple[int, ...]] = {
            row.id: (item,) for row in single if (item := item_of(row)) is not None
        }
        runs: dict[int, list[Row]] = defaultdict(list)
        for each in cleared:
            if (run := _run_of(each.row)) is not None:
                runs[run].append(each.row)
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
        """The names of what the readers follow, where their messages have room for them."""
        named = [row for row in rows if self.wordings[row.channel].names_followed and row.id in numbers]
        if not named:
            return
        first = named[0]
        frequency = None if first.lane == Lane.CRISIS else Frequency.IMMEDIATE
        if (run := _run_of(first)) is not None:
            frequency = self._runs[run]
        people = {row.contact_id for row in named if row.contact_id is not None}
        behind = labels_behind(
            connection, people, {item for row in named for item in numbers[row.id]}, frequency
        )
        for row in named:
            labels = {
                label for item in numbers[row.id] for label in behind.get((row.contact_id or 0, item), ())
            }
            yield row.id, tuple(sorted(labels, key=sort_key))

    def _read(self, connection: Connection, wanted: set[int]) -> dict[int, Item]:
        missing = [item for item in wanted if item not in self._items]
        known = {item: self._items[item] for item in wanted if item in self._items}
        for row in connection.execute(select(items).where(items.c.id.in_(missing))) if missing else ():
            item = known[row.id] = item_from_row(row, self.public_url)
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

    def compose(self, group: Sequence[Cleared], content: Mapping[int, Content], date: str) -> Message:
        """One message."""
        first = group[0]
        shown, followed = _joined([content.get(each.row.id, NOTHING) for each in group])
        run = _run_of(first.row)
        news = wordings.News(shown, followed, None if run is None else self._runs[run])
        return self.wordings[first.row.channel].news(first, news, date)


class Answers:
    """Messages that somebody has just asked for: confirmations, links, codes."""

    sources = frozenset({TRANSACTIONAL})

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.wordings = wordings.wordings(settings, keys)

    def check(self, connection: Connection, rows: Sequence[Row], now: datetime) -> Checked:  # noqa: ARG002 - wanted at any time
        """Who asked gets an answer, whatever they follow."""
        return Checked(recipients=recipients(rows, people_of(connection, rows)))

    def load(self, connection: Connection, cleared: Sequence[Cleared]) -> dict[int, None]:  # noqa: ARG002 - all is in the row
        """All that the words need stands in the payload."""
        return dict.fromkeys(each.row.id for each in cleared)

    def together(self, row: Row) -> Hashable:
        """Each alone."""
        return row.id

    def compose(self, group: Sequence[Cleared], content: Mapping[int, None], date: str) -> Message:  # noqa: ARG002
        """One message."""
        [one] = group
        return self.wordings[one.row.channel].answer(one, date)


def users(settings: Settings, keys: Keys) -> list[User]:
    """The subscriptions' users of the outbox, for one lane."""
    return [News(settings, keys), Answers(settings, keys)]


def _run_of(row: Row) -> int | None:
    """The digest run that a row is about, if it is about one."""
    return row.source_id if row.source == DIGEST else None


def _joined(contents: Sequence[Content]) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """The items of one message and, in the order of their names, what brought them."""
    names = {name for each in contents for name in each.followed}
    return tuple(item for each in contents for item in each.items), tuple(sorted(names, key=sort_key))


def _same(item: Item) -> Item:
    return item
