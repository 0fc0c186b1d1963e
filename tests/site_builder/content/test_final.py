"""Laga kraft: only when the time has passed and no appeal is pending, never by a date alone."""

import pytest

from tests.site_builder.conftest import Municipality

DECISION = ("organ: ks", 'datum: "2026-10-01"', "utfall: beslutat", "beslutspunkter: Ja")
NOTICE = (
    "slag: justerat-protokoll",
    "organ: ks",
    "beslut: a",
    'tillkännagivet: "2026-10-05"',
    'publicerad: "2026-10-05"',
)  # until 26 October


def with_notice(town: Municipality, *lines: str) -> None:
    town.write("beslut/a.md", *DECISION, *lines)
    town.write("anslag/n.md", *NOTICE)


def test_a_decision_is_final_after_the_last_day_of_its_notice(town: Municipality) -> None:
    with_notice(town, 'laga_kraft: "2026-10-27"')
    assert "not-final" not in town.problems()
    town.build()
    assert "Laga kraft" in town.page("/beslut/ks/2026-10-01/a/")


@pytest.mark.parametrize(
    "line",
    [
        'laga_kraft: "2026-10-26"',  # the last day itself
        'laga_kraft: "2026-12-24"',  # nobody knows the future
        'laga_kraft: "2026-10-27"\növerklagat:\n  - datum: "2026-10-20"\n    domstol: Förvaltningsrätten',
    ],
)
def test_a_date_alone_does_not_make_it_final(town: Municipality, line: str) -> None:
    with_notice(town, line)
    assert town.problems()["not-final"].severity == "error"


def test_a_decision_without_such_a_date_says_nothing_of_it(town: Municipality) -> None:
    with_notice(town)
    town.build()
    assert "Laga kraft" not in town.page("/beslut/ks/2026-10-01/a/")


def test_accepting_a_warning_that_is_not_there_is_told(town: Municipality) -> None:
    town.write("nyheter/a.md", "godtar: too-long")
    assert "accepts-nothing" in town.problems()
    town.write("nyheter/a.md", "godtar: too-long", f"titel: {'Lång ' * 20}")
    assert "accepts-nothing" not in town.problems()
    assert town.problems()["too-long"].accepted
