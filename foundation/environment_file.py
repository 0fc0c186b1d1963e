"""This module reads an environment file as systemd reads ``EnvironmentFile=``.

So that a command that an operator types runs under the same settings as the service. The rules are those
of systemd.exec(5) and, where that is silent, of what systemd 252 (Debian 12) does: a value may stand in
quotes, a backslash at the end of a line goes on with the next, a comment is a whole line and goes on
likewise. A carriage return ends a line as a newline does.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

BLANK = " \t\n\r"
LINE_ENDS = "\n\r"
ESCAPED_IN_QUOTES = '"\\`$'
"""What a backslash protects between double quotes; before anything else it stands for itself."""


@dataclass
class _Reader:
    """The reader's place: what it has of the present name and value, and all that it has read."""

    name: str = ""
    value: str = ""
    solid: int = 0
    """How much of the value is kept whatever follows: trailing blanks outside quotes are not."""

    read: dict[str, str] = field(default_factory=dict)

    def finish(self) -> "State":
        """One assignment is whole; of several with one name the last counts."""
        self.read[self.name.rstrip(BLANK)] = self.value
        self.name = self.value = ""
        self.solid = 0
        return _between

    def add(self, text: str) -> None:
        self.value += text
        self.solid = len(self.value)


State = Callable[[_Reader, str], "State"]


def _between(reader: _Reader, sign: str) -> State:
    if sign in "#;":
        return _comment
    if sign in BLANK:
        return _between
    reader.name = sign
    return _name


def _name(reader: _Reader, sign: str) -> State:
    if sign in LINE_ENDS:  # a line without "=" says nothing
        return _between
    if sign == "=":
        return _before_value
    reader.name += sign
    return _name


def _before_value(reader: _Reader, sign: str) -> State:
    """Before a value, or between its quoted parts, where blanks count for nothing."""
    if sign in LINE_ENDS:
        return reader.finish()
    if sign in BLANK:
        return _before_value
    quoted: dict[str, State] = {"'": _single_quoted, '"': _double_quoted, "\\": _escaped}
    if sign in quoted:
        return quoted[sign]
    reader.add(sign)
    return _value


def _value(reader: _Reader, sign: str) -> State:
    if sign in LINE_ENDS:
        reader.value = reader.value[: reader.solid]
        return reader.finish()
    if sign == "\\":
        reader.solid = len(reader.value)
        return _escaped
    if sign in BLANK:
        reader.value += sign
    else:
        reader.add(sign)
    return _value


def _escaped(reader: _Reader, sign: str) -> State:
    if sign not in LINE_ENDS:
        reader.add(sign)
    return _value


def _single_quoted(reader: _Reader, sign: str) -> State:
    if sign == "'":
        return _before_value
    reader.add(sign)
    return _single_quoted


def _double_quoted(reader: _Reader, sign: str) -> State:
    if sign == '"':
        return _before_value
    if sign == "\\":
        return _escaped_in_quotes
    reader.add(sign)
    return _double_quoted


def _escaped_in_quotes(reader: _Reader, sign: str) -> State:
    if sign in ESCAPED_IN_QUOTES:
        reader.add(sign)
    elif sign != "\n":
        reader.add("\\" + sign)
    return _double_quoted


def _comment(_: _Reader, sign: str) -> State:
    if sign == "\\":
        return _escaped_in_comment
    return _between if sign in LINE_ENDS else _comment


def _escaped_in_comment(_: _Reader, _sign: str) -> State:
    return _comment


def read_environment(text: str) -> dict[str, str]:
    """The assignments of a file. Names are not judged: systemd leaves out those it cannot use."""
    reader = _Reader()
    state: State = _between
    for sign in text.partition("\0")[0]:
        state = state(reader, sign)
    if state is _value:
        reader.value = reader.value[: reader.solid]
    if state not in (_between, _name, _comment, _escaped_in_comment):
        reader.finish()
    return reader.read
