"""Every route gets what it needs from here: settings, database, keys, kinds of cases, pages, the time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import Engine

from cases.categories import FALLBACK, OTHER, Categories, Category, Question, parse_answer
from cases.settings import CaseSettings
from cases.web.nightly import Nightly
from delivery.settings import DeliverySettings
from foundation import limits
from foundation.database import write
from foundation.encryption import Keys
from foundation.kept_document import Fetched
from foundation.web.shell import Pages


@dataclass(frozen=True)
class Service:
    """One for each application. ``shared``: what all services are told; ``settings``: the cases' own."""

    shared: DeliverySettings
    settings: CaseSettings
    engine: Engine
    keys: Keys
    kinds: Fetched[dict[str, Category]]
    questions: Fetched[list[Question]]
    pages: Pages
    clock: Callable[[], datetime]
    nightly: Nightly

    def categories(self) -> Categories:
        """The kinds of cases; one for everything where the site's list was never read."""
        return self.kinds.get() or {OTHER: FALLBACK}

    def answer(self, question: Question) -> str:
        """What the site answers to one of its questions; empty where that cannot be had now."""
        document = Fetched(f"{self.shared.public_url}{question.data}", parse_answer)
        try:
            return document.get() or ""
        finally:
            document.close()

    def may(self, asked: Iterable[tuple[limits.Limit, str]]) -> bool:
        """Count one more of each; False where one of them has been asked too often."""
        with write(self.engine) as connection:
            over = limits.exceeded(connection, self.keys, asked, self.clock(), self.shared.limit_counts)
        return not over


def asker(request: Request) -> str:
    """The address of whoever asks, as a trusted proxy tells it."""
    return request.client.host if request.client else ""


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Given = Annotated[Service, Depends(_service)]
