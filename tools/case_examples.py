"""A few cases, labelled as examples, for whoever starts `make run`: a queue that has something in it."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from cases import categories
from cases.casework import handling, history, known
from cases.casework.handling import Step
from cases.casework.history import Details
from cases.casework.receiving import Report, receive
from cases.model import Actor, Channel, Kind, Outcome
from cases.settings import CaseSettings
from cases.tables import cases
from foundation.database import write
from foundation.encryption import Keys

EXAMPLES = (
    (
        "trasig-gatlampa",
        Kind.FAULT,
        "Exempel: lampan vid busshållplatsen lyser inte.",
        "vid busshållplatsen",
        0,
    ),
    ("fel-pa-lekplats", Kind.FAULT, "Exempel: en gunga har lossnat i ena kedjan.", "lekplatsen i parken", 1),
    ("skola", Kind.PRAISE, "Exempel: tack för den fina skolavslutningen.", "", 2),
    ("snoigt-eller-halt", Kind.FAULT, "Exempel: gångvägen är inte sandad.", "gångvägen vid sjön", 6),
)
"""Kind, what somebody wrote, where, and how many days ago."""

SOMEBODY = Actor("exempel", "Handläggare (exempel)")


def write_examples(engine: Engine, keys: Keys, settings: CaseSettings, site: Path, now: datetime) -> int:
    """Write them where there are no cases; how many. The first is shown as known, the second is done."""
    file = site / "api" / "v1" / "case-categories.json"
    offered = categories.parse(file.read_text(encoding="utf-8"))
    with write(engine) as connection:
        if connection.execute(select(cases.c.id)).first() is not None:
            return 0
        made = []
        for slug, kind, text, place, days in EXAMPLES:
            category = offered.get(slug, offered[categories.OTHER])
            report = Report(category, kind, Channel.WEB, Details(text, place))
            made.append(receive(connection, keys, settings, report, now - timedelta(days=days)))
        first, second, *_ = [history.read(connection, keys, one.id) for one in made]
        assert first is not None
        assert second is not None
        step = Step(connection, keys, first, SOMEBODY, first.row.version, now)
        known.publish(step, "Exempel: lampan vid busshållplatsen är släckt.", "Vid busshållplatsen")
        step = Step(connection, keys, second, SOMEBODY, second.row.version, now)
        handling.close(step, Outcome.DONE, "Exempel: kedjan är bytt.")
    return len(made)
