"""One record that would take minutes or gigabytes to read is a problem on its file, and never a stop."""

import os
import signal

import pytest

from site_builder.publishing.build import read
from site_builder.reading import limits, record_file
from site_builder.reading.limits import each_within_limits
from tests.site_builder.conftest import Municipality

SIZE = 100_000
HOSTILE = {
    "dashes": "- \n" * (SIZE // 3),
    "equals": "=\n" * (SIZE // 2),
    "headings": "#\n" * (SIZE // 2),
    "underlined headings": "a\n=\n" * (SIZE // 4),
    "rules": "---\n" * (SIZE // 4),
    "open links": "[a](<b " * 1900 + "a" * SIZE,
    "quotes": "> " * 500 + "a\n" * (SIZE // 2),
    "references that grow": "\n\n".join(["[a] " * 1900] * 50) + "\n\n[a]: /" + "b" * 400_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_a_text_that_takes_too_long_or_too_much_is_a_problem_on_its_file_alone(
    town: Municipality, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1.0)
    monkeypatch.setattr(limits, "MEMORY", 200_000_000)
    for name in ("a", "c"):
        town.write(f"nyheter/{name}.md", f"titel: {name}")
    town.write("nyheter/b.md", text=HOSTILE[shape])
    problems = town.all_problems()
    assert {problem.file.rpartition("/")[2] for problem in problems} == {"b.md"}
    assert problems[0].code in ("text-too-heavy", "text-too-deep")
    site, _, _ = read([town.content], town.now, town.home / "cache")
    assert [one.slug for one in site.of_type("news")] == ["c", "a"]


def test_a_large_ordinary_text_is_within_the_limits(town: Municipality) -> None:
    paragraph = "En mening om **vatten** och [vad som gäller](/nyheter/). " * 20
    town.write("nyheter/stor.md", text="\n\n".join(["## Rubrik", paragraph] * 300))
    assert {problem.severity for problem in town.all_problems()} <= {"warning"}


@pytest.mark.parametrize("count", [1, 7, limits.MANY + 1])
def test_answers_come_in_order_whatever_happens_to_some(
    count: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.2)
    monkeypatch.setattr(limits, "MEMORY", 100_000_000)

    def work(number: int) -> str:
        if number == 3:
            while True:
                pass
        if number == 4:
            return "a" * 1_000_000_000
        if number == 5:
            raise ValueError("five")
        if number == 6:
            os.kill(os.getpid(), signal.SIGKILL)
        return str(number)

    found = list(each_within_limits(work, range(count), lambda number, why: f"{number} lost {why}"))
    told = {3: "3 lost ", 4: "4 lost ", 5: "5 lost ValueError('five')", 6: "6 lost "}
    assert found == [told.get(number, str(number)) for number in range(count)]
    assert ("ValueError: five" in capfd.readouterr().err) == (count > 5)


def test_whoever_stops_asking_leaves_no_process_behind() -> None:
    answers = each_within_limits(lambda number: os.getpid(), range(1000), lambda number, why: 0)
    child = next(answers)
    answers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_fault_of_the_program_is_a_problem_of_the_file_that_meets_it(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = record_file.read_file

    def fail(root, path):  # type: ignore[no-untyped-def]
        if path.stem == "b":
            raise ValueError("a fault")
        return real(root, path)

    monkeypatch.setattr(record_file, "read_file", fail)
    town.write("nyheter/b.md")
    problem = town.problems()["read-failure"]
    assert problem.file.endswith("b.md")
    assert "a fault" in problem.message
