"""Web addresses that lead nowhere for a citizen: the editor's own machine, the intranet, a mail filter's."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

_MAIL = re.compile(r"[^@\s<>,;\"]+@[a-z0-9åäö-]+(\.[a-z0-9åäö-]+)+", re.IGNORECASE)
_PRIVATE_ENDS = (
    ".local",
    ".localhost",
    ".lan",
    ".internal",
    ".intern",
    ".corp",
    ".home",
    ".home.arpa",
    ".intra",
)
_INSIDE = re.compile(r"(?:^|\.)(?:intra|intranet|intranat|insidan|inloggad)\.", re.IGNORECASE)
_SIGN_IN = ("sharepoint.com", "onedrive.live.com", "1drv.ms", "teams.microsoft.com", "office.com")
_WRAPPED = re.compile(r"(?:^|\.)(?:safelinks\.protection\.outlook\.com|urldefense\.(?:com|proofpoint\.com))$")


class Fault(NamedTuple):
    """What is wrong with an address, and what to do."""

    code: str
    fatal: bool
    """True where nobody outside can ever come there."""
    message: str
    hint: str


def fault(address: str) -> Fault | None:
    """What is wrong with where a link leads, if anything; the site's own pages are for others to look for."""
    lowered = address.lower()
    if lowered.startswith("mailto:"):
        return _mail(address)
    if lowered.startswith("tel:"):
        return _phone(address)
    if lowered.startswith("file:") or re.match(r"[a-z]:\\|\\\\", lowered):
        return _own_machine(address)
    return _web(address) if lowered.startswith(("http://", "https://")) else None


def _mail(address: str) -> Fault | None:
    to = unquote(address.partition(":")[2].partition("?")[0])
    if to and all(_MAIL.fullmatch(one.strip()) for one in to.split(",")):
        return None
    hint = "Skriv till exempel mailto:servicecenter@kommun.se."
    return Fault("invalid-email", True, f"{address} är ingen e-postadress, så länken leder ingenstans.", hint)


def _phone(address: str) -> Fault | None:
    digits = re.sub(r"[ ()./-]|%20", "", address[4:])
    if re.fullmatch(r"\+?\d{3,15}", digits):
        return None
    message = f"{address} är inget telefonnummer, så länken går inte att ringa."
    return Fault("invalid-phone", True, message, "Skriv till exempel tel:+46857829100.")


def _own_machine(address: str) -> Fault:
    message = f"{address} finns bara på din dator eller i ditt nätverk."
    hint = "Lägg filen i filer/ och länka till /filer/…, eller länka till en adress som alla når."
    return Fault("private-address", True, message, hint)


def _web(address: str) -> Fault | None:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if _WRAPPED.search(host):
        inner = parse_qs(parts.query).get("url", parse_qs(parts.query).get("u", [""]))[0]
        hint = (
            f"Länka till {inner}." if inner.startswith("http") else "Länka till adressen som den leder till."
        )
        return Fault(
            "wrapped-address", False, "Länken går genom ett e-postfilter, som kan sluta fungera.", hint
        )
    if _is_private(host):
        return _own_machine(address)
    if _INSIDE.search(host):
        message = f"{host} ser ut att vara intranätet, dit invånarna inte kommer."
        return Fault("inside-address", False, message, "Länka till en sida som alla når.")
    if any(host == end or host.endswith(f".{end}") for end in _SIGN_IN):
        message = f"{host} kräver ofta inloggning, så invånarna kommer inte in."
        hint = "Lägg dokumentet i filer/ och länka till /filer/…."
        return Fault("inside-address", False, message, hint)
    return None


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or f".{host}".endswith(_PRIVATE_ENDS)
