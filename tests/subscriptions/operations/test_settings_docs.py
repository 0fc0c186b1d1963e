"""What operators read and copy agrees with the code: the table of settings, the example files."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cases.settings import CaseSettings
from editor.settings import EditorSettings
from foundation.settings import PREFIX, BareSettings
from foundation.staff.settings import StaffSettings
from foundation.web.guard import HEADERS
from subscriptions.settings import Settings, load_settings

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"


def as_written(default: Any) -> str:
    if isinstance(default, timedelta):
        seconds = int(default.total_seconds())
        unit, size = next(
            (u, s) for u, s in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)) if seconds % s == 0
        )
        return f"{seconds // size}{unit}"
    if isinstance(default, bool):
        return "ja" if default else "nej"
    return (" ".join(default) if isinstance(default, list) else str(default)) or "–"


@pytest.mark.parametrize("kind", [Settings, StaffSettings, CaseSettings, EditorSettings])
def test_every_setting_stands_in_the_table_with_its_default_and_meaning_and_no_other_does(
    kind: type[BareSettings],
) -> None:
    rows = dict(re.findall(rf"^\| `{kind.model_config['env_prefix']}(\w+)` \| (.*) \|$", GUIDE, re.M))
    wanted = {
        name.upper(): f"{as_written(info.default)} | {info.description}"
        for name, info in kind.model_fields.items()
    }
    assert rows == wanted


WRITTEN = {
    name: as_written(info.default)
    for name, info in Settings.model_fields.items()
    if as_written(info.default) != "–" and name != "environment"
}


@pytest.mark.parametrize(("name", "value"), WRITTEN.items())
def test_every_default_can_be_written_as_it_stands_in_the_table(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PREFIX + name.upper(), value)
    told = load_settings(environment="development")
    monkeypatch.delenv(PREFIX + name.upper())
    assert told == load_settings(environment="development")


@pytest.mark.parametrize(("written", "meant"), [("ja", True), ("Nej", False), ("true", True), ("0", False)])
def test_yes_and_no_are_written_in_swedish_or_as_elsewhere(
    written: str, meant: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}DEMONSTRATION", written)
    assert load_settings(environment="development").demonstration is meant


def test_every_setting_that_the_guide_or_the_example_names_exists() -> None:
    example = (DEPLOY / "subscriptions.env").read_text(encoding="utf-8")
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", GUIDE + example))
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_the_example_starts_once_its_key_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    example = (DEPLOY / "subscriptions.env").read_text(encoding="utf-8")
    for name, value in re.findall(rf"^({PREFIX}\w+)=(.*)$", example, re.M):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(f"{PREFIX}SECRET_KEYS", "0" * 64)
    assert load_settings().trusted_proxies == ["127.0.0.1"]


@pytest.mark.parametrize("file", ["nginx.conf", "Caddyfile"])
@pytest.mark.parametrize(("name", "value"), HEADERS.items())
def test_the_web_servers_send_what_the_service_sends(file: str, name: str, value: str) -> None:
    text = (DEPLOY / file).read_text(encoding="utf-8")
    assert re.search(rf'{name} "?{re.escape(value)}"?', text)


def test_the_record_of_processing_on_the_site_tells_the_times_that_are_the_rule() -> None:
    """GDPR, article 30: who, why, what, about whom, to whom, how long, how protected."""
    record = (ROOT / "content" / "sidor" / "personuppgifter.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|]+\?|Rättslig grund) \| (.+) \|$", record, re.M))
    questions = (
        "ansvarar",
        "Varför",
        "uppgifter?",
        "personer",
        "grund",
        "får uppgifterna",
        "länge",
        "skyddas",
    )
    assert all(any(word in question for question in rows) for word in questions)
    defaults = Settings.model_fields
    signup, kept = defaults["signup_lifetime"].default, defaults["retention"].default
    assert f"{signup // timedelta(hours=1)} timmar" in rows["Hur länge?"]
    assert f"{kept // timedelta(days=1)} dagar" in rows["Hur länge?"]
    reports = record.partition("## När du rapporterar ett hinder")[2].partition("\n## ")[0]
    assert f"{kept // timedelta(days=1)} dagar" in reports


def test_quiet_hours_can_be_turned_off() -> None:
    assert load_settings(environment="development", quiet_hours="aldrig").quiet_hours == ""
