"""Rules and dashboard for Prometheus: they do what they say, and every metric that they name exists."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from foundation.database import migrate, open_engine, read
from site_builder.publishing import build_metrics
from subscriptions.operations import watchdog
from subscriptions.web import operations
from tests.subscriptions.sending import add_contact, add_item, queue

DEPLOY = Path(__file__).parent.parent / "deploy"
RULES = DEPLOY / "prometheus" / "medborgarfokus.rules.yml"
GUIDE = (DEPLOY.parent / "docs" / "drift.md").read_text(encoding="utf-8")
LANGUAGE = {
    "sum",
    "max",
    "min",
    "by",
    "or",
    "and",
    "time",
    "rate",
    "increase",
    "absent",
    "vector",
    "histogram_quantile",
    "label_values",
}
"""Words of PromQL that are no metrics, as far as these files use them."""


def rules() -> list[dict[str, Any]]:
    """Every alerting rule."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    """What the rules and the dashboard ask Prometheus."""
    board = json.loads((DEPLOY / "grafana" / "medborgarfokus.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked += [each["query"] for each in board["templating"]["list"] if each["type"] == "query"]
    return [*asked, *(rule["expr"] for rule in rules())]


def named(expression: str) -> set[str]:
    """The metrics of an expression: its words, without labels, strings, times and the language's own."""
    words = re.sub(r'\{.*?\}|\[.*?\]|"[^"]*"|\b(?:by|without) \(.*?\)|, kommun\)', " ", expression)
    return set(re.findall(r"[a-zA-Z_:]\w*", words)) - LANGUAGE


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An engine on a migrated, empty database."""
    url = f"sqlite:///{tmp_path / 'metrics.sqlite3'}"
    migrate(url)
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.fixture
def told(engine: Engine) -> set[str]:
    """The metrics that the processes and the builds tell, asked of themselves."""
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1)
    with read(engine) as connection:
        web = re.findall(r"^(\w+)[ {]", "\n".join(operations._gauges(connection)), re.M)
    return {"up", *web, *build_metrics.MEANINGS, *_registered()}


def _registered() -> Iterator[str]:
    for family in REGISTRY.collect():
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        yield from (family.name + ending for ending in endings)


def test_every_metric_that_rules_and_dashboard_name_exists(told: set[str]) -> None:
    asked = expressions()
    assert all(named(expression) for expression in asked)
    assert set().union(*(named(expression) for expression in asked)) <= told


def test_every_metric_of_ours_is_shown_or_watched(told: set[str]) -> None:
    ours = {name for name in told if name.startswith(("subscriptions_", "site_builder_"))}
    families = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in ours}
    asked = {re.sub(r"_(total|bucket|sum|count)$", "", n) for e in expressions() for n in named(e)}
    assert families - asked <= {"site_builder_last_run_timestamp_seconds"}


def test_every_rule_says_how_grave_it_is_and_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("critical", "warning"), rule["alert"]
        assert rule["annotations"].keys() == {"summary", "description"}, rule["alert"]


def test_every_alarm_has_a_severity_and_stands_in_the_guide() -> None:
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (väcker|på dagen) \|", GUIDE, re.M))
    words = {"critical": "väcker", "warning": "på dagen"}
    assert rows == {kind: words[severity] for kind, severity in watchdog.SEVERITIES.items()}


def test_every_rule_has_a_case_of_its_own() -> None:
    cases = yaml.safe_load((DEPLOY / "prometheus" / "medborgarfokus.test.yml").read_text(encoding="utf-8"))
    fired = {
        case["alertname"]
        for test in cases["tests"]
        for case in test["alert_rule_test"]
        if "exp_alerts" in case
    }
    assert fired == {rule["alert"] for rule in rules()}


def test_the_rules_ring_when_they_should_and_not_before() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool saknas (Debians paket prometheus)")
    for words in (["check", "rules", RULES.name], ["test", "rules", "medborgarfokus.test.yml"]):
        ran = subprocess.run(
            ["promtool", *words], cwd=RULES.parent, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    ran = subprocess.run(
        ["promtool", "check", "config", "prometheus.yml"],
        cwd=RULES.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
