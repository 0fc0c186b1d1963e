"""``subscriptions doctor`` tells in words whether all that the service leans on is there and right.

It asks and changes nothing. What it cannot reach is a fault, never a traceback.
"""

import os
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
import httpx
from sqlalchemy import Engine, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from delivery.channels.email.smtp import Relay
from foundation import trust
from foundation.database import is_sqlite, open_engine, read
from foundation.encryption import Keys, UndecryptableError
from foundation.outages import sqlstate
from foundation.web.shell import parse_shell
from subscriptions.feeds import feed, fetching
from subscriptions.feeds.fetching import FeedError
from subscriptions.matching import topics
from subscriptions.settings import Settings
from subscriptions.tables import contacts

PATIENCE = 10.0
"""Seconds to wait for each answer."""

SOON, SKEW = 21, 5.0
"""Days that a certificate should last, and seconds that clocks may differ."""


class Grade(StrEnum):
    """How it is."""

    GOOD = "bra"
    WARNING = "varning"
    FAULT = "fel"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: how it is, with what, and in words."""

    grade: Grade
    about: str
    text: str


Findings = Iterator[Finding]
NETWORK = (OSError, httpx.HTTPError, smtplib.SMTPException, FeedError)


def examine(settings: Settings) -> Findings:
    """All that can be found out, one after the other."""
    for check in CHECKS:
        try:
            yield from check(settings)
        except NETWORK as error:
            yield Finding(Grade.FAULT, ABOUT[check], f"svarar inte: {_words(error)}")


def _words(error: Exception) -> str:
    """Its own words where they hold no secret: an address of ours may stand in the others."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certifikatet godtas inte ({error.verify_message})"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code}"
    if isinstance(error, (OSError, FeedError)) and not isinstance(error, httpx.HTTPError):
        return str(error) or type(error).__name__
    return type(error).__name__


def check_settings(settings: Settings) -> Findings:
    """What may be forgotten. Wrong values have stopped the command before."""
    yield Finding(Grade.GOOD, "inställningar", "går att läsa")
    for text in settings.warnings():
        yield Finding(Grade.WARNING, "inställningar", text)


def check_files(settings: Settings) -> Findings:
    """The files that the service must be able to write, and those that it reads to trust its database."""
    paths = {"STATE_FILE": settings.state_file}
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        paths["DATABASE_URL"] = url.database or ""
    for name, path in paths.items():
        if path:
            yield _writable(name, Path(path))
    for name in ("sslrootcert", "sslcert", "sslkey"):
        path = str(url.query.get(name, ""))
        if path and path != "system" and not os.access(path, os.R_OK):
            text = f"DATABASE_URL: {name}: {path} går inte att läsa av den som kör kommandot"
            yield Finding(Grade.FAULT, "filer", text)


def _writable(name: str, path: Path) -> Finding:
    folder = path.absolute().parent
    if not folder.is_dir():
        return Finding(Grade.FAULT, "filer", f"{name}: mappen {folder} finns inte")
    if path.is_dir():
        return Finding(Grade.FAULT, "filer", f"{name}: {path} är en mapp, inte en fil")
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        return Finding(Grade.FAULT, "filer", f"{name}: {path} får inte skrivas av den som kör kommandot")
    return Finding(Grade.GOOD, "filer", f"{name}: {path}")


@contextmanager
def _opened(settings: Settings) -> Iterator[Engine]:
    engine = open_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def check_database(settings: Settings) -> Findings:
    """It answers, has its tables, and what stands in it can be read with the keys."""
    try:
        with _opened(settings) as engine, read(engine) as connection:
            stored = connection.execute(select(contacts.c.address).limit(1)).scalar()
            there = None if is_sqlite(engine) else connection.execute(select(func.now())).scalar()
    except SQLAlchemyError as error:
        text = f"svarar inte som den ska ({sqlstate(error)}). Är den ny eller gammal: subscriptions migrate"
        yield Finding(Grade.FAULT, "databas", text)
        return
    yield Finding(Grade.GOOD, "databas", "svarar och har sina tabeller")
    if isinstance(there, datetime):
        yield _skew("databasens klocka", there)
    try:
        Keys(settings.secret_keys).decrypt(stored or b"") if stored else None
    except UndecryptableError:
        text = "SECRET_KEYS öppnar inte det som står i databasen: fel nycklar, eller fel databas"
        yield Finding(Grade.FAULT, "nycklar", text)


def _skew(whose: str, there: datetime) -> Finding:
    seconds = (datetime.now(UTC) - there).total_seconds()
    if abs(seconds) <= SKEW:
        return Finding(Grade.GOOD, "klocka", f"går lika med {whose}")
    return Finding(Grade.FAULT, "klocka", f"skiljer {seconds:.0f} s från {whose}; kör en tidstjänst på båda")


def check_site(settings: Settings) -> Findings:
    """The site answers from outside with a certificate that lasts, and its proxy is trusted."""
    parts = urlsplit(settings.public_url)
    if parts.scheme == "https":
        yield _certificate("webbplatsen", parts.hostname or "", parts.port or 443)
    answer = _get(f"{settings.public_url}/prenumerera/healthz")
    if "date" in answer.headers:
        yield _skew("webbplatsens klocka", parsedate_to_datetime(answer.headers["date"]))
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict) or "database" not in told:
        text = f"{settings.public_url}/prenumerera/healthz svarar inte som tjänsten ({answer.status_code})"
        yield Finding(Grade.FAULT, "webb", text)
        return
    yield Finding(Grade.GOOD, "webb", f"{settings.public_url} når tjänsten")
    if told.get("worker") is False:
        yield Finding(Grade.FAULT, "arbetare", "ingen arbetare har hörts av på två minuter")
    yield _proxy(told.get("proxy"))


def _get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=PATIENCE, verify=trust.machine())


def _proxy(trusted: object) -> Finding:
    if trusted is None:
        text = "ingen X-Forwarded-For kom fram: är det ingen webbserver emellan?"
        return Finding(Grade.WARNING, "proxy", text)
    if trusted:
        return Finding(Grade.GOOD, "proxy", "besökarens adress kommer fram")
    text = "TRUSTED_PROXIES saknar webbserverns adress: alla räknas som en besökare, och stängs ute som en"
    return Finding(Grade.FAULT, "proxy", text)


def _certificate(whose: str, host: str, port: int) -> Finding:
    context = trust.machine()
    with (
        socket.create_connection((host, port), timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        until = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    days = int((until - datetime.now(UTC).timestamp()) // 86400)
    grade = Grade.GOOD if days >= SOON else Grade.WARNING
    return Finding(grade, "certifikat", f"{whose} ({host}): gäller i {days} dagar")


def check_documents(settings: Settings) -> Findings:
    """The shell of the pages, and what can be followed."""
    for name, url, parse in (
        ("sidskalet", settings.shell_address, parse_shell),
        ("ämnena", settings.topics_address, topics.parse),
    ):
        answer = _get(url)
        try:
            answer.raise_for_status()
            parse(answer.text)
        except (ValueError, httpx.HTTPError):
            yield Finding(Grade.FAULT, "dokument", f"{name} ({url}) går inte att använda")
        else:
            yield Finding(Grade.GOOD, "dokument", f"{name} ({url})")


def check_feeds(settings: Settings) -> Findings:
    """Every feed is read as the worker reads it."""
    with fetching.open_client(settings.feed_timeout) as client:
        for url in [*settings.crisis_feed_urls, *settings.feed_urls]:
            try:
                answer = fetching.fetch(
                    client, url, max_bytes=settings.feed_max_bytes, seconds=settings.feed_timeout
                )
                count = len(feed.parse(answer).entries) if answer else 0
            except FeedError as error:
                yield Finding(Grade.FAULT, "flöde", f"{url}: {error}")
            else:
                yield Finding(Grade.GOOD, "flöde", f"{url}: {count} poster")


def check_relay(settings: Settings) -> Findings:
    """The mail server lets us in, as the worker would ask it; no mail is sent."""
    if not settings.smtp_url:
        yield Finding(Grade.WARNING, "e-post", "SMTP_URL är tom: mejl stannar i den lokala inkorgen")
        return
    relay = Relay.from_url(settings.smtp_url, PATIENCE)
    kind = smtplib.SMTP_SSL if relay.tls else smtplib.SMTP
    with kind(relay.host, relay.port, timeout=PATIENCE) as connection:
        connection.ehlo()
        if not relay.tls and relay.starttls != "no" and connection.has_extn("starttls"):
            connection.starttls(context=trust.machine())
            connection.ehlo()
        elif not relay.tls and relay.starttls == "require":
            yield Finding(Grade.FAULT, "e-post", f"{relay.host} erbjuder inte STARTTLS")
            return
        if relay.user:
            connection.login(relay.user, relay.password)
    yield Finding(Grade.GOOD, "e-post", f"{relay.host}:{relay.port} släpper in oss")


def check_dns(settings: Settings) -> Findings:
    """What receivers of mail look for: a way back for bounces, who may send, what is done with forgeries."""
    bounces, sender = settings.verp_domain, settings.sender_email.rpartition("@")[2]
    for name, kind, holds, missing in (
        (bounces, "MX", "", "studsar kommer inte fram"),
        (bounces, "TXT", "v=spf1", "ingen SPF: mejl hamnar i skräpposten"),
        (f"_dmarc.{sender}", "TXT", "v=DMARC1", "ingen DMARC: mejl hamnar i skräpposten"),
    ):
        found = any(holds in record for record in _records(name, kind))
        grade = Grade.GOOD if found else Grade.WARNING
        yield Finding(grade, "DNS", f"{name} {kind}" + ("" if found else f" saknas: {missing}"))


def _records(name: str, kind: str) -> list[str]:
    try:
        return [record.to_text() for record in dns.resolver.resolve(name, kind, lifetime=PATIENCE)]
    except dns.exception.DNSException:
        return []


ABOUT: dict[Callable[[Settings], Findings], str] = {
    check_settings: "inställningar",
    check_files: "filer",
    check_database: "databas",
    check_site: "webb",
    check_documents: "dokument",
    check_feeds: "flöde",
    check_relay: "e-post",
    check_dns: "DNS",
}
"""What each check is about, in the order in which they are made."""

CHECKS = tuple(ABOUT)
