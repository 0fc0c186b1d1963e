"""How often something may be asked: against list bombing, SMS pumping and the guessing of codes.

Counters stand in the database, so that many processes count together, under keyed hashes, so that
no address is kept. A fixed window: at most twice the number passes at a window's edge, no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Connection

from foundation import security_log
from foundation.columns import EPOCH
from foundation.database import upsert
from foundation.encryption import Keys
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
# What one connection may ask. A whole library or school may share an address.
IP_HOUR = Limit("ip-hour", 30, HOUR)
PREFIX_HOUR = Limit("prefix-hour", 120, HOUR)
# What everybody together may ask: a flood that is spread out still costs money by SMS.
EMAIL_HOUR = Limit("email-hour", 5_000, HOUR)
SMS_HOUR = Limit("sms-hour", 500, HOUR)
SMS_BLOCK_HOUR = Limit("sms-block-hour", 20, HOUR)  # neighbouring numbers, as pumping uses
# Codes of six digits: 20 guesses a day at one number find one with probability 1 in 50,000.
CODE_ADDRESS_DAY = Limit("code-address-day", 20, DAY)
CODE_IP_HOUR = Limit("code-ip-hour", 40, HOUR)
REPORT_IP_HOUR = Limit("report-ip-hour", 10, HOUR)
REPORT_HOUR = Limit("report-hour", 200, HOUR)


def within(connection: Connection, keys: Keys, asked: Iterable[tuple[Limit, str]], now: datetime) -> bool:
    """Count one more of each and tell whether all are still within; refused ones count too."""
    # All are counted, in one order: no early way out that time would betray, and no deadlock.
    counts = [(limit, _count(connection, keys, limit, subject, now)) for limit, subject in _in_order(asked)]
    over = [limit.name for limit, count in counts if count > limit.count]
    for name in over:
        security_log.refused(f"limit-{name}")
    return not over


def _in_order(asked: Iterable[tuple[Limit, str]]) -> list[tuple[Limit, str]]:
    """In the order in which rows are locked."""
    return sorted(asked, key=lambda pair: (pair[0].name, pair[1]))


def _count(connection: Connection, keys: Keys, limit: Limit, subject: str, now: datetime) -> int:
    start = now - (now - EPOCH) % limit.window
    statement = upsert(
        connection,
        limits,
        ["key", "window_start"],
        {"count": limits.c.count + 1},
        key=keys.lookup(f"limit:{limit.name}:{subject}"),
        window_start=start,
        count=1,
        expires_at=start + limit.window,
    )
    return int(connection.execute(statement.returning(limits.c.count)).scalar_one())


def of_ip(address: str) -> list[tuple[Limit, str]]:
    """The limits for whoever asks from ``address``: it, and its network (/24; /64 and /48)."""
    single, network = networks(address)
    return [(IP_HOUR, single), (PREFIX_HOUR, network)]


def networks(address: str) -> tuple[str, str]:
    """What counts as one asker and as its neighbourhood. An IPv6 household has a /64 of its own."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ("unknown", "unknown")
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    whole, wide = (64, 48) if ip.version == 6 else (32, 24)
    bits = ip.max_prefixlen
    value = int(ip)
    return (f"{value >> (bits - whole)}/{whole}", f"{value >> (bits - wide)}/{wide}")


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
        (SMS_BLOCK_HOUR, number[:-2]),
        (SMS_HOUR, ""),
    ]
