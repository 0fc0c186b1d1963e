"""A mail is prepared once for many, then cut where the recipient's own words go.

Building a mail costs some milliseconds, splicing a recipient into it some microseconds.
"""

import re
import secrets
from dataclasses import dataclass
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

import idna

LEAVE = f"QZ{secrets.token_hex(8)}"
"""Stands where the recipient's own link is to be; unguessable, lest a feed put it into a link of its own."""

MARK = re.compile(rb"(?:=\r\n)?".join(bytes([char]) for char in LEAVE.encode()))
QP_LINE = 72  # RFC 2045: at most 76 characters in a line, the soft break's own "=" counted
HEADER_LINE = 76  # RFC 2047, 2: a line with an encoded word is no longer than this


class AddressError(ValueError):
    """The address cannot be written into a mail; no attempt will ever succeed."""


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Everything of a mail but its recipient: shared headers and the body's pieces around the link."""

    headers: bytes
    pieces: tuple[bytes, ...]
    listed: bool  # carries List-Unsubscribe: anything but answers to somebody's own request

    def splice(self, *, recipient: str, message_id: str, date: str, leave_url: str = "") -> bytes:
        """The whole mail for one recipient (an address from ``ready_address``)."""
        own = f"To: {recipient}\r\nMessage-ID: <{message_id}>\r\nDate: {date}\r\n"
        if self.listed:
            own += f"List-Unsubscribe: <{leave_url}>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        return own.encode() + self.headers + quoted(leave_url).join(self.pieces)


def quoted(url: str) -> bytes:
    """A link in quoted-printable, on lines of its own that the reader's program joins again."""
    safe = url.encode("ascii").replace(b"=", b"=3D")
    lines = [safe[start : start + QP_LINE] for start in range(0, len(safe), QP_LINE)]
    # An escape must not be torn apart; addresses of ours hold none, PUBLIC_URL might.
    if b"=" in safe:
        lines = re.findall(rb"(?:=3D|[^=]){1,24}", safe)
    return b"=\r\n" + b"=\r\n".join(lines) + b"=\r\n"


def prepare(
    *,
    sender: tuple[str, str],
    subject: str,
    plain: str,
    html: str,
    headers: dict[str, str],
    listed: bool,
) -> Skeleton:
    """A skeleton of text and HTML; ``sender`` is (name, address). ValueError: line break in a header."""
    name, address = sender
    message = EmailMessage(policy=SMTP)
    message.set_content(plain, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = "sv"
    head, _, body = message.as_bytes().partition(b"\r\n\r\n")
    named = {"From": f"{_phrase(name)} <{address}>", "Subject": unstructured(subject, "Subject"), **headers}
    own = "".join(_header(field, value) for field, value in named.items())
    return Skeleton(own.encode() + head + b"\r\n\r\n", tuple(MARK.split(body)), listed)


def _header(name: str, value: str) -> str:
    """One header as it is; ValueError where more than an encoded text's folded lines follow its first."""
    if len(value.replace("\r\n ", "").splitlines()) > 1:
        raise ValueError(f"a line break in the header {name}")
    return f"{name}: {value}\r\n"


def unstructured(text: str, name: str) -> str:
    """Text for a header: in ASCII as it is, else all of it as encoded words (RFC 2047).

    White space between two encoded words belongs to neither (6.2). So every blank stands inside one: a text
    that is encoded only in part loses blanks at the seams with some writers, and gains some with others.
    ValueError where the text has several lines.
    """
    if len(text.splitlines()) > 1:
        raise ValueError(f"a line break in the header {name}")
    if text.isascii() and "=?" not in text and len(name) + 2 + len(text) <= HEADER_LINE:
        return text
    return Header(text, "utf-8", maxlinelen=HEADER_LINE, header_name=name).encode(linesep="\r\n")


def _phrase(name: str) -> str:
    """A display name (RFC 5322, 3.2.5): quoted in ASCII, encoded words otherwise."""
    encoded = unstructured(name, "From")
    quotable = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{quotable}"' if encoded == name else encoded


def ready_address(address: str) -> str:
    """The address as it goes into envelope and header: the domain in ASCII (IDNA 2008), the rest as it is.

    Raises AddressError where it could break out of its place.
    """
    user, _, domain = address.rpartition("@")
    if (
        not user
        or not domain
        or re.search(r'[\s<>(),;:\\"\x00-\x1f\x7f]', address)
        or not address.isprintable()
    ):
        raise AddressError("not an address that can be written to")
    if domain.isascii():
        return address
    try:
        return f"{user}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        raise AddressError("the domain has no form in ASCII") from error
