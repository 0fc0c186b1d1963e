"""Signed links hold for one purpose, one subject and one version of it, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation import signed_links
from foundation.encryption import Keys
from foundation.signed_links import Purpose

OLD, NEW = "an old key of tests, long enough 0001", "a new key of tests, long enough 00002"
KEYS = Keys([OLD])
BORN = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
NOW = BORN + timedelta(days=3)


def holds(
    text: str, purpose: Purpose, version: datetime = BORN, keys: Keys = KEYS, now: datetime = NOW
) -> bool:
    token = signed_links.parse(text)
    return token is not None and signed_links.is_valid(keys, purpose, token, version, now)


@given(subject=st.integers(0, 2**63 - 1), item=st.integers(0, 2**63 - 1), purpose=st.sampled_from(Purpose))
def test_a_token_comes_back_as_it_was_signed(subject: int, item: int, purpose: Purpose) -> None:
    text = signed_links.sign(KEYS, purpose, subject, BORN, item=item)
    token = signed_links.parse(text)
    assert token is not None
    assert (token.subject, token.item, token.expires) == (subject, item, None)
    assert signed_links.is_valid(KEYS, purpose, token, BORN, NOW)


def test_a_token_for_one_purpose_is_worth_nothing_for_another() -> None:
    for made in Purpose:
        text = signed_links.sign(KEYS, made, 7, BORN)
        assert [purpose for purpose in Purpose if holds(text, purpose)] == [made]


def test_no_changed_character_is_let_through() -> None:
    text = signed_links.sign(KEYS, Purpose.MANAGE, 1234, BORN, item=5, expires=NOW + timedelta(hours=1))
    alphabet = "abcdefghijklmnopqrstuvwxyz0123456789-"
    changed = {text[:i] + letter + text[i + 1 :] for i in range(len(text)) for letter in alphabet} - {text}
    assert holds(text, Purpose.MANAGE)
    assert not [other for other in changed if holds(other, Purpose.MANAGE)]


def test_a_number_that_is_used_again_does_not_revive_an_old_link() -> None:
    text = signed_links.sign(KEYS, Purpose.LEAVE, 7, BORN)
    assert not holds(text, Purpose.LEAVE, version=BORN + timedelta(milliseconds=1))


def test_a_token_ends_when_it_says() -> None:
    text = signed_links.sign(KEYS, Purpose.MANAGE, 7, BORN, expires=NOW)
    assert holds(text, Purpose.MANAGE, now=NOW - timedelta(seconds=1))
    assert not holds(text, Purpose.MANAGE, now=NOW)


def test_old_links_hold_while_their_key_is_retained_and_no_longer() -> None:
    text = signed_links.sign(KEYS, Purpose.LEAVE, 7, BORN)
    assert holds(text, Purpose.LEAVE, keys=Keys([NEW, OLD]))
    assert not holds(text, Purpose.LEAVE, keys=Keys([NEW]))


@given(st.integers(0, 2**63 - 1))
def test_a_short_token_is_short_and_holds_for_its_contact_alone(contact: int) -> None:
    text = signed_links.sign_short(KEYS, contact, BORN)
    token = signed_links.parse_short(text)
    assert token is not None
    assert len(text) <= 13 + 13
    assert signed_links.is_valid_short(KEYS, token, BORN)
    assert not signed_links.is_valid_short(KEYS, token, BORN + timedelta(seconds=1))


def test_a_truncated_mac_is_refused() -> None:
    text = signed_links.sign(KEYS, Purpose.LEAVE, 7, BORN)
    head, _, mac = text.rpartition("-")
    assert not holds(f"{head}-{mac[:13]}", Purpose.LEAVE)
    token = signed_links.parse_short(signed_links.sign_short(KEYS, 7, BORN))
    assert token is not None
    assert not signed_links.is_valid(KEYS, Purpose.SHORT, token, BORN, NOW)


@pytest.mark.parametrize(
    "text", ["", "-", "---", "a-b-c", "1-0-0-!!", "1-0-0-" + "a" * 200, "é-0-0-aa", "1-0-zzzzzzzzzzz-aa"]
)
def test_what_is_no_token_is_none(text: str) -> None:
    assert signed_links.parse(text) is None


@given(st.text(max_size=120))
def test_no_text_makes_parsing_fail(text: str) -> None:
    signed_links.parse(text)
    signed_links.parse_short(text)
    assert not signed_links.is_status_mac(KEYS, 1, text)


def test_mail_programs_that_capitalise_do_no_harm() -> None:
    assert holds(signed_links.sign(KEYS, Purpose.CONFIRM, 7, BORN).upper(), Purpose.CONFIRM)


def test_a_status_address_is_signed_for_its_delivery() -> None:
    mac = signed_links.status_mac(KEYS, 17)
    assert signed_links.is_status_mac(Keys([NEW, OLD]), 17, mac)
    assert not signed_links.is_status_mac(KEYS, 18, mac)
