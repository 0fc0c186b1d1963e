"""An environment file means to a command what it means to the service that systemd starts."""

import pytest

from foundation.environment_file import read_environment


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("A=1", {"A": "1"}),  # no final newline
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=1\r\nB=2", {"A": "1", "B": "2"}),
        ("A=\n", {"A": ""}),
        ("A=1\nA=2\n", {"A": "2"}),
        ("  A = b c  \n", {"A": "b c"}),
        ("A=b\\\nc\n", {"A": "bc"}),
        ("A=b \\\n  c\n", {"A": "b   c"}),
        ("A=b\\\r\nC=1\n", {"A": "b", "C": "1"}),  # the carriage return is the line's end
        ("A=b\\", {"A": "b"}),
        ("A=\\ b\n", {"A": " b"}),
        ("A=b\\nc\n", {"A": "bnc"}),
        ('A="b  c " \n', {"A": "b  c "}),
        ('A="b"c"d"\n', {"A": 'bc"d"'}),  # a quote inside a bare word is part of it
        ('A="b" "c"\n', {"A": "bc"}),
        ('A="b\nc"\n', {"A": "b\nc"}),
        ('A="b\\\nc"\n', {"A": "bc"}),
        ('A="\\"\\\\\\$\\`\\n"\n', {"A": '"\\$`\\n'}),
        ("A='b\\n\"c'\n", {"A": 'b\\n"c'}),
        ('A="never closed\nB=1\n', {"A": "never closed\nB=1\n"}),
        ("# A=1\n; B=2\n\nC=3\n", {"C": "3"}),
        ("# goes on \\\nA=1\nB=2\n", {"B": "2"}),
        ("A=b # c\n", {"A": "b # c"}),  # a comment is a whole line
        ("A=b#c\n", {"A": "b#c"}),
        ("no sign\nA=1\n", {"A": "1"}),
        ("export A=1\n", {"export A": "1"}),
        ("\ufeffA=1\n", {"\ufeffA": "1"}),
        ("", {}),
    ],
)
def test_an_environment_file_is_read_as_systemd_reads_it(text: str, meant: dict[str, str]) -> None:
    assert read_environment(text) == meant
