"""A law asks something of a notice that nobody may mend once it is public: it is asked here, before.

Afterwards the notice stays as the public saw it, so that the same is only told.
"""

from collections.abc import Collection
from datetime import datetime

from site_builder.content import notice_board
from site_builder.content.fields import STOCKHOLM
from site_builder.problems import Problem
from site_builder.site.lifetime import begins
from site_builder.site.site import Site

CODES = ("kept-at-missing", "last-day-too-early")


def judged(problem: Problem, site: Site, seen: Collection[str] | None = None) -> Problem:
    """The problem, as an error where the notice can still be mended.

    `seen` are the ids of the notices that the public has seen; where that is not known, a notice has been seen
    from the day after its publication.
    """
    if problem.code not in CODES:
        return problem
    one = site.by_file.get(problem.file)
    if one is None or one.status != "publicerad":
        return problem
    if seen is None:
        first = datetime.fromtimestamp(begins(one), STOCKHOLM).date() >= site.today
    else:
        over = notice_board.is_taken_down(one.facts["last_day"], site.today.isoformat())
        first = one.id not in seen and not over
    return problem._replace(severity="error" if first else "warning")
