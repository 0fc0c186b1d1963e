"""Web links are written in ASCII, so that no program and no alphabet changes where they lead."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

import idna

PARTS = re.compile(r"(https?://)?([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
HOST = re.compile(r"[A-Za-z0-9._~%:\[\]@-]+")
ALLOWED = "/?#[]@!$&'()*+,;=:%-._~"
"""What stands for itself after the host (RFC 3986, 2.2 and 2.3)."""
STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def ascii_link(link: str) -> str:
    """The link as a URI (RFC 3987, 3.1): host by IDNA, all else in UTF-8 percent escapes.

    What is escaped already stays as it is, so that writing it twice changes nothing more.
    """
    parts = PARTS.fullmatch(link)
    assert parts is not None  # every part may be empty
    scheme, host, rest = parts[1] or "", parts[2], STRAY_PERCENT.sub("%25", parts[3])
    return f"{scheme}{_ascii_host(host)}{quote(rest, safe=ALLOWED, errors='replace')}"


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host
    name, colon, port = host.partition(":")
    try:
        return idna.encode(name, uts46=True).decode() + colon + port
    except idna.IDNAError:
        return quote(host, safe=ALLOWED, errors="replace")


def web_link(text: str) -> str:
    """The http(s) link that ``text`` is, in ASCII; empty where it is none.

    Invisible signs and line breaks are left out, as browsers do; blanks are escaped.
    """
    text = "".join(char for char in text.strip() if unicodedata.category(char)[0] != "C").strip()
    link = ascii_link(text)
    try:
        parts = urlsplit(link)
        found = parts.scheme.lower() in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    return link if found and HOST.fullmatch(parts.netloc) else ""
