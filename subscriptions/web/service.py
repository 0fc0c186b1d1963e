"""Every route gets what it needs from here: settings, database, keys, topics, pages, the time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import select

from delivery.channels import kinds
from foundation import limits
from foundation.database import read
from foundation.encryption import Keys
from foundation.kept_document import Fetched
from foundation.web.shell import Pages
from subscriptions.matching.topics import PAGE_NAME, Topics
from subscriptions.model import Target, TargetKind
from subscriptions.people.signup import Answer, Confirmed, Desk, allow, has_proven
from subscriptions.sending.senders import is_offered
from subscriptions.settings import Settings
from subscriptions.tables import item_targets, items, targets


def asker(request: Request) -> str:
    """The address of whoever asks, as a trusted proxy tells it."""
    return request.client.host if request.client else ""


@dataclass(frozen=True)
class Service:
    """One for each application."""

    settings: Settings
    desk: Desk
    topics: Fetched[Topics]
    titles: Fetched[dict[str, str]]
    pages: Pages
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def keys(self) -> Keys:
        return self.desk.keys

    def offered(self) -> Topics:
        """What can be followed; only everything and crises where the site's list was never read."""
        return self.topics.get() or Topics()

    def channels(self) -> tuple[str, ...]:
        """The channels that a message can take."""
        return tuple(kind.name for kind in kinds.known() if is_offered(self.settings, kind.name))

    def may_ask(self, request: Request, *more: tuple[limits.Limit, str]) -> bool:
        """Count one more request of this connection; False where it has asked too often."""
        return allow(self.desk, [*limits.of_ip(asker(request)), *more], self.clock())

    def may_sign_up(self, request: Request, channels: Collection[str]) -> bool:
        """The same for whoever asks for a proof by these channels."""
        costly = any(kinds.of(channel).costs for channel in channels)
        return self.may_ask(request, *(limits.of_ip_by_sms(asker(request)) if costly else ()))

    def has_proven(self, request: Request, done: Confirmed) -> Confirmed:
        """Whoever proves an address has asked for their own: it does not count against their network."""
        if done.answer is Answer.DONE:
            mine = [*limits.of_ip(asker(request)), *limits.of_ip_by_sms(asker(request))]
            has_proven(self.desk, mine, self.clock())
        return done

    def page_names(self, wanted: list[Target]) -> dict[Target, str]:
        """The titles of single pages, as the site or its feeds told them; never what an address says.

        The site's titles are one document, kept as its topics are: no visitor decides what is fetched.
        """
        pages = [target for target in wanted if target.kind is TargetKind.PAGE]
        names = dict.fromkeys(pages, PAGE_NAME)
        if not pages:
            return names
        query = (
            select(targets.c.value, items.c.title)
            .join(item_targets, item_targets.c.target_id == targets.c.id)
            .join(items, items.c.id == item_targets.c.item_id)
            .where(targets.c.kind == TargetKind.PAGE, targets.c.value.in_([page.value for page in pages]))
            .order_by(items.c.revision)
        )
        with read(self.desk.engine) as connection:
            for row in connection.execute(query):
                names[Target(TargetKind.PAGE, row.value)] = " ".join(row.title.split())[:200]
        titles = self.titles.get() or {}
        return names | {page: titles[page.value] for page in pages if page.value in titles}


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Given = Annotated[Service, Depends(_service)]
