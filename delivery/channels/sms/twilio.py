"""SMS by Twilio's official client, with a time limit, a bounded pool and another host where one is set.

Creating a message is not idempotent there: what fails after the request is away is ambiguous, also when
Twilio says that it failed (20500: a retry may be a second copy). The status callback's address carries our
delivery's number, so that a callback proves acceptance even then.
Each code's page: https://www.twilio.com/docs/api/errors/21610 and so on.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from delivery.message import Message
from delivery.model import Outcome, Result

API = "https://api.twilio.com"
GONE = frozenset(
    {
        "21211",  # not a phone number
        "21265",  # a short code
        "21610",  # the recipient has answered STOP to this sender
        "21614",  # not a mobile number
        "21635",  # a landline
        "30005",  # unknown or no longer in service (told by callback)
        "30006",  # a landline (told by callback)
    }
)
"""The number takes no SMS of ours, now or later: suppressed. Used for answers and callbacks alike.

Not 30003 (handset off or out of reach), 30004 and 30007 (blocked, filtered) or 30008 (unknown): the number
may be well.
"""

UNAVAILABLE = "20503"
"""Twilio's own word that the service is not there now: not taken, to be tried again with growing pauses.

A 503 without it may be a gateway's, after the request had gone through.
"""

REFUSED = frozenset(
    {
        "21266",  # to the sender itself
        "21602",  # no text
        "21612",  # this recipient cannot be reached from this sender
        "21617",  # a text of more than 1600 characters
    }
)
"""This message can never go this way; nothing is said of the number."""

LATE_TLS_FAULTS = (
    "RECORD_MAC",
    "EOF OCCURRED",
    "EOF_WHILE_READING",
    "CONNECTION CLOSED",
    "SYSCALL",
    "BAD_LENGTH",
)
"""OpenSSL's words for what may also happen while the answer is read (ssl.SSLEOFError and its like)."""

# Any other 4xx is about our account, sender or settings, or new to us: 21408 (country not enabled), 21606 and
# 21660 (sender not ours), 21608 (trial account), 21611 (the sender's queue is full), 21705 (no such service).
# It is mended by an operator and tried until then. Twilio adds codes and divides old ones, as in July 2024.


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, silent in the log, with a pool of its own and towards ``api_url``."""

    def __init__(self, timeout: float, connections: int, api_url: str) -> None:
        quiet = logging.getLogger("twilio.http_client")
        quiet.disabled = True  # it writes addresses of requests; ours are personal data
        super().__init__(timeout=timeout, logger=quiet)
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=connections, pool_block=True, max_retries=0)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)
        self.api_url = api_url
        self._last = threading.local()

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:
        if self.api_url and url.startswith(API):
            url = self.api_url + url.removeprefix(API)
        response: Response = super().request(method, url, *arguments, **named)
        self._last.retry_after = (response.headers or {}).get("Retry-After", "")
        return response

    def retry_after(self) -> float | None:
        """Seconds that the last answer in this thread asked us to wait."""
        value = str(self._last.retry_after)
        return float(value) if value.isdigit() else None


class TwilioSender:
    """One client for all threads of a lane; ``callback`` gives the address for a delivery's status."""

    provider = "twilio"

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        callback: Callable[[int], str],
        api_url: str = "",
        timeout: float = 10.0,
        connections: int = 8,
    ) -> None:
        self._http = _HttpClient(timeout, connections, api_url)
        nothing = {"": ""}  # TWILIO_REGION and the like are not our settings
        self._client = Client(account_sid, auth_token, http_client=self._http, environment=nothing)
        service = sender.startswith("MG") and len(sender) == 34
        self._sender = {"messaging_service_sid": sender} if service else {"from_": sender}
        self._callback = callback

    def send(self, message: Message) -> Result:
        """Create one message at Twilio."""
        try:
            made = self._client.messages.create(
                to=message.recipient,
                body=message.body.decode(),
                **self._sender,
                **self._callback_of(message.delivery),
            )
        except TwilioRestException as error:
            return self._refusal(error)
        except requests.ConnectTimeout as error:
            return Result(Outcome.TEMPORARY, "connect", type(error).__name__, unreachable=True)
        except requests.exceptions.SSLError as error:
            return _untrusted(error)
        except requests.ConnectionError as error:
            return _broken(error)
        except Exception as error:
            # No answer in time, or one of which the client can make nothing (a TypeError, say).
            return Result(Outcome.AMBIGUOUS, "no-answer", type(error).__name__, unreachable=True)
        return Result(Outcome.ACCEPTED, "201", str(made.status or ""), provider_id=str(made.sid or ""))

    def close(self) -> None:
        """Give the connections back."""
        self._http.session.close()

    def _callback_of(self, delivery: int) -> dict[str, str]:
        url = self._callback(delivery)  # Twilio refuses names without a dot, such as localhost
        return {"status_callback": url} if "." in (urlsplit(url).hostname or "") else {}

    def _refusal(self, error: TwilioRestException) -> Result:
        code, status = str(error.code or error.status), int(error.status)
        if status == 429 or code == UNAVAILABLE:
            return Result(
                Outcome.TEMPORARY,
                code,
                f"HTTP {status}",
                retry_after=self._http.retry_after(),
                unreachable=True,
            )
        if status >= 500:
            return Result(Outcome.AMBIGUOUS, code, f"HTTP {status}", answered=True, unreachable=True)
        if code in GONE or code in REFUSED:
            return Result(Outcome.PERMANENT, code, f"HTTP {status}", suppress=code in GONE)
        return Result(Outcome.TEMPORARY, code, f"HTTP {status}", unreachable=status in (401, 403, 404))


def _untrusted(error: requests.exceptions.SSLError) -> Result:
    """A handshake that failed sent nothing; a connection that broke or was garbled may have sent it."""
    words = str(error).upper()
    if any(sign in words for sign in LATE_TLS_FAULTS):
        return Result(Outcome.AMBIGUOUS, "no-answer", "SSLError", unreachable=True)
    return Result(Outcome.TEMPORARY, "connect", "SSLError", unreachable=True)


def _broken(error: requests.ConnectionError) -> Result:
    """Refused or unknown host: nothing was sent. Anything later is unknown."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    name = type(reason).__name__
    if name in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError"):
        return Result(Outcome.TEMPORARY, "connect", name, unreachable=True)
    return Result(Outcome.AMBIGUOUS, "no-answer", type(error).__name__, unreachable=True)
