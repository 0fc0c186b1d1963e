"""What a link to a bare address is called: an address read aloud says nothing."""

import re
from urllib.parse import unquote, urlsplit


def place(address: str) -> str:
    """`tyreso.se: hemtjanst` for a page of that site, `tyreso.se` for its first page.

    The address itself comes back where it is no web address, or names nothing that a person can read.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return address
    host = parts.hostname.removeprefix("www.")
    names = [name for name in unquote(parts.path).split("/") if name]
    last = re.sub(r"\.\w{1,5}$", "", names[-1]) if names else ""
    words = " ".join(re.sub(r"[-_+]+", " ", last).split())
    words = re.sub(r"\b(\d{4}) (\d\d) (\d\d)\b", r"\1-\2-\3", words)
    readable = re.search(r"[^\W\d_]{2}", words) and len(words) <= 90
    return f"{host}: {words}" if readable else host
