"""What a check counts, it counts in Swedish."""

import pytest

from site_builder.editing.report import report
from site_builder.problems import Problem, error, warning

WARNING = warning("a", "x.md", 1, "", "Fel.", "")


@pytest.mark.parametrize(
    ("problems", "count", "said"),
    [
        ([], 1, "1 post, 0 fel, 0 varningar"),
        ([WARNING], 2, "2 poster, 0 fel, 1 varning"),
        ([error("a", "x.md", 1, "", "Fel.", ""), WARNING, WARNING], None, "1 fel, 2 varningar"),
        ([WARNING._replace(accepted=True)], 1, "1 post, 0 fel, 0 varningar, 1 godtagen"),
    ],
)
def test_one_is_singular_and_all_else_plural(problems: list[Problem], count: int | None, said: str) -> None:
    assert report(problems, "text", count).splitlines()[-1] == said
