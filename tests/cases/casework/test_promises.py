"""Promises count working days, over weekends, holidays and summer time; nobody is left in silence."""

from datetime import UTC, date, datetime, timedelta

import pytest

from cases.casework.watch import remind_at
from cases.model import State
from foundation.working_days import STOCKHOLM, add_working_days, due_after, is_working_day
from tests.cases.serving import GUIDE, Municipality


@pytest.mark.parametrize(
    ("came", "days", "last"),
    [
        ("2026-12-01", 2, "2026-12-03"),  # Tuesday to Thursday
        ("2026-12-04", 2, "2026-12-08"),  # over a weekend
        ("2026-12-05", 2, "2026-12-08"),  # a Saturday counts from Monday
        ("2026-12-23", 2, "2026-12-29"),  # Christmas Eve, Christmas Day and a weekend
        ("2026-12-30", 1, "2027-01-04"),  # New Year's Eve is a Thursday
        ("2027-03-25", 1, "2027-03-30"),  # Good Friday to Easter Monday
        ("2027-06-24", 1, "2027-06-28"),  # Midsummer's Eve
        ("2027-05-05", 1, "2027-05-07"),  # Ascension Day is a Thursday; the day after is worked
        ("2026-10-23", 1, "2026-10-26"),  # the clock is put back in between
    ],
)
def test_a_promise_ends_with_its_last_working_day(came: str, days: int, last: str) -> None:
    assert add_working_days(date.fromisoformat(came), days) == date.fromisoformat(last)


def test_the_day_that_something_came_is_the_day_in_sweden() -> None:
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight on the first of July
    assert due_after(late, 1).astimezone(STOCKHOLM) == datetime(2026, 7, 3, tzinfo=STOCKHOLM)


def test_a_day_with_another_number_of_hours_ends_at_midnight() -> None:
    for came in (datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2027, 3, 26, 12, tzinfo=UTC)):
        assert due_after(came, 1).astimezone(STOCKHOLM).hour == 0


def test_a_reminder_comes_on_the_morning_of_the_working_day_before() -> None:
    due = due_after(datetime(2026, 12, 3, 12, tzinfo=UTC), 2)  # ends with Monday the seventh
    assert remind_at(due) == datetime(2026, 12, 4, 7, 0, tzinfo=STOCKHOLM)


def test_reminder_and_escalation_come_once_each_and_not_after_an_answer(both: Municipality) -> None:
    both.report()  # on Tuesday the first, by the end of Thursday
    both.report()
    assert both.look() == (0, 0)
    both.turn(days=1)
    both.act(2, "svara", text="Vi lagar den i morgon.")
    assert both.look() == (1, 0)
    assert both.look() == (0, 0)
    both.turn(days=2)
    assert both.look() == (0, 1)
    assert both.look() == (0, 0)
    subjects = sorted(mail["subject"] for mail in both.deliver())
    assert subjects == [
        "Försenat: ärende 2026-1 skulle ha haft svar 3 december 2026",
        "Påminnelse: ärende 2026-1 ska ha svar senast 3 december 2026",
    ]


def test_a_question_to_the_citizen_stops_the_clock_until_the_answer(town: Municipality) -> None:
    path = town.report()
    town.act(1, "fraga", text="Vilken stolpe?")
    town.turn(days=10)
    assert town.look() == (0, 0)
    assert "Svara på frågan" in town.get(path).text
    town.post(f"{path}skriv/", text="Den vid affären.")
    [case] = town.rows()
    assert (case.state, case.awaits) == (State.OPEN, True)
    assert case.due_at == due_after(town.now, 2)


def test_a_call_that_is_answered_at_once_is_one_case_that_is_done(both: Municipality) -> None:
    both.log_in(GUIDE)
    form = {"kanal": "phone", "typ": "annat", "text": "När öppnar ni?", "direkt": "ja"}
    assert "Registrera ett ärende" in both.post("/arenden/nytt/", **form).text
    [case] = both.rows()
    assert (case.state, case.outcome, case.directly, case.channel) == (State.DONE, "answered", True, "phone")
    assert case.answered_at == case.created_at
    assert both.deliver() == []


def test_a_letter_counts_ten_working_days_from_the_day_it_came(town: Municipality) -> None:
    form = {"kanal": "letter", "typ": "annat", "text": "Brev.", "slag": "complaint", "inkom": "2026-11-26"}
    assert town.post("/arenden/nytt/", **form).status_code == 200
    assert town.rows()[0].due_at == due_after(datetime(2026, 11, 26, 12, tzinfo=UTC), 10)
    wrong = town.post("/arenden/nytt/", **{**form, "inkom": "2026-12-24"})
    assert wrong.status_code == 422
    assert ">Brev.</textarea>" in wrong.text


def test_a_kind_that_has_a_promise_of_its_own_keeps_it(town: Municipality) -> None:
    town.report(typ="fel-pa-lekplats")
    assert town.rows()[0].promised_days == 5


def test_every_day_is_worked_or_free_as_an_ordinary_calendar_says() -> None:
    free = [date(2027, 1, 1), date(2027, 1, 6), date(2027, 6, 25), date(2027, 12, 24), date(2027, 12, 31)]
    assert not any(is_working_day(day) for day in free)
    assert is_working_day(date(2027, 1, 5))  # Twelfth Night's Eve is worked
    start = date(2027, 1, 1)
    worked = sum(is_working_day(start + timedelta(days=n)) for n in range(365))
    assert worked == 253
