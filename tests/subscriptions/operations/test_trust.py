"""A municipality's own certificate authority: what the machine trusts is trusted for feeds and site alike."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from foundation.kept_document import Fetched
from subscriptions.feeds import fetching
from subscriptions.feeds.fetching import FeedError
from subscriptions.operations import doctor
from subscriptions.operations.doctor import Grade
from subscriptions.settings import load_settings


def authority(home: Path) -> Path:
    """A certificate for 127.0.0.1 that is its own authority, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now, day = datetime.now(UTC), timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, style = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = home / "ca.pem"
    secret = key.private_bytes(encoding, style, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(encoding) + secret)
    return file


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def secure(file: Path) -> Iterator[str]:
    """An HTTPS server with that certificate; its address."""
    server = HTTPServer(("127.0.0.1", 0), Hello)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def read_feed(address: str) -> bytes:
    client = fetching.Client(5.0)
    answer = fetching.fetch(client, address, max_bytes=100, seconds=5.0)
    assert answer is not None
    return answer.content


def site_grades(address: str) -> set[Grade]:
    """What ``subscriptions doctor`` says of the site's clock, which it tells only where it is answered."""
    settings = load_settings(environment="development", public_url=address.removesuffix("/"))
    return {found.grade for found in doctor.examine(settings) if found.about == "klocka"}


@pytest.mark.parametrize("trusted", [True, False])
def test_an_authority_of_the_machine_is_trusted_and_another_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    file = authority(tmp_path)
    load = ssl.SSLContext.load_default_certs

    def machines(context: ssl.SSLContext, purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH) -> None:
        """The machine's store, as ``update-ca-certificates`` leaves it."""
        load(context, purpose)
        if trusted:
            context.load_verify_locations(file)

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", machines)
    with secure(file) as address:
        if trusted:
            assert read_feed(address) == b"ok"
        else:
            with pytest.raises(FeedError):
                read_feed(address)
        assert (Grade.GOOD in site_grades(address)) is trusted
        document = Fetched(address, lambda text: text)
        assert document.get() == ("ok" if trusted else None)
        document.close()
