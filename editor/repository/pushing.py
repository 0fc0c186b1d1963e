"""What is published is sent to another repository, where one is set; a failure is told, and tried again."""

import logging
import threading

from editor.repository.git import GitError, Repository

log = logging.getLogger(__name__)


class Pusher:
    """Sends the checked-out branch to a remote, one try at a time and never in the way of a publication."""

    def __init__(self, repository: Repository, remote: str) -> None:
        """`remote` is empty where nothing is sent."""
        self.repository = repository
        self.remote = remote
        self.failure = ""
        """Why the latest try failed, in Swedish; empty where it did not."""
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Send in the background."""
        if self.remote:
            threading.Thread(target=self.send, daemon=True).start()

    def send(self) -> None:
        """Send now. What is ahead there is never written over."""
        if not self.remote:
            return
        with self._lock:
            try:
                branch = self.repository.git("symbolic-ref", "HEAD").strip()
                self.repository.git("push", "--porcelain", self.remote, f"{branch}:{branch}")
            except GitError as failure:
                self.failure = _told(self.remote, str(failure))
                log.warning("a push failed", extra={"remote": self.remote, "error": str(failure)})
            else:
                self.failure = ""


def _told(remote: str, failure: str) -> str:
    if "rejected" in failure or "non-fast-forward" in failure or "fetch first" in failure:
        return (
            f"{remote} har ändringar som inte finns här, så det som publiceras skickas inte dit. "
            "Den som sköter driften hämtar dem (git pull)."
        )
    return (
        f"{remote} svarar inte, så det som publiceras är inte skickat dit än. Det görs vid nästa publicering."
    )
