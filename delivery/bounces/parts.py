"""This module takes a message apart within limits: reports are small and shallow, others cost no time."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import TypeAlias

from delivery.plain_text import text as plain

MAX_BYTES = 500_000
"""A report holds at most one mail of ours; what is larger is not read to its end."""

MAX_PARTS = 60
"""Declared types, and boundaries, in one message; in more the parser would lose itself."""

_PART = re.compile(rb"^[ \t]*content-type[ \t]*:|boundary[ \t]*=", re.IGNORECASE | re.MULTILINE)
_FIELDS = re.compile(rb"\bmessage/(?:global-)?(delivery-status|feedback-report)\b", re.IGNORECASE)
_CHARSET = re.compile(
    r"(utf-?8|us-ascii|iso-(8859|2022)-[\w-]+|windows-125\d|koi8-[ru]|gb\w+|big5|euc-\w+|shift_jis)", re.I
)
"""Charsets that mail is written in; Python knows more, some of which take their time."""
_QUOTE = re.compile(
    r"^[ \t>*-]*(-{2,}.*\b(original|copy|header|ursprung|kopia)|original message|this is a copy"
    r"|below this line|ursprungligt? med)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_HEADER = re.compile(
    r"^\W*(subject|ämne|betreff|emne|aihe|objet|message-id|to|till|sent|date)\s*:.*$", re.I | re.M
)
_TAG = re.compile(r"<[^<>]*>")

Part: TypeAlias = "Message[str, str]"


def parse(raw: bytes) -> Part:
    """The message, or its headers alone where it has more parts than any report."""
    raw = raw[:MAX_BYTES]
    if sum(1 for _ in _PART.finditer(raw)) > 2 * MAX_PARTS:
        return BytesHeaderParser(policy=compat32).parsebytes(raw)
    # As text: the library would take fields apart by itself, a message for each blank line.
    return message_from_bytes(_FIELDS.sub(rb"text/\1", raw), policy=compat32)


def groups(part: Part) -> list[dict[str, str]]:
    """The groups of fields of a machine-readable part, names in lower case; the first of a name counts."""
    decoded = "\n\n".join(str(each) for each in _inner(part)) if part.is_multipart() else _decoded(part)
    blocks = re.split(r"\n[ \t]*\n", decoded.replace("\r\n", "\n").replace("\r", "\n"))
    return [fields for block in blocks if (fields := _fields(block))]


def _fields(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", block).split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip().lower(), plain(" ".join(value.split())))
    return found


def own_words(message: Part, most: int = 20_000) -> str:
    """The text that the message itself says, without HTML and without the mail that it encloses or quotes.

    What we wrote ourselves, such as "fördröjd" in a subject, says nothing of what became of it.
    """
    words = "\n".join(_texts(message))[:most]
    quote = _QUOTE.search(words)
    return _QUOTED_HEADER.sub("", words[: quote.start()] if quote else words)


def _texts(part: Part) -> Iterator[str]:
    kind = part.get_content_type()
    if part.is_multipart():
        if part.get_content_maintype() == "multipart":
            for inner in _inner(part):
                yield from _texts(inner)
    elif kind == "text/html":
        yield _TAG.sub(" ", _decoded(part))
    elif kind in ("text/plain", "text"):
        yield _decoded(part)


def _inner(part: Part) -> list[Part]:
    """The parts of a part. The library stumbles over undecoded text with a charset in RFC 2231's form."""
    payload = part.get_payload() if part.is_multipart() else []
    return [each for each in payload if isinstance(each, Message)]


def _decoded(part: Part) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_param("charset")
    named = charset if isinstance(charset, str) and _CHARSET.fullmatch(charset) else "utf-8"
    try:
        return payload.decode(named, "replace")
    except LookupError:  # as good as none
        return payload.decode("utf-8", "replace")


def header(message: Part, name: str) -> str:
    """A header's words, decoded, also where they stand as plain UTF-8; empty where it is missing."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    value = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, HeaderParseError):
        return value
