"""A municipality's own settings, apart from the code's, and where weaknesses are reported."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from site_builder import cli
from site_builder.config import Config, ConfigError, read
from tests.site_builder.conftest import Municipality

ROOT = Path(__file__).parents[2]


def own(home: Path, text: str) -> Config:
    """What holds with this text as the municipality's own file."""
    file = home / "site.yml"
    file.write_text(text, encoding="utf-8")
    return read(own=file)


def test_own_settings_hold_before_the_codes_and_the_rest_is_as_there(tmp_path: Path) -> None:
    code = read()
    found = own(
        tmp_path, "site_name: Nynäs\nsite_url: https://nynas.example/\nextra:\n  demonstration: false\n"
    )
    assert found == code._replace(name="Nynäs", base="https://nynas.example", demonstration=False)
    assert own(tmp_path, "") == own(tmp_path, "extra:\n") == code


def test_the_example_of_own_settings_holds_and_leaves_open_what_is_unfilled() -> None:
    found = read(own=ROOT / "deploy" / "site.yml")
    assert found.name == "Kommunens namn"
    assert (found.demonstration, found.security_contact, found.supported_until) == (True, "", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("site_nam: Nynäs", "site_nam finns inte. Menade du site_name?"),
        ("extra:\n  demonstrtion: false", "Menade du demonstration?"),
        ("demonstration: false", "De som finns: site_name"),  # stands a level too high
        ("extra:\n  demonstration: nej", "demonstration ska vara true eller false"),
        ("extra: [1]", "under extra"),
        ("site_url: www.kommun.se", "site_url ska vara"),
        ("extra:\n  security_contact: sakerhet@kommun.example", "mailto:"),
        ("extra:\n  security_contact: http://kommun.example/", "https://"),
        ("extra:\n  supported_until: snart", "supported_until"),
        ("- en lista", "namn och värden"),
        ("a: [", "YAML"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)):
        own(tmp_path, text)


def test_a_command_says_in_words_that_its_settings_are_wrong(
    tmp_path: Path, town: Municipality, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.yml").write_text("site_nam: x", encoding="utf-8")
    for command in ("check", "build", "due"):
        for file in ("site.yml", "none.yml"):
            assert cli.main([command, "--content", str(town.content), "--config", file]) == 1
            assert file in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


# -- where weaknesses are reported ------------------------------------------------------------------------

FIELD = re.compile(r"(Contact|Expires|Preferred-Languages|Canonical): \S.*|# .*")


def test_security_txt_says_whom_to_tell_and_is_never_older_than_a_year(town: Municipality) -> None:
    """RFC 9116: Contact and Expires are required, Expires once and less than a year away (2.5.5)."""
    town.config = town.config._replace(
        security_contact="mailto:sakerhet@kommun.example https://kommun.example/sakerhet/",
        supported_until="2028-12-31",
    )
    for now in (datetime(2026, 1, 31, 23, 30, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)):
        town.now = now
        town.build()
        lines = town.page("/.well-known/security.txt").splitlines()
        assert all(FIELD.fullmatch(line) for line in lines)
        assert lines[:2] == [
            "Contact: mailto:sakerhet@kommun.example", "Contact: https://kommun.example/sakerhet/",
        ]  # fmt: skip
        (expires,) = (line.removeprefix("Expires: ") for line in lines if line.startswith("Expires: "))
        assert 300 < (datetime.fromisoformat(expires) - now).days < 365
        assert "Canonical: https://kommun.example/.well-known/security.txt" in lines
        assert "# Weaknesses are mended until 2028-12-31." in lines


def test_an_unfilled_contact_makes_no_file_and_takes_an_old_one_away(
    town: Municipality,
) -> None:
    file = town.site / ".well-known" / "security.txt"
    town.build()
    assert not file.exists()
    town.config = town.config._replace(security_contact="mailto:sakerhet@kommun.example")
    town.build()
    assert file.exists()
    town.config = town.config._replace(security_contact="")
    town.build()
    assert not file.exists()


def test_a_real_site_without_a_contact_is_told_so(
    tmp_path: Path, town: Municipality, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.yml").write_text("extra:\n  demonstration: false", encoding="utf-8")
    words = ["build", "--content", str(town.content), "--no-search"]
    assert cli.main(words) == 0
    assert "security_contact" not in capsys.readouterr().err
    assert cli.main([*words, "--config", "site.yml"]) == 0
    assert "security_contact är inte ifylld" in capsys.readouterr().err
