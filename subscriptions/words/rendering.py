"""The templates are rendered here: everything is escaped in HTML, and plain text has its typography."""

import re
import textwrap
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from subscriptions.words.item import swedish_day, swedish_moment

WIDTH = 72
SUMMARY = 320


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("subscriptions.words"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "wrap": wrap,
        "indented": lambda text: wrap(text, "  "),
        "hanging": lambda text: wrap(text, "  ").lstrip(),
        "underline": underline,
        "paragraphs": paragraphs,
        "shorten": shorten,
        "day": swedish_day,
        "moment": swedish_moment,
    }
    return environment


def render(name: str, **values: Any) -> tuple[str, str]:
    """Plain text and HTML of one message."""
    environment = _environment()
    plain = environment.get_template(f"{name}.txt.j2").render(values)
    html = environment.get_template(f"{name}.html.j2").render(values)
    return re.sub(r"\n{4,}", "\n\n\n", plain).strip("\n") + "\n", re.sub(r"\n\s*\n+", "\n", html)


def wrap(text: str, indent: str = "") -> str:
    """Lines of at most ``WIDTH`` characters; a link is never broken."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def underline(text: str, sign: str) -> str:
    """A heading and the line under it, as wide as its widest line."""
    lines = wrap(text)
    return f"{lines}\n{sign * max((len(line) for line in lines.splitlines()), default=0)}"


def paragraphs(text: str) -> list[str]:
    """The text's paragraphs: a line each, as feeds give them."""
    return [" ".join(part.split()) for part in text.split("\n") if part.strip()]


def shorten(text: str) -> str:
    """The beginning of a text, cut at a word."""
    return textwrap.shorten(text, SUMMARY, placeholder=" …", break_on_hyphens=False)
