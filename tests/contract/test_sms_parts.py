"""The editor is told the parts of an SMS that the service will send: two counts, held together here."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channels.sms import gsm7
from delivery.model import Lane
from foundation.encryption import Keys
from foundation.signed_links import short_path
from site_builder.content import sms
from subscriptions.words.item import Item
from subscriptions.words.mail import Site
from subscriptions.words.sms import CRISIS_PARTS, item_text

NAME, BASE, ADDRESS = "Provkommun", "https://kommun.example", "/driftinfo/vattenlacka/"
KEYS = Keys(["nyckel-for-prov-" + "1" * 32])
LEAVE = BASE + short_path(KEYS, 36**4 - 1, datetime(2026, 11, 30, tzinfo=UTC))
SIGNS = st.text(st.sampled_from(sorted(sms.BASIC | sms.TWICE)), max_size=700)


def leaving(words: str) -> str:
    """What the service sends of an alert."""
    item = Item(1, "Rubrik", "", BASE + ADDRESS, (), None, sms=words, kind="Alert")
    return item_text(Site(NAME, BASE, "a@kommun.example"), item, Lane.CRISIS, LEAVE, two_way=False)


def test_both_have_the_same_alphabet() -> None:
    assert sms.BASIC == gsm7.BASIC
    assert sms.TWICE | {"\f"} == gsm7.ESCAPED
    assert (sms.SINGLE, sms.MULTI) == (gsm7.SINGLE, gsm7.MULTI)
    assert (sms.UCS2_SINGLE, sms.UCS2_MULTI) == (gsm7.UCS2_SINGLE, gsm7.UCS2_MULTI)


@given(SIGNS)
def test_both_count_the_same_parts(text: str) -> None:
    assert sms.parts(text) == len(gsm7.pack(text).parts)
    assert sms.septets(text) == gsm7.count(text)


@given(st.text(st.sampled_from("abж😀"), max_size=300))
def test_both_count_the_same_parts_in_other_alphabets(text: str) -> None:
    text += "ж"
    assert sms.parts(text) == len(gsm7.pack(gsm7.normalise(text.replace("😀", "-"))).parts)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("Koka vattnet.", 1),
        ("Koka vattnet i Lindalen och Åva till klockan 16. Hämta vatten på torget. Läs mer på webben.", 2),
        ("Koka vattnet – ”alla” i Åva…", 1),
        ("Zoë på café – naïv", 1),
        ("[" * 80, 2),
        ("Кипятите воду", 2),
    ],
)
def test_the_editor_sees_what_leaves(words: str, parts: int) -> None:
    told = sms.as_sent(NAME, BASE, ADDRESS, words)
    assert sms.parts(told) == len(gsm7.pack(leaving(words)).parts) == parts
    assert len(told) == len(sms.as_sent(NAME, BASE, ADDRESS, "")) + len(words)


def test_no_text_that_is_allowed_is_cut_off() -> None:
    longest = "å" * sms.SINGLE
    assert longest in leaving(longest)
    assert sms.parts(sms.as_sent(NAME, BASE, ADDRESS, longest)) <= CRISIS_PARTS
