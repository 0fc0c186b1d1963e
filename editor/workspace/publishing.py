"""A record's new text goes to its file, to the history, and to the site."""

import logging
import threading
from pathlib import Path
from typing import NamedTuple

from editor.repository import publication
from editor.repository.git import Author, Repository
from editor.repository.proposals import Proposals
from editor.repository.publication import Change
from editor.repository.pushing import Pusher
from editor.workspace.held import HeldSite
from site_builder.problems import has_errors
from site_builder.publishing import search
from site_builder.publishing.build import Result, build

log = logging.getLogger(__name__)


class Published(NamedTuple):
    """What a publication did."""

    commit: str
    result: Result

    @property
    def is_live(self) -> bool:
        """Whether the site has it; otherwise other pages' errors stop it."""
        return not has_errors(self.result.problems)


class Publisher:
    """Writes, commits and builds, one change after the other."""

    def __init__(self, held: HeldSite) -> None:
        self.held = held
        self.repository = Repository(held.root)
        self.proposals = Proposals(self.repository)
        self.pusher = Pusher(self.repository, held.place.remote)
        self._indexing = threading.Lock()
        publication.complete(self.repository)

    def publish(self, file: Path, text: str | None, base: str, author: Author, message: str) -> Published:
        """Give the record this text (None: remove it) and build the site.

        `base` is the blob that the text was made from. Raises ChangedMeanwhileError, GitError and OSError,
        with nothing half done.
        """
        return self.put(file, None if text is None else text.encode(), base, author, message)

    def put(self, file: Path, data: bytes | None, base: str, author: Author, message: str) -> Published:
        """The same for any file of the content folder."""
        with self.held.lock:
            commit = publication.write(self.repository, Change(file, data, author, message), base)
            result = build(self.held.options())
        self.pusher.begin()
        threading.Thread(target=self._index, daemon=True).start()
        return Published(commit, result)

    def _index(self) -> None:
        """Let the search follow; where it cannot, the next build does."""
        with self._indexing:
            try:
                search.index(self.held.place.site, self.held.place.cache)
            except (search.SearchError, OSError):
                log.exception("the search index is as it was")
