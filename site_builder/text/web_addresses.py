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
_SIGN_IN = re.compile(
    r"(?:.*\.)?(?:sharepoint\.com|onedrive\.live\.com|1drv\.ms|teams\.microsoft\.com|office(?:365)?\.com)/.*"
    r"|(?:docs|drive)\.google\.com/.*",
    re.IGNORECASE,
)
"""Host and path of what mostly asks who one is."""
_OPEN_TO_ALL = re.compile(
    r"(?:www\.)?office\.com/?|forms\.office\.com/.*|teams\.microsoft\.com/l/meetup-join/.*"
    r"|docs\.google\.com/forms/.*|docs\.google\.com/.*/(?:pub|pubhtml|viewform)",
    re.IGNORECASE,
)
"""A form, an open meeting, what has been published: made for everybody."""
_WRAPPED = re.compile(
    r"(?:^|\.)(?:safelinks\.protection\.outlook\.com|urldefense\.(?:com|proofpoint\.com)|linkprotect\.cudasvc\.com"
    r"|protect-?\w*\.mimecast\.com|l\.facebook\.com|webcache\.googleusercontent\.com|translate\.google\.\w+)$"
    r"|(?:^|\.)google\.\w+/url$"
)
"""Host, or host and path, of what stands between the reader and the page: a mail filter, a search engine."""
_SHORT = re.compile(r"(?:bit\.ly|tinyurl\.com|lnkd\.in|goo\.gl|ow\.ly|t\.co|is\.gd|buff\.ly|rb\.gy|cutt\.ly)")
_SECRETS = set("jsessionid phpsessid sessionid session_id sid token access_token auth apikey sig".split())  # noqa: SIM905
_FOLLOWED = {"fbclid", "gclid", "msclkid", "mc_eid", "mkt_tok", "_hsenc", "igshid"}
"""What a network adds to follow the one who copied the address."""


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
    if to and not to.startswith("/") and all(_MAIL.fullmatch(one.strip()) for one in to.split(",")):
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
    if not host or ".." in host or host.startswith("."):
        return Fault(
            "invalid-url", True, f"{address} är ingen webbadress.", "Se efter vad sidan har för adress."
        )
    through = _through(host, parts.path, parse_qs(parts.query))
    if through:
        return through
    if _is_private(host):
        return _own_machine(address)
    if _INSIDE.search(host):
        message = f"{host} ser ut att vara intranätet, dit invånarna inte kommer."
        return Fault("inside-address", False, message, "Länka till en sida som alla når.")
    place = host + (parts.path or "/")
    if _SIGN_IN.fullmatch(place) and not _OPEN_TO_ALL.fullmatch(place):
        message = f"{host} kräver ofta inloggning, så invånarna kommer inte in."
        hint = "Lägg dokumentet i filer/ och länka till /filer/…."
        return Fault("inside-address", False, message, hint)
    return _personal(address, parts.username, parts.path, parts.query)


def _through(host: str, path: str, query: dict[str, list[str]]) -> Fault | None:
    """An address that leads to another by way of somebody else."""
    if _SHORT.fullmatch(host):
        message = f"{host} förkortar adresser: ingen ser vart länken leder, och den kan sluta fungera."
        return Fault("wrapped-address", False, message, "Länka till adressen som den leder till.")
    if not _WRAPPED.search(host) and not _WRAPPED.search(host + path):
        return None
    inner = next((query[name][0] for name in ("url", "u", "q", "a") if name in query), "")
    hint = f"Länka till {inner}." if inner.startswith("http") else "Länka till adressen som den leder till."
    message = "Länken går genom någon annan, till exempel ett e-postfilter, och kan sluta fungera."
    return Fault("wrapped-address", False, message, hint)


def _personal(address: str, user: str | None, path: str, query: str) -> Fault | None:
    """What in an address belongs to the one who copied it."""
    names = {name.lower() for name in parse_qs(query, keep_blank_values=True)}
    if user or names & _SECRETS or re.search(r";(?:jsessionid|sid)=", path, re.IGNORECASE):
        message = f"{address} innehåller en inloggning, som är din och som andra kan använda."
        return Fault(
            "secret-in-address", False, message, "Ta bort den delen, och pröva länken utan att vara inloggad."
        )
    if names & _FOLLOWED:
        message = f"{address} innehåller ett spår av var du hittade den, som följer den som klickar."
        found = ", ".join(sorted(names & _FOLLOWED))
        return Fault("tracking-address", False, message, f"Ta bort {found} och det som står efter.")
    return None


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or f".{host}".endswith(_PRIVATE_ENDS)
