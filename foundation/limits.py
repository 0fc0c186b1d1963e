"""Limits say how often something may be asked: against list bombing, SMS pumping, guessing of codes.

Counters stand in the database, so that many processes count together, under keyed hashes, so that
no address is kept. A fixed window: at most twice the number passes at a window's edge, no more.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from ipaddress import IPv6Address, ip_address

from sqlalchemy import ColumnElement, Connection, case, func, select

from foundation import security_log
from foundation.columns import EPOCH
from foundation.database import upsert
from foundation.encryption import Keys
from foundation.metrics import LIMITED
from foundation.tables import limits

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

GMAIL = ("gmail.com", "googlemail.com")  # one and the same


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` in each ``window`` for one subject of this name."""

    name: str
    count: int
    window: timedelta


# What one address may be made to receive by whoever types it in.
ADDRESS_HOUR = Limit("address-hour", 3, HOUR)
ADDRESS_DAY = Limit("address-day", 6, DAY)
# What one connection may ask. A whole library may share an address, and a mobile operator's customers a few:
# whoever proves an address earns more for all of them, which somebody who types in others' addresses cannot.
IP_HOUR = Limit("ip-hour", 30, HOUR)
NETWORK_HOUR = Limit("network-hour", 120, HOUR)
BLOCK_HOUR = Limit("block-hour", 500, HOUR)  # what an operator or a hosting company holds
SMS_BLOCK_HOUR = Limit("sms-block-hour", 50, HOUR)
# What everybody together may ask: a flood that is spread out still costs money by SMS.
EMAIL_HOUR = Limit("email-hour", 5_000, HOUR)
SMS_HOUR = Limit("sms-hour", 500, HOUR)
SMS_NUMBERS_HOUR = Limit("sms-numbers-hour", 20, HOUR)  # neighbouring numbers, as pumping uses
# Codes of six digits: 20 guesses a day at one number find one with probability 1 in 50,000.
CODE_ADDRESS_DAY = Limit("code-address-day", 20, DAY)
CODE_IP_HOUR = Limit("code-ip-hour", 40, HOUR)
# Reports of faults. After a storm many come from an operator's few addresses: there is no limit for all.
CASE_IP_HOUR = Limit("case-ip-hour", 60, HOUR)
CASE_NETWORK_HOUR = Limit("case-network-hour", 2_000, HOUR)
CASE_KEY_HOUR = Limit("case-key-hour", 2_000, HOUR)
SMS_HELP_DAY = Limit("sms-help-day", 1, DAY)  # two machines must not answer each other for ever
REPORT_IP_HOUR = Limit("report-ip-hour", 10, HOUR)
REPORT_HOUR = Limit("report-hour", 200, HOUR)
# Spare codes of staff have a hundred bits: this only keeps the log short.
SPARE_HOUR = Limit("spare-hour", 20, HOUR)

LIMITS = {value.name: value for value in list(globals().values()) if isinstance(value, Limit)}
EVERYBODY = (EMAIL_HOUR, SMS_HOUR, REPORT_HOUR)
"""Those that all share; counted for the subject ``""``."""

EARNED, MOST_EARNED = 5, 10
"""What one proof gives back to its network, and how many times over its limit may grow so."""


def read_counts(words: Iterable[str]) -> dict[str, int]:
    """The operator's own counts, from ``name=count``; raises ValueError in Swedish."""
    counts: dict[str, int] = {}
    for word in words:
        name, _, count = word.partition("=")
        if name not in LIMITS:
            near = get_close_matches(name, LIMITS, n=1)
            raise ValueError(f"gränsen {name!r} finns inte" + (f"; menade du {near[0]}?" if near else ""))
        if not re.fullmatch(r"[1-9][0-9]{0,8}", count):
            raise ValueError(f"{word!r} ska se ut som {name}={LIMITS[name].count}")
        if name in counts:
            raise ValueError(f"gränsen {name!r} står två gånger")
        counts[name] = int(count)
    return counts


def exceeded(
    connection: Connection,
    keys: Keys,
    asked: Iterable[tuple[Limit, str]],
    now: datetime,
    counts: Mapping[str, int] | None = None,
) -> list[Limit]:
    """Count one more of each; which of them are now exceeded. ``counts``: the operator's own, by name.

    What everybody shares is counted only where nothing else is exceeded: who is refused spends none of it.
    """
    asked = sorted(asked, key=lambda pair: (pair[1] == "", pair[0].name, pair[1]))  # as rows are locked
    over: list[Limit] = []
    for limit, subject in asked:
        if subject == "" and over:
            break
        if _count(connection, keys, limit, subject, now) > (counts or {}).get(limit.name, limit.count):
            over.append(limit)
            LIMITED.labels(limit.name).inc()
            security_log.refused(f"limit-{limit.name}")
    return over


def give_back(connection: Connection, keys: Keys, asked: Iterable[tuple[Limit, str]], now: datetime) -> None:
    """Somebody there has proven an address: their network may ask for more in this window."""
    for limit, subject in sorted(asked, key=lambda pair: (pair[0].name, pair[1])):
        lowest = -MOST_EARNED * limit.count
        less = limits.c.count - EARNED
        _add(connection, keys, limit, subject, now, case((less < lowest, lowest), else_=less), -EARNED)


def used(connection: Connection, keys: Keys, limit: Limit, subject: str, now: datetime) -> int:
    """How much is counted in the present window."""
    here = limits.c.key.in_(keys.lookups(_subject(limit, subject)))
    count = select(func.sum(limits.c.count)).where(here, limits.c.window_start == _start(limit, now))
    return int(connection.execute(count).scalar() or 0)


def _subject(limit: Limit, subject: str) -> str:
    return f"limit:{limit.name}:{subject}"


def _start(limit: Limit, now: datetime) -> datetime:
    return now - (now - EPOCH) % limit.window


def _count(connection: Connection, keys: Keys, limit: Limit, subject: str, now: datetime) -> int:
    return _add(connection, keys, limit, subject, now, limits.c.count + 1, 1)


def _add(
    connection: Connection,
    keys: Keys,
    limit: Limit,
    subject: str,
    now: datetime,
    change: ColumnElement[int],
    first: int,
) -> int:
    """``change`` the count, or begin the window with ``first``; the new count."""
    start = _start(limit, now)
    statement = upsert(
        connection,
        limits,
        ["key", "window_start"],
        {"count": change},
        key=keys.lookup(_subject(limit, subject)),
        window_start=start,
        count=first,
        expires_at=start + limit.window,
    )
    return int(connection.execute(statement.returning(limits.c.count)).scalar_one())


def of_ip(address: str) -> list[tuple[Limit, str]]:
    """The limits for whoever asks from ``address``: it, its network and the block that is in."""
    single, network, block = networks(address)
    return [(IP_HOUR, single), (NETWORK_HOUR, network), (BLOCK_HOUR, block)]


def of_ip_by_sms(address: str) -> list[tuple[Limit, str]]:
    """One more limit for whoever asks for an SMS: no block may spend what is for everybody."""
    return [(SMS_BLOCK_HOUR, networks(address)[2])]


def networks(address: str) -> tuple[str, str, str]:
    """What counts as one asker, as its neighbourhood and as one holder of addresses.

    /32, /24 and /16 of IPv4; /64, /48 and /29 of IPv6, where a household has a /64 of its own and whoever
    provides connections gets up to a /29 for the asking (https://www.ripe.net/publications/docs/ripe-738).
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return ("unknown", "unknown", "unknown")
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    lengths = (64, 48, 29) if ip.version == 6 else (32, 24, 16)
    single, network, block = (f"{int(ip) >> (ip.max_prefixlen - length)}/{length}" for length in lengths)
    return single, network, block


def of_email(address: str) -> list[tuple[Limit, str]]:
    """The limits for a mail to an address that somebody typed in. ``+tag`` is no other mailbox.

    Nor are dots at Gmail: https://support.google.com/mail/answer/7436150
    """
    name, _, domain = address.lower().rpartition("@")
    name = name.partition("+")[0] or name
    if domain in GMAIL:
        name, domain = name.replace(".", ""), GMAIL[0]
    mailbox = f"{name}@{domain}"
    return [(ADDRESS_HOUR, mailbox), (ADDRESS_DAY, mailbox), (EMAIL_HOUR, "")]


def of_phone(number: str) -> list[tuple[Limit, str]]:
    """The limits for an SMS to a number that somebody typed in, and to its hundred neighbours."""
    return [
        (ADDRESS_HOUR, number),
        (ADDRESS_DAY, number),
        (SMS_NUMBERS_HOUR, number[:-2]),
        (SMS_HOUR, ""),
    ]
