"""How each kind of setting is read and proven: an address, a period, a network, a number.

Each function gives the value as it is used, or raises ValueError that says in Swedish what it should be.
"""

import re
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from email_validator import EmailNotValidError, validate_email
from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LONGEST = timedelta(days=36_500)
WIDEST = 8
"""Bits that a trusted network must at least name: 10.0.0.0/8 is the widest that one organisation has."""

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
NUMBERS = (
    "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
    "tcp_user_timeout",
)  # fmt: skip
"""libpq's options that are numbers. https://www.postgresql.org/docs/current/libpq-connect.html"""

LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def split(value: Any) -> Any:
    """The words between commas and spaces."""
    return [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value


def once(value: list[str]) -> list[str]:
    """Whoever writes a thing twice meant something else the second time."""
    for one in value:
        if value.count(one) > 1:
            raise ValueError("samma sak står två gånger")
    return value


def number(value: Any) -> Any:
    """Digits as people write them: Python would also read ``1_0`` and digits of other scripts."""
    if isinstance(value, str) and not PLAIN_NUMBER.fullmatch(value):
        raise ValueError("ska vara ett tal utan enhet och mellanslag, med punkt före decimalerna")
    return value


def whole_number(value: Any) -> Any:
    """The same, without decimals."""
    if isinstance(value, str) and not re.fullmatch(r"[+-]?[0-9]+", value):
        raise ValueError("ska vara ett heltal utan enhet och mellanslag")
    return value


def rate(value: float) -> float:
    """Messages a second; 0 is without limit. Less than one in ten minutes is a queue that stands still."""
    if 0 < value < 1 / 600:
        raise ValueError("är mindre än ett på tio minuter: då står kön still; 0 är obegränsat")
    return value


def duration(value: Any) -> Any:
    """``90s``, ``15m``, ``48h`` and ``7d`` as well as ISO 8601."""
    match = re.fullmatch(r"([0-9]{1,12})\s*([smhd])", value) if isinstance(value, str) else None
    if match is None:
        return value
    seconds = int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]]
    return timedelta(seconds=min(seconds, 2 * LONGEST.total_seconds()))


def within_reason(value: timedelta) -> timedelta:
    """Longer than nothing, and no longer than a hundred years."""
    if not timedelta(0) < value <= LONGEST:
        raise ValueError("ska vara längre än noll och högst hundra år, till exempel 60s, 15m, 48h eller 7d")
    return value


def yes_or_no(value: Any) -> Any:
    """The Swedish words; pydantic knows others."""
    return {"ja": True, "nej": False}.get(value.strip().lower(), value) if isinstance(value, str) else value


def http_url(value: str) -> str:
    """An address of the web with a host that can be, in lower case as far as case means nothing."""
    if re.match(r"\w+://[^/?#]*@", value):  # told without the value
        raise ValueError("får inte ha användare och lösen i adressen: den skrivs i loggen")
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise ValueError(f"är ingen webbadress: {value!r}; den ska börja med https:// eller http://")
    if not is_host(parts.hostname or ""):
        raise ValueError(f"är ingen webbadress: {value!r}; värden {parts.hostname!r} kan inte finnas")
    if re.search(r"[|;,]\w+://", value):
        raise ValueError(f"är två adresser: {value!r}; skriv ett mellanslag mellan dem")
    return urlunsplit(parts._replace(netloc=parts.netloc.lower()))


def is_host(name: str) -> bool:
    """An IP address, or a name that can stand in DNS (RFC 1123); letters beyond a-z by their IDNA form."""
    try:
        ip_address(name)
    except ValueError:
        pass
    else:
        return True
    try:
        ascii_name = name.encode("idna").decode().lower()
    except UnicodeError:
        return False
    return len(ascii_name) <= 253 and bool(re.fullmatch(rf"{LABEL}(\.{LABEL})*", ascii_name))


def database_url(value: str) -> str:
    """Where the database is, as SQLAlchemy is told. What libpq would refuse is refused here: a service that

    cannot connect waits for a database that it takes to be away.
    """
    if not re.match(r"(sqlite|postgresql(\+psycopg)?)://", value):
        raise ValueError("ska börja med sqlite:/// eller postgresql://")
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):  # its words hold the password
        url = None
    if url is None or not url.database or url.database == ":memory:" or not 0 <= (url.port or 0) < 65_536:
        raise ValueError(
            "ska se ut som sqlite:////hela/vägen/fil eller postgresql://användare:lösen@värd/databas; "
            "tecken som @ / % i lösenordet skrivs %40 %2F %25"
        )
    if url.get_backend_name() == "sqlite" and url.query:
        raise ValueError("efter sqlite:///fil får inget frågetecken stå")
    _libpq_options({name: str(told) for name, told in url.query.items()})
    return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _libpq_options(told: dict[str, str]) -> None:
    """Raises ValueError for an option that libpq does not have, or a value that it refuses."""
    for name, value in told.items():
        try:
            make_conninfo("", **{name: value})
        except ProgrammingError:
            near = get_close_matches(name, ["sslmode", "sslrootcert", *NUMBERS], n=1)
            raise ValueError(
                f"{name!r} är inget som PostgreSQL känner" + (f"; menade du {near[0]}?" if near else "")
            ) from None
        if name in NUMBERS and not re.fullmatch("[0-9]{1,9}", value):
            raise ValueError(f"{name} ska vara ett heltal utan enhet")
    if told.get("sslmode", "prefer") not in SSL_MODES:
        raise ValueError(f"sslmode ska vara ett av {', '.join(SSL_MODES)}")


def is_unproven(database: str) -> bool:
    """Whether the database is on another machine, and nobody proves that it is it (libpq, 34.19.1)."""
    url = make_url(database)
    if url.get_backend_name() == "sqlite" or url.query.get("sslmode") == "verify-full":
        return False
    host = url.host or str(url.query.get("host", ""))
    return not (host in ("", "localhost", "::1") or host.startswith(("/", "127.")))


def url_without_slash(value: str) -> str:
    """An address of the web that others are made of; empty means none."""
    return http_url(value).rstrip("/") if value else value


def email(value: str) -> str:
    """One address without a name; empty means none."""
    if not value or re.fullmatch(r"[\w.+-]+@localhost", value):
        return value
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(f"är ingen e-postadress: {value!r}") from error


def domain(value: str) -> str:
    """A domain that mail goes to; empty means none."""
    if not value or value == "localhost":
        return value
    try:
        return validate_email(f"x@{value}", check_deliverability=False, test_environment=True).ascii_domain
    except EmailNotValidError as error:
        raise ValueError(f"är inget domännamn: {value!r}; det ska se ut som studs.kommun.example") from error


def address(value: str) -> str:
    """An IP address to listen on."""
    try:
        return str(ip_address(value))
    except ValueError:
        raise ValueError(
            "ska vara en IP-adress, till exempel 127.0.0.1, 10.0.0.5, 0.0.0.0 eller ::"
        ) from None


def place(value: str) -> str:
    """A host and a port; empty means none."""
    host, _, port = value.rpartition(":")
    name = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    is_there = is_host(name) and (":" in name) == (name != host)
    if value and not (is_there and re.fullmatch(r"[0-9]{1,5}", port) and 0 < int(port) < 65_536):
        raise ValueError("ska vara värd:port, till exempel 127.0.0.1:8024 eller [::1]:8024")
    return value


def each_url(value: list[str]) -> list[str]:
    """Addresses of the web, each once, as they are written: a feed is known by its address."""
    once([http_url(url) for url in value])
    return value


def each_network(value: list[str]) -> list[str]:
    """Names are looked up by nobody: they would be trusted by none."""
    for one in value:
        try:
            network = ip_network(one, strict=False)
        except ValueError:
            raise ValueError(
                f"{one!r} är varken en adress som 127.0.0.1 eller ett nät som 10.0.0.0/24"
            ) from None
        if network.prefixlen < WIDEST:
            raise ValueError(f"{one!r} litar på alla: då väljer var och en vilken adress hen räknas som")
        if "/" in one and str(network.network_address) != one.partition("/")[0].lower():
            raise ValueError(f"{one!r} är inget nät; menade du {network}")
    return once(value)
