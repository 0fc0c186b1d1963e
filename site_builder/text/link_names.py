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
    readable = _reads_as_words(words) and len(words) <= 90
    return f"{host}: {words}" if readable else host


def _reads_as_words(text: str) -> bool:
    """False for what a machine calls a page: `4.6703f427184b917f`, `repuhe!6BDLTOe`."""
    words = [word for word in re.split(r"[ .,:;()–-]+", text) if not word.isdigit()]
    return any(len(word) > 1 for word in words) and all(re.fullmatch(_WORD, word) for word in words if word)


_WORD = r"[^\W\d_]+\d{0,4}|\d{1,4}[^\W\d_]"
"""Letters, with a number beside them at most."""
