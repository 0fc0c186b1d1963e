"""An outage of the database is told from an error of ours, and fills no log."""

import io
import json
import logging

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from foundation.logs import JsonFormatter
from foundation.outages import OutageFilter, is_outage, sqlstate


def _told(state: str, kind: type[DBAPIError] = OperationalError) -> DBAPIError:
    origin = psycopg.Error()
    origin.sqlstate = state
    return kind("SELECT 1", {}, origin)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (_told("57P01"), "57P01"),  # the server is told to stop
        (_told("53300"), "53300"),  # too many connections
        (_told("25006", InternalError), "25006"),  # a standby
        (OperationalError("", {}, psycopg.OperationalError("refused")), "08001"),
        (PoolTimeout(), "08001"),  # the pool of connections
        (psycopg.OperationalError("the connection is closed"), "08001"),  # one that is listened to
    ],
)
def test_what_passes_by_itself_is_an_outage_with_its_sqlstate(error: Exception, state: str) -> None:
    assert is_outage(error)
    assert sqlstate(error) == state


def test_sqlite_tells_its_own_name() -> None:
    engine = create_engine("sqlite:////none/such/folder/file.sqlite3")
    with pytest.raises(OperationalError) as met, engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert sqlstate(met.value) == "SQLITE_CANTOPEN"


@pytest.mark.parametrize("error", [_told("23505", IntegrityError), ValueError(), None])
def test_an_error_of_ours_is_no_outage(error: Exception | None) -> None:
    assert not is_outage(error)


def test_an_outage_is_one_line_of_the_log_whoever_meets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [100.0]
    monkeypatch.setattr("foundation.outages.monotonic", lambda: moment[0])
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(OutageFilter())
    log = logging.Logger("test")
    log.addHandler(handler)
    for _ in range(25):
        log.error("a task failed", exc_info=_told("57P01"))
        log.error("a request met an outage", exc_info=_told("57P01"))
    log.error("another thing", exc_info=ValueError())
    moment[0] += 60
    log.error("a task failed", exc_info=_told("57P03"))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    told = [(line["message"], line.get("sqlstate"), line.get("left_out")) for line in lines]
    assert told == [
        ("a task failed", "57P01", 0),
        ("another thing", None, None),
        ("a task failed", "57P03", 49),
    ]
