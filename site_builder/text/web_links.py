"""Web and mail addresses in running text become links, as telephone numbers do."""

import re
from html import escape, unescape
from typing import NamedTuple

from markupsafe import Markup

from site_builder.text.phones import link_phones
from site_builder.text.sums import keep_sums

_NAME = r"[a-z0-9åäö](?:[a-z0-9åäö-]*[a-z0-9åäö])?"
_PATH = r"(?:[/?#](?:&amp;|&#39;|[^\s<>\"“”&])*)?"
_WEB = rf"https?://(?:&amp;|[^\s<>\"“”&])+|(?<![\w@./:-])www\.{_NAME}(?:\.{_NAME})+{_PATH}"
_BARE = rf"(?<![\w@./:-])(?:{_NAME}\.)+(?:se|nu)(?![\w@-]|\.\w){_PATH}"
"""Without `www`, only with the country's own endings: other words have dots inside too."""
_MAIL = rf"(?<![\w.+-])[a-z0-9åäö_][\w.+-]*@(?:{_NAME}\.)+[a-z]{{2,}}(?![\w@])"
_FOUND = re.compile(
    rf"<(a|code|pre|h\d|title)\b.*?</\1>|<[^>]*>|(?P<mail>{_MAIL})|(?P<web>{_WEB}|{_BARE})",
    re.DOTALL | re.IGNORECASE,
)
_ANY = re.compile(r"://|www\.|@|\.(?:se|nu)\b", re.IGNORECASE)
"""Quick to look for: most texts have no address."""


class Linked(NamedTuple):
    """HTML, and the links that were made in it: address and text."""

    html: str
    links: list[tuple[str, str]]


def link_addresses(html: str) -> Linked:
    """The same HTML with its addresses as links; what is a link, code or heading stays as it is."""
    links: list[tuple[str, str]] = []
    if not _ANY.search(html):
        return Linked(html, links)

    def link(found: re.Match[str]) -> str:
        if found["mail"]:
            mail = found["mail"]
            links.append((f"mailto:{mail}", mail))
            return f'<a href="mailto:{mail}">{mail}</a>'
        if not found["web"]:
            return found[0]
        shown = _without_ending(found["web"])
        address = shown if "://" in shown else f"https://{shown}"
        links.append((unescape(address), unescape(shown)))
        return f'<a href="{address}">{shown}</a>{found["web"][len(shown) :]}'

    return Linked(_FOUND.sub(link, html), links)


def _without_ending(address: str) -> str:
    """Without the signs of the sentence around it; a bracket belongs to it where its other half does."""
    while True:
        shorter = re.sub(r"(?:[.,;:!?'’*_]|&#39;)+$", "", address)
        if shorter.endswith(")") and shorter.count("(") < shorter.count(")"):
            shorter = shorter[:-1]
        if shorter == address:
            return address
        address = shorter


def linked(text: str) -> Markup:
    """A plain text as HTML, its addresses and numbers as links."""
    return Markup(keep_sums(link_phones(link_addresses(escape(text)).html)))  # noqa: S704 - escaped
