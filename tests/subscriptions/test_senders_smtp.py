"""SMTP: a real conversation, and every way in which a relay can refuse, hang up or fall silent."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from delivery.channels.email.patience import Patience
from delivery.channels.email.smtp import Relay
from delivery.message import Message
from delivery.model import Channel, Outcome
from subscriptions.sending.senders import SmtpSender
from tests.subscriptions.serving import free_port

BODY = b"Subject: Prov\r\nTo: nagon@exempel.example\r\n\r\n.punkt\r\n..tva\r\nslut\r\n"


def mail(recipient: str = "nagon@exempel.example", body: bytes = BODY) -> Message:
    return Message(1, Channel.EMAIL, recipient, body, "b+studs-1-x@kommun.example")


class Mailbox:
    """What aiosmtpd took in, and over how many connections."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.peers: set[Any] = set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.envelopes.append(envelope)
        self.peers.add(session.peer)
        return "250 2.0.0 Ok: queued as 4Abc"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def relay(mailbox: Mailbox) -> Iterator[str]:
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), ready_timeout=60, enable_SMTPUTF8=True
    )
    controller.start()
    port = controller.port
    try:
        yield f"smtp://127.0.0.1:{port}?starttls=no"
    finally:
        controller.stop()


def test_a_mail_arrives_as_it_was_written(relay: str, mailbox: Mailbox) -> None:
    sender = SmtpSender(relay)
    result = sender.send(mail())
    sender.close()
    assert (result.outcome, result.code) == (Outcome.ACCEPTED, "250")
    [envelope] = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (
        "b+studs-1-x@kommun.example",
        ["nagon@exempel.example"],
    )
    assert envelope.content == BODY


def test_many_mails_share_one_connection(relay: str, mailbox: Mailbox) -> None:
    sender = SmtpSender(relay)
    assert {sender.send(mail()).outcome for _ in range(20)} == {Outcome.ACCEPTED}
    sender.close()
    assert len(mailbox.peers) == 1


def test_an_address_with_letters_of_its_own_goes_as_smtputf8(relay: str, mailbox: Mailbox) -> None:
    sender = SmtpSender(relay)
    body = BODY.replace(b"nagon", "någon".encode())
    assert sender.send(mail("någon@exempel.example", body)).outcome == Outcome.ACCEPTED
    sender.close()
    [envelope] = mailbox.envelopes
    assert message_from_bytes(envelope.content, policy=default)["To"] == "någon@exempel.example"


Script = Callable[[socket.socket, Callable[[], bytes]], None]


class Scripted:
    """A server that says exactly what the test wants, one script for each connection."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.server.getsockname()[1]}?starttls=no"
        self.connections = 0
        self.hung_up = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        for script in self.scripts:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.connections += 1
            with connection, connection.makefile("rb") as lines:
                try:
                    script(connection, lines.readline)
                except OSError:
                    continue
            self.hung_up.set()

    def close(self) -> None:
        self.server.close()


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    made: list[Scripted] = []

    def make(*scripts: Script) -> Scripted:
        made.append(Scripted(*scripts))
        return made[-1]

    yield make
    for server in made:
        server.close()


def conversation(
    replies: dict[bytes, bytes], extensions: bytes = b"", after: bytes = b"250 ok\r\n"
) -> Script:
    """Answers by verb; ``after`` is said to the final dot. An empty answer hangs up."""

    def script(connection: socket.socket, line: Callable[[], bytes]) -> None:
        connection.sendall(replies.get(b"connect", b"220 prov\r\n"))
        while command := line():
            verb = command[:4].upper()
            if verb == b"EHLO":
                connection.sendall(replies.get(verb, b"250-prov\r\n" + extensions + b"250 HELP\r\n"))
            elif verb == b"DATA" and verb not in replies:
                connection.sendall(b"354 go on\r\n")
                while line() != b".\r\n":
                    pass
                if not after:
                    return
                connection.sendall(after)
            elif verb in replies:
                if not replies[verb]:
                    return
                connection.sendall(replies[verb])
            else:
                connection.sendall(b"250 ok\r\n")
            if verb == b"QUIT":
                return

    return script


PIPELINING = b"250-PIPELINING\r\n"


def test_control_characters_in_the_words_of_the_relay_are_left_out(
    scripted: Callable[..., Scripted],
) -> None:
    server = scripted(conversation({b"RCPT": b"451 4.3.0 later\0\x1b[31m\r\n"}))
    sender = SmtpSender(server.url, timeout=30)
    result = sender.send(mail())
    sender.close()
    assert result.detail == "RCPT 451 4.3.0 later[31m"


@pytest.mark.parametrize("extensions", [b"", PIPELINING], ids=["step by step", "pipelined"])
@pytest.mark.parametrize(
    ("verb", "reply", "outcome", "suppress"),
    [
        (b"connect", b"421 4.3.2 away\r\n", Outcome.TEMPORARY, False),
        (b"connect", b"554 no\r\n", Outcome.TEMPORARY, False),
        (b"EHLO", b"421 4.3.2 away\r\n", Outcome.TEMPORARY, False),
        (b"EHLO", b"451 4.3.0 later\r\n", Outcome.TEMPORARY, False),
        (b"EHLO", b"452 4.3.1 full\r\n", Outcome.TEMPORARY, False),
        (b"EHLO", b"550 5.7.1 not you\r\n", Outcome.TEMPORARY, False),
        (b"MAIL", b"421 4.3.2 away\r\n", Outcome.TEMPORARY, False),
        (b"MAIL", b"451 4.3.0 later\r\n", Outcome.TEMPORARY, False),
        (b"MAIL", b"452 4.3.1 full\r\n", Outcome.TEMPORARY, False),
        (b"MAIL", b"550 5.7.1 not you\r\n", Outcome.TEMPORARY, False),
        (b"RCPT", b"421 4.3.2 away\r\n", Outcome.TEMPORARY, False),
        (b"RCPT", b"451 4.7.1 greylisted\r\n", Outcome.TEMPORARY, False),
        (b"RCPT", b"452 4.2.2 full\r\n", Outcome.TEMPORARY, False),
        (b"RCPT", b"550 5.1.1 nobody here\r\n", Outcome.PERMANENT, True),
        (b"RCPT", b"550-5.1.1 nobody\r\n550 5.1.1 here\r\n", Outcome.PERMANENT, True),
        (b"RCPT", b"550 nobody here\r\n", Outcome.PERMANENT, False),
        (b"RCPT", b"554 5.7.1 relay access denied\r\n", Outcome.TEMPORARY, False),
        (b"RCPT", b"552 5.2.2 mailbox full\r\n", Outcome.TEMPORARY, False),
        (b"DATA", b"421 4.3.2 away\r\n", Outcome.TEMPORARY, False),
        (b"DATA", b"451 4.3.0 later\r\n", Outcome.TEMPORARY, False),
        (b"DATA", b"452 4.3.1 full\r\n", Outcome.TEMPORARY, False),
        (b"DATA", b"550 5.6.0 no\r\n", Outcome.PERMANENT, False),
    ],
)
def test_a_refusal_is_permanent_or_temporary_by_verb_and_code(
    scripted: Callable[..., Scripted],
    verb: bytes,
    reply: bytes,
    outcome: Outcome,
    suppress: bool,
    extensions: bytes,
) -> None:
    replies = {
        verb: reply,
        **({b"HELO": reply} if verb == b"EHLO" else {}),
    }  # the older greeting is tried too
    server = scripted(conversation(replies, extensions))
    sender = SmtpSender(server.url, timeout=30)
    result = sender.send(mail())
    sender.close()
    assert (result.outcome, result.suppress) == (outcome, suppress)
    assert result.refused == (verb == b"RCPT" and outcome == Outcome.PERMANENT)
    assert "@" not in result.detail


@pytest.mark.parametrize(
    ("after", "outcome", "unreachable"),
    [
        (b"250 2.0.0 queued\r\n", Outcome.ACCEPTED, False),
        (b"421 4.3.2 away\r\n", Outcome.TEMPORARY, True),
        (b"451 4.3.0 later\r\n", Outcome.TEMPORARY, False),
        (b"452 4.3.1 full\r\n", Outcome.TEMPORARY, False),
        (b"554 5.3.0 out of order\r\n", Outcome.TEMPORARY, True),
        (b"550 5.4.5 daily limit exceeded\r\n", Outcome.TEMPORARY, True),
        (b"554 5.7.1 sending paused for this account\r\n", Outcome.TEMPORARY, False),
        (b"554 transaction failed\r\n", Outcome.TEMPORARY, False),
        (b"552 5.2.2 mailbox full\r\n", Outcome.TEMPORARY, False),
        (b"550 5.1.1 nobody here\r\n", Outcome.PERMANENT, False),
        (b"550 5.6.0 no\r\n", Outcome.PERMANENT, False),
        (b"nonsense\r\n", Outcome.AMBIGUOUS, True),
    ],
)
def test_the_answer_to_the_final_dot_decides(
    scripted: Callable[..., Scripted], after: bytes, outcome: Outcome, unreachable: bool
) -> None:
    """And never says that the recipient was refused."""
    sender = SmtpSender(scripted(conversation({}, after=after)).url, timeout=30)
    result = sender.send(mail())
    assert (result.outcome, result.unreachable) == (outcome, unreachable)
    assert (result.refused, result.suppress) == (False, False)
    sender.close()


def test_a_refused_recipient_does_not_spoil_the_connection(scripted: Callable[..., Scripted]) -> None:
    replies = {b"RCPT": b"550 5.1.1 nobody\r\n"}
    server = scripted(conversation(replies, PIPELINING))
    sender = SmtpSender(server.url, timeout=30)
    assert sender.send(mail()).outcome == Outcome.PERMANENT
    replies.clear()
    assert sender.send(mail()).outcome == Outcome.ACCEPTED
    sender.close()
    assert server.connections == 1


def test_hanging_up_before_the_final_dot_is_temporary(scripted: Callable[..., Scripted]) -> None:
    sender = SmtpSender(scripted(conversation({b"DATA": b""}), conversation({b"DATA": b""})).url, timeout=30)
    result = sender.send(mail())
    assert (result.outcome, result.unreachable) == (Outcome.TEMPORARY, True)
    sender.close()


@pytest.mark.parametrize(("after", "patience"), [(b"", 30.0), (b"2", 0.5)], ids=["hung up", "silent"])
def test_no_answer_to_the_final_dot_is_ambiguous(
    scripted: Callable[..., Scripted], after: bytes, patience: float
) -> None:
    server = scripted(conversation({}, after=after))
    sender = SmtpSender(server.url, timeout=30, patience=Patience(patience, patience, 1))
    result = sender.send(mail())
    assert (result.outcome, result.code) == (Outcome.AMBIGUOUS, "no-answer")
    sender.close()


def test_there_is_more_patience_after_the_final_dot_than_before(scripted: Callable[..., Scripted]) -> None:
    def slow(connection: socket.socket, line: Callable[[], bytes]) -> None:
        connection.sendall(b"220 prov\r\n")
        for reply in (b"250 prov\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            line()
            connection.sendall(reply)
        while line() != b".\r\n":
            pass
        time.sleep(5.5)
        connection.sendall(b"250 at last\r\n")

    sender = SmtpSender(scripted(slow).url, timeout=5, patience=Patience(30, 30, 1))
    assert sender.send(mail()).outcome == Outcome.ACCEPTED
    sender.close()


def test_a_dripping_server_is_given_up(scripted: Callable[..., Scripted]) -> None:
    def drip(connection: socket.socket, line: Callable[[], bytes]) -> None:
        for _ in range(600):
            connection.sendall(b"2")
            time.sleep(0.1)

    began = time.monotonic()
    result = SmtpSender(scripted(drip).url, timeout=0.5).send(mail())
    assert (result.outcome, result.unreachable) == (Outcome.TEMPORARY, True)
    assert time.monotonic() - began < 30


def test_a_connection_that_went_stale_is_replaced_without_a_word(scripted: Callable[..., Scripted]) -> None:
    def once(connection: socket.socket, line: Callable[[], bytes]) -> None:
        connection.sendall(b"220 prov\r\n")
        for reply in (b"250 prov\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            line()
            connection.sendall(reply)
        while line() != b".\r\n":
            pass
        connection.sendall(b"250 ok\r\n")

    server = scripted(once, conversation({}))
    sender = SmtpSender(server.url, timeout=30)
    assert sender.send(mail()).outcome == Outcome.ACCEPTED
    assert server.hung_up.wait(30)
    assert sender.send(mail()).outcome == Outcome.ACCEPTED
    sender.close()
    assert server.connections == 2


def test_nobody_at_home_is_temporary() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    result = SmtpSender(f"smtp://127.0.0.1:{port}?starttls=no").send(mail())
    assert (result.outcome, result.code, result.unreachable) == (Outcome.TEMPORARY, "connect", True)


def test_without_starttls_nothing_is_sent_where_it_is_required(relay: str, mailbox: Mailbox) -> None:
    result = SmtpSender(relay.replace("starttls=no", "starttls=require")).send(mail())
    assert (result.outcome, result.unreachable) == (Outcome.TEMPORARY, True)
    assert mailbox.envelopes == []


def test_without_starttls_mail_goes_where_it_is_optional(relay: str, mailbox: Mailbox) -> None:
    sender = SmtpSender(relay.replace("starttls=no", "starttls=optional"))
    assert sender.send(mail()).outcome == Outcome.ACCEPTED
    sender.close()


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for this machine that the sender trusts."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "prov")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "cert.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = tmp_path / "key.pem"
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context


def guarded(mailbox: Mailbox, certificate: ssl.SSLContext) -> Controller:
    """A relay that asks for encryption, a name and a password."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"namn", b"los@en"), handled=False)

    return Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), ready_timeout=60, tls_context=certificate,
        require_starttls=True, authenticator=check, auth_required=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("password", "outcome"), [("los%40en", Outcome.ACCEPTED), ("fel", Outcome.TEMPORARY)]
)
def test_the_relay_is_reached_by_starttls_with_name_and_password(
    mailbox: Mailbox, certificate: ssl.SSLContext, password: str, outcome: Outcome
) -> None:
    controller = guarded(mailbox, certificate)
    controller.start()
    port = controller.port
    sender = SmtpSender(f"smtp://namn:{password}@127.0.0.1:{port}")
    try:
        result = sender.send(mail())
    finally:
        sender.close()
        controller.stop()
    assert result.outcome == outcome
    assert result.outcome == Outcome.ACCEPTED or result.code == "535"


def test_a_certificate_that_nobody_vouches_for_is_refused(
    mailbox: Mailbox, certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=free_port(), ready_timeout=60, tls_context=certificate
    )
    controller.start()
    port = controller.port
    try:
        result = SmtpSender(f"smtp://127.0.0.1:{port}").send(mail())
    finally:
        controller.stop()
    assert (result.outcome, mailbox.envelopes) == (Outcome.TEMPORARY, [])


def test_the_password_is_not_shown() -> None:
    assert "hemligt" not in repr(Relay.from_url("smtps://namn:hemligt@relay.example", 5))
