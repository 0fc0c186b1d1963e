"""The operator's table of settings is that of the code."""

from pathlib import Path

from subscriptions.settings import PREFIX, Settings

GUIDE = Path(__file__).parents[2] / "docs" / "drift.md"


def test_every_setting_is_documented_with_its_meaning() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    missing = [name for name, info in Settings.model_fields.items()
               if f"`{PREFIX}{name.upper()}`" not in text or (info.description or "") not in text]  # fmt: skip
    assert missing == []
