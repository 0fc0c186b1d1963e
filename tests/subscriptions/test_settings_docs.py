"""The operator's table of settings is that of the code."""

from pathlib import Path

from subscriptions.settings import PREFIX, Settings, load_settings

GUIDE = Path(__file__).parents[2] / "docs" / "drift.md"


def test_every_setting_is_documented_with_its_meaning() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for name, info in Settings.model_fields.items():
        assert f"`{PREFIX}{name.upper()}`" in text
        assert (info.description or "") in text, name


def test_quiet_hours_can_be_turned_off() -> None:
    assert load_settings(environment="development", quiet_hours="aldrig").quiet_hours == ""
