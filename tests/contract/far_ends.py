"""Where messages end up: a real mail server, and an endpoint that behaves as Twilio documents its API.

https://www.twilio.com/docs/messaging/api/message-resource and …/usage/webhooks/webhooks-security
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import httpx
from aiosmtpd.controller import Controller

from tests.subscriptions.serving import free_port

ACCOUNT, SECRET, NUMBER = "AC" + "4" * 32, "provens-hemlighet", "+46766861234"


class Mail(NamedTuple):
    """One mail as the server got it: the envelope's sender and recipient, and the mail itself."""

    sender: str
    recipient: str
    message: EmailMessage

    def text(self, kind: str) -> str:
        """The part that is `plain` or `html`."""
        part = self.message.get_body((kind,))
        assert isinstance(part, EmailMessage)
        return str(part.get_content())


class Mailbox:
    """Every mail that the server took."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def of(self, recipient: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.recipient == recipient]

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=default)
        self.mails += [Mail(envelope.mail_from, recipient, message) for recipient in envelope.rcpt_tos]
        return "250 2.0.0 Ok: queued"


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    """The mailbox, and the address for SMTP_URL."""
    box = Mailbox()
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), ready_timeout=60, enable_SMTPUTF8=True
    )
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{controller.port}?starttls=no"
    finally:
        controller.stop()


class Twilio:
    """Takes messages, and posts what became of them and what people answer, signed."""

    def __init__(self) -> None:
        self.url = ""
        self.messages: list[dict[str, str]] = []

    def of(self, number: str) -> list[dict[str, str]]:
        return [message for message in self.messages if message["To"] == number]

    def create(self, path: str, authorization: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What `POST …/Messages.json` answers."""
        right = base64.b64encode(f"{ACCOUNT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {right}":
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            return 404, {"code": 20404, "message": "Not found", "status": 404}
        if not re.fullmatch(r"\+[1-9]\d{6,14}", form.get("To", "")):
            return 400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400}
        if form.get("From") != NUMBER:
            return 400, {"code": 21606, "message": "The 'From' number is not yours", "status": 400}
        if not 0 < len(form.get("Body", "")) <= 1600:
            return 400, {"code": 21602, "message": "Message body is required", "status": 400}
        made = form | {"Sid": f"SM{len(self.messages):032x}"}
        self.messages.append(made)
        answer = {
            "sid": made["Sid"],
            "status": "queued",
            "to": form["To"],
            "from": NUMBER,
            "error_code": None,
        }
        return 201, answer | {"body": form["Body"], "direction": "outbound-api", "account_sid": ACCOUNT}

    def report(self, message: dict[str, str], status: str) -> httpx.Response:
        """The status callback of a message."""
        told = {"MessageSid": message["Sid"], "MessageStatus": status, "To": message["To"], "From": NUMBER}
        return self._post(message["StatusCallback"], told)

    def receive(self, webhook: str, sender: str, text: str) -> httpx.Response:
        """Somebody writes to the number; posted to the webhook that the number is set up with."""
        return self._post(
            webhook, {"MessageSid": "SM" + "e" * 32, "From": sender, "To": NUMBER, "Body": text}
        )

    def _post(self, url: str, form: dict[str, str]) -> httpx.Response:
        form = form | {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"}
        signed = url + "".join(name + value for name, value in sorted(form.items()))
        digest = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()
        return httpx.post(url, data=form, headers={"X-Twilio-Signature": base64.b64encode(digest).decode()})


@contextmanager
def twilio_api() -> Iterator[Twilio]:
    """The endpoint on a free port."""
    api = Twilio()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, answer = api.create(self.path, self.headers.get("Authorization", ""), form)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
