"""Units for systemd: who may do what, what happens when one fails, and what their scripts believe."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from subscriptions.operations.operator import operator

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
UNITS = [*SERVICES, *sorted(DEPLOY.glob("*.timer")), *sorted(DEPLOY.glob("*.socket"))]
GUIDE = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
EXPOSURE = 30
"""Tenths of what `systemd-analyze security` calls exposure, 0 (none) to 100."""


def values(unit: Path, name: str) -> list[str]:
    """Every value that a unit gives a directive."""
    return re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.M)


def needs(command: str) -> None:
    if shutil.which(command) is None:
        pytest.skip(f"{command} saknas")


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_no_unit_is_more_exposed_than_three_of_ten(unit: Path) -> None:
    needs("systemd-analyze")
    ran = subprocess.run(
        ["systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={EXPOSURE}", unit],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "Unknown option" in ran.stderr or "unrecognized option" in ran.stderr:
        pytest.skip("systemd-analyze är äldre än 250")
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_line_of_every_unit(unit: Path, tmp_path: Path) -> None:
    needs("systemd-analyze")
    for each in UNITS:  # beside one another, with programs that exist here
        text = each.read_text(encoding="utf-8")
        text = re.sub(r"^(ExecStart(?:Post)?=\+?)/\S+", r"\1/bin/true", text, flags=re.M)
        (tmp_path / each.name).write_text(text, encoding="utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", tmp_path / unit.name.replace("@.", "@1.")],
        capture_output=True, text=True, check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    assert (ran.returncode, [line for line in ran.stderr.splitlines() if str(tmp_path) in line]) == (0, [])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_unit_tells_when_it_fails_save_the_one_that_tells(unit: Path) -> None:
    telling = "medborgarfokus-failure@.service"
    assert values(unit, "OnFailure") == ([] if unit.name == telling else [telling.replace("@", "@%n")])
    assert (DEPLOY / telling).exists()


def test_each_process_is_a_user_of_its_own_and_none_is_root() -> None:
    users = [user for unit in SERVICES for user in values(unit, "User")]
    assert len(set(users)) == len(users) == 6
    assert all(values(unit, "User") or values(unit, "DynamicUser") == ["yes"] for unit in SERVICES)
    declared = re.findall(
        r"^u (\S+)", (DEPLOY / "medborgarfokus.sysusers.conf").read_text(encoding="utf-8"), re.M
    )
    assert set(users) == set(declared)


def test_no_process_may_write_where_another_kind_writes() -> None:
    places = {unit.name: set(" ".join(values(unit, "ReadWritePaths")).split()) for unit in SERVICES}
    build = places["site-build.service"]
    assert build.isdisjoint(places["subscriptions-web.service"] | places["subscriptions-worker@.service"])
    assert not any(
        "deploy" in place or place == "/srv/medborgarfokus" for each in places.values() for place in each
    )
    made = re.findall(
        r"^d (\S+) (\d+) (\S+) (\S+)", (DEPLOY / "medborgarfokus.tmpfiles.conf").read_text("utf-8"), re.M
    )
    owners = {path: (mode, owner, group) for path, mode, owner, group in made}
    assert all(owners[place][1] == "medborgarfokus-build" for place in build)
    assert owners["/srv/medborgarfokus/data"] == ("2770", "root", "medborgarfokus")
    assert not re.search(
        r"^m medborgarfokus-build ", (DEPLOY / "medborgarfokus.sysusers.conf").read_text("utf-8"), re.M
    )


def test_users_and_folders_are_made_as_declared(tmp_path: Path) -> None:
    needs("systemd-sysusers")
    (tmp_path / "etc").mkdir()
    ran = subprocess.run(
        ["systemd-sysusers", f"--root={tmp_path}", DEPLOY / "medborgarfokus.sysusers.conf"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    passwd = (tmp_path / "etc" / "passwd").read_text(encoding="utf-8").splitlines()
    assert {line.split(":")[0].removeprefix("medborgarfokus-") for line in passwd} == {
        "build", "web", "cases", "worker", "bounce", "backup",
    }  # fmt: skip
    assert all(line.endswith("nologin") for line in passwd)


def test_units_and_manual_name_what_exists() -> None:
    for unit in SERVICES:
        for path in re.findall(r"/srv/medborgarfokus/deploy/(\S+)", unit.read_text(encoding="utf-8")):
            assert os.access(DEPLOY / path, os.X_OK), path
    for path in re.findall(r"\bdeploy/([\w@./-]*\w)", GUIDE):
        assert (DEPLOY / path).exists() or list(DEPLOY.glob(path)), path


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["lmtp"]])
def test_a_wrong_setting_ends_with_the_code_that_systemd_does_not_restart(command: list[str]) -> None:
    name = {
        "serve": "subscriptions-web.service",
        "worker": "subscriptions-worker@.service",
        "lmtp": "subscriptions-bounces.service",
    }[command[0]]
    ran = subprocess.run(
        [sys.executable, "-m", "subscriptions.cli", *command],
        env={**os.environ, "SUBSCRIPTIONS_POLL_INTERVAL": "ibland"},
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert values(DEPLOY / name, "RestartPreventExitStatus") == [str(ran.returncode)]
    assert "SUBSCRIPTIONS_POLL_INTERVAL" in ran.stderr


def test_what_is_long_running_never_gives_up_on_what_passes_by_itself() -> None:
    for unit in SERVICES:
        if values(unit, "Restart"):
            assert values(unit, "Restart") == ["always"]
            assert values(unit, "StartLimitIntervalSec") == ["0"]


def test_the_manual_never_runs_the_programs_as_root() -> None:
    blocks = "\n".join(re.findall(r"^ *```sh\n(.*?)^ *```", GUIDE, re.S | re.M)).replace("\\\n", " ")
    ran = [
        line for line in blocks.splitlines() if re.search(r"\.venv/bin/(site-builder|subscriptions)\b", line)
    ]
    assert ran
    assert [line for line in ran if "runuser -u medborgarfokus-" not in line] == []


# -- the script that tells --------------------------------------------------------------------------------


def fail(unit: str, hook: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DEPLOY / "failure", unit], env={**os.environ, "FAILURE_HOOK": str(hook)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_failure_is_an_alert_in_the_journal_and_the_operators_program_gets_it(tmp_path: Path) -> None:
    hook = tmp_path / "failure"
    hook.write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/unit\ncat >{tmp_path}/text\n', encoding="utf-8")
    hook.chmod(0o755)
    told = fail("subscriptions-worker@1.service", hook)
    assert told.returncode == 0
    assert told.stderr.startswith("<1>subscriptions-worker@1.service på ")
    assert (tmp_path / "unit").read_text(encoding="utf-8") == "subscriptions-worker@1.service\n"
    assert "har misslyckats" in (tmp_path / "text").read_text(encoding="utf-8")


def test_without_such_a_program_the_journal_is_told_all_the_same(tmp_path: Path) -> None:
    told = fail("site-build.service", tmp_path / "none")
    assert (told.returncode, told.stderr.count("<1>")) == (0, 1)


def test_a_program_that_cannot_tell_fails_the_unit_that_tells(tmp_path: Path) -> None:
    hook = tmp_path / "failure"
    hook.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    hook.chmod(0o755)
    assert fail("site-build.service", hook).returncode == 7


# -- the script that books the next build -----------------------------------------------------------------


@pytest.fixture
def booking(tmp_path: Path) -> Path:
    """A folder with a `systemctl` that writes down what it is asked."""
    (tmp_path / "bin").mkdir()
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\n', encoding="utf-8")
    systemctl.chmod(0o755)
    return tmp_path


def book(home: Path, text: str) -> str:
    """What the timer is told after a build that left these metrics."""
    (home / "m.prom").write_text(text, encoding="utf-8")
    subprocess.run(
        [DEPLOY / "book", home / "m.prom", "site-build.timer", home],
        env={**os.environ, "PATH": f"{home}/bin:{os.environ['PATH']}"}, check=True,
    )  # fmt: skip
    file = home / "site-build.timer.d" / "due.conf"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_the_next_build_is_booked_at_the_moment_that_the_last_one_told(booking: Path) -> None:
    line = 'site_builder_due_timestamp_seconds{folder="/srv/medborgarfokus/build"} 1764543600.000\n'
    assert book(booking, line) == ("[Timer]\nOnCalendar=2025-11-30 23:00:00 UTC\n")
    assert (booking / "asked").read_text(encoding="utf-8").split("\n") == [
        "daemon-reload",
        "restart site-build.timer",
        "",
    ]
    book(booking, "site_builder_due_timestamp_seconds 1764543600.000\n")
    assert (booking / "asked").read_text(encoding="utf-8").count("restart") == 1


@pytest.mark.parametrize(
    "planted",
    [
        "",
        "site_builder_due_timestamp_seconds 0\n",
        'site_builder_due_timestamp_seconds{folder="/srv"}} 1764543600\n',
        'site_builder_due_timestamp_seconds{folder="/srv"} 1764543600 5\n',
        "site_builder_due_timestamp_seconds 1764543600 \nOnActiveSec=1\n",
        "site_builder_due_timestamp_seconds 1764543600;reboot\n",
        "site_builder_due_timestamp_seconds -1\n",
        "site_builder_due_timestamp_seconds 99999999999999999999\n",
        "site_builder_due_timestamp_seconds $(reboot)\n",
        "x site_builder_due_timestamp_seconds 1764543600\n",
    ],
)
def test_nothing_but_a_number_of_seconds_reaches_the_timer(booking: Path, planted: str) -> None:
    assert book(booking, planted) == ""


def test_a_link_in_place_of_the_file_is_not_followed(booking: Path) -> None:
    (booking / "other").write_text("site_builder_due_timestamp_seconds 1764543600\n", encoding="utf-8")
    (booking / "link.prom").symlink_to(booking / "other")
    subprocess.run([DEPLOY / "book", booking / "link.prom", "site-build.timer", booking], check=True)
    assert not (booking / "site-build.timer.d").exists()


# -- who is at the keyboard -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "environment", "told"),
    [
        ("0", {"SUDO_USER": "anna"}, "root"),  # the kernel knows better than a variable
        ("4294967295", {"SUDO_USER": "anna", "LOGNAME": "root"}, "anna"),
        ("inget tal", {"SUDO_USER": "anna"}, "anna"),
    ],
)
def test_the_log_names_who_logged_in(
    tmp_path: Path, login: str, environment: dict[str, str], told: str
) -> None:
    file = tmp_path / "loginuid"
    file.write_text(login, encoding="ascii")
    assert operator(environment, file) == told


def test_without_login_and_sudo_it_names_the_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "medborgarfokus-worker")
    assert operator({}, tmp_path / "none") == "medborgarfokus-worker"


def test_the_units_parse() -> None:
    for unit in UNITS:
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.read(unit, encoding="utf-8")
        assert parser.sections()[0] == "Unit", unit
