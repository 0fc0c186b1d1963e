"""Limits: who is counted together, who earns more, and that nobody spends what is for all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from foundation import limits
from foundation.database import migrate, open_engine, write
from foundation.encryption import Keys
from foundation.limits import BLOCK_HOUR, IP_HOUR, REPORT_HOUR, REPORT_IP_HOUR, SMS_HOUR, Limit
from foundation.metrics import LIMITED

KEYS = Keys(["k" * 32])
NOW = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/limits.sqlite3"
    migrate(url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


def ask(engine: Engine, *asked: tuple[Limit, str], **counts: int) -> list[Limit]:
    own = {name.replace("_", "-"): count for name, count in counts.items()}
    with write(engine) as connection:
        return limits.exceeded(connection, KEYS, asked, NOW, own)


def refused(engine: Engine, address: str, times: int) -> int:
    return sum(bool(ask(engine, *limits.of_ip(address))) for _ in range(times))


def test_the_operators_own_count_is_the_limit(engine: Engine) -> None:
    assert [bool(ask(engine, (SMS_HOUR, ""), sms_hour=2)) for _ in range(3)] == [False, False, True]
    assert ask(engine, (SMS_HOUR, "")) == []


def test_no_block_of_ipv6_spends_what_is_for_everybody(engine: Engine) -> None:
    allowed = sum(
        not ask(engine, *limits.of_ip(f"2001:db{8 + number % 8:x}:{number:x}::1"))
        for number in range(BLOCK_HOUR.count + 20)
    )
    assert allowed == BLOCK_HOUR.count < limits.EMAIL_HOUR.count / 5
    assert ask(engine, *limits.of_ip("2001:dc0::1")) == []


def test_no_block_spends_the_sms_that_are_for_everybody(engine: Engine) -> None:
    blocks = [limits.of_ip_by_sms(f"198.51.{number}.1") for number in range(60)]
    assert (
        sum(not ask(engine, *block) for block in blocks) == limits.SMS_BLOCK_HOUR.count < SMS_HOUR.count / 5
    )


def test_who_is_refused_spends_nothing_of_what_is_for_everybody(engine: Engine) -> None:
    for _ in range(3 * REPORT_IP_HOUR.count):
        ask(engine, (REPORT_IP_HOUR, "one"), (REPORT_HOUR, ""))
    with write(engine) as connection:
        assert limits.used(connection, KEYS, REPORT_HOUR, "", NOW) == REPORT_IP_HOUR.count


def test_a_network_whose_people_prove_their_addresses_may_ask_for_more(engine: Engine) -> None:
    shared = "203.0.113.7"  # thousands of a mobile operator's customers
    assert refused(engine, shared, IP_HOUR.count + 1) == 1
    with write(engine) as connection:
        limits.give_back(connection, KEYS, limits.of_ip(shared), NOW)
    assert refused(engine, shared, limits.EARNED) == 1  # the one that was refused had counted too


def test_what_a_network_earns_is_bounded(engine: Engine) -> None:
    with write(engine) as connection:
        for _ in range(1000):
            limits.give_back(connection, KEYS, [(IP_HOUR, "one")], NOW)
        assert limits.used(connection, KEYS, IP_HOUR, "one", NOW) == -limits.MOST_EARNED * IP_HOUR.count
        next_hour = NOW + timedelta(hours=1)
        assert limits.used(connection, KEYS, IP_HOUR, "one", next_hour) == 0


def test_a_refusal_is_counted_by_the_name_of_its_limit(engine: Engine) -> None:
    counter = LIMITED.labels("sms-hour")
    before = counter._value.get()
    for _ in range(3):
        ask(engine, (SMS_HOUR, ""), sms_hour=1)
    assert counter._value.get() == before + 2


@pytest.mark.parametrize(
    ("word", "why"),
    [("sms-hor=3", "menade du sms-hour?"), ("sms-hour", "sms-hour=500"), ("sms-hour=0", "sms-hour=500"),
     ("sms-hour=många", "sms-hour=500"), ("x=1", "finns inte")],
)  # fmt: skip
def test_a_limit_that_cannot_be_meant_is_refused(word: str, why: str) -> None:
    with pytest.raises(ValueError, match=r".") as refusal:
        limits.read_counts([word])
    assert why in str(refusal.value)


def test_the_guide_lists_every_limit_with_its_count() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "drift.md").read_text(encoding="utf-8")
    for limit in limits.LIMITS.values():
        assert f"| `{limit.name}` | {limit.count} | " in guide
