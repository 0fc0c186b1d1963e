"""What Prometheus is told of a build: success, failure and age, from the command itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from site_builder import cli
from site_builder.publishing import build_metrics
from tests.site_builder.conftest import NOW, Municipality

GOOD = build_metrics.Success(NOW + timedelta(hours=3), 1.5, 40, 2)


def text(before: str, now: datetime, success: build_metrics.Success | None) -> str:
    return build_metrics.text(before, now, success, "/srv/a")


def values(text: str) -> dict[str, float]:
    """The metrics of a file, as Prometheus' own parser reads it."""
    found = text_string_to_metric_families(text)
    return {sample.name: sample.value for family in found for sample in family.samples}


def test_a_good_build_tells_when_it_was_and_when_the_next_must_run() -> None:
    told = values(text("", NOW, GOOD))
    assert told["site_builder_last_run_success"] == 1
    assert told["site_builder_last_success_timestamp_seconds"] == NOW.timestamp()
    assert told["site_builder_due_timestamp_seconds"] == NOW.timestamp() + 3 * 3600
    assert told.keys() == build_metrics.MEANINGS.keys()


def test_a_failed_build_leaves_the_age_and_the_due_moment_of_the_last_good_one() -> None:
    later = NOW + timedelta(hours=1)
    told = values(text(text("", NOW, GOOD), later, None))
    assert told["site_builder_last_run_success"] == 0
    assert told["site_builder_last_run_timestamp_seconds"] == later.timestamp()
    assert told["site_builder_last_success_timestamp_seconds"] == NOW.timestamp()
    assert told["site_builder_due_timestamp_seconds"] == NOW.timestamp() + 3 * 3600


def test_a_good_build_with_nothing_ahead_forgets_the_old_due_moment() -> None:
    again = text(text("", NOW, GOOD), NOW, GOOD._replace(due=None))
    assert "due" not in again


def test_the_first_build_of_all_may_fail() -> None:
    assert values(text("", NOW, None)).keys() == {
        "site_builder_last_run_timestamp_seconds",
        "site_builder_last_run_success",
    }


def test_the_sites_of_one_machine_are_told_apart_by_the_folder_of_the_file() -> None:
    odd = build_metrics.text("", NOW, GOOD, '/srv/"b\\')
    samples = [
        sample
        for family in text_string_to_metric_families(text("", NOW, GOOD) + odd)
        for sample in family.samples
        if sample.name == "site_builder_files"
    ]
    assert [sample.labels for sample in samples] == [{"folder": "/srv/a"}, {"folder": '/srv/"b\\'}]


def test_the_file_of_the_version_before_is_read_on() -> None:
    """It had no labels."""
    before = f"site_builder_last_success_timestamp_seconds {NOW.timestamp():.3f}\n"
    assert values(text(before, NOW, None))["site_builder_last_success_timestamp_seconds"] == NOW.timestamp()


def test_what_stood_in_a_broken_file_is_not_believed() -> None:
    broken = text("site_builder_files x\x00\nsomething 4\nsite_builder_fi", NOW, None)
    assert values(broken)["site_builder_last_run_success"] == 0
    assert "something" not in broken


def test_the_command_writes_the_file_whether_it_publishes_or_not(
    town: Municipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "site_builder.prom"
    command = ["build", "--content", str(town.content), "--no-search", "--metrics", str(file)]
    before = datetime.now(UTC).timestamp()
    assert cli.main(command) == 0
    good = values(file.read_text(encoding="utf-8"))
    assert good["site_builder_last_run_success"] == 1
    assert good["site_builder_last_success_timestamp_seconds"] >= before - 1
    town.write("nyheter/fel.md", "titel: Fel", "status: okänd")
    assert cli.main(command) == 1
    bad = values(file.read_text(encoding="utf-8"))
    assert bad["site_builder_last_run_success"] == 0
    assert (
        bad["site_builder_last_success_timestamp_seconds"]
        == good["site_builder_last_success_timestamp_seconds"]
    )
    assert not list(tmp_path.glob(".*.new"))
    assert file.stat().st_mode & 0o777 == 0o644


def test_an_error_of_the_program_counts_as_a_failed_build(
    town: Municipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def breaks(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cli, "build", breaks)
    with pytest.raises(OSError, match="No space"):
        cli.main(["build", "--content", str(town.content), "--metrics", "m.prom"])
    assert values(Path("m.prom").read_text(encoding="utf-8"))["site_builder_last_run_success"] == 0
