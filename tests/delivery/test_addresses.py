"""Addresses are made into one spelling, or refused with a Swedish sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.addresses import AddressError, normalise_either
from delivery.channels.email.addresses import normalise as normalise_email
from delivery.channels.sms.addresses import normalise as normalise_phone
from delivery.model import Channel


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Anna.Berg@Exempel.SE ", "anna.berg@exempel.se"),
        ("anna+kommun@exempel.se", "anna+kommun@exempel.se"),
        ("åsa@räksmörgås.se", "åsa@räksmörgås.se"),
        ("anna@xn--rksmrgs-5wao1o.se", "anna@räksmörgås.se"),
    ],
)
def test_mail_addresses_get_one_spelling(typed: str, stored: str) -> None:
    assert normalise_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "", "anna", "anna@", "anna@exempel", "anna@exempel.se\r\nBcc: bo@exempel.se", "anna@[127.0.0.1]",
        '"a b"@exempel.se', "anna berg@exempel.se", "\u200b@\u200b", "a@b@exempel.se",
        "anna@localhost",
        "Anna <anna@exempel.se>", "anna@exempel.se,bo@exempel.se", "a" * 400 + "@exempel.se",
    ],
)  # fmt: skip
def test_what_is_no_single_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressError, match="e-postadress"):
        normalise_email(typed)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("070-174 06 05", "+46701740605"),
        ("+46 (0)70 174 06 05", "+46701740605"),
        ("0046701740605", "+46701740605"),
        ("46701740605", "+46701740605"),
    ],
)
def test_phone_numbers_become_e164(typed: str, stored: str) -> None:
    assert normalise_phone(typed, ["+46"]) == stored


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("0900-123 45 67", "mobilnummer"),  # premium
        ("0939-123 45", "tar inte emot sms"),
        ("020-12 34 56", "tar inte emot sms"),
        ("08-578 291 00", "tar inte emot sms"),
        ("+4790012345", r"\+46"),
        ("+88213123456", "mobilnummer"),  # satellite
        ("112", "mobilnummer"),
        ("070-174 06 05;ext=1", "sms|mobilnummer"),
        ("\u200b\u00ad", "mobilnummer"),
        ("070\n174 06 05", "mobilnummer"),
        ("", "mobilnummer"),
    ],
)
def test_numbers_that_cost_or_cannot_receive_are_refused(typed: str, why: str) -> None:
    with pytest.raises(AddressError, match=f"(?i){why}"):
        normalise_phone(typed, ["+46"])


INVISIBLE = "\u00a0\u202f\u2007\u2009\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad"
TURNING = "\u200e\u200f\u061c\u202a\u202c\u202e\u2066\u2069\u2800\ufe0f"


@pytest.mark.parametrize("sign", INVISIBLE + TURNING, ids=ascii)
def test_signs_that_do_not_show_come_along_when_pasted_and_are_cleaned_away(sign: str) -> None:
    for place in range(len("anna@exempel.se") + 1):
        assert (
            normalise_email("anna@exempel.se"[:place] + sign + "anna@exempel.se"[place:]) == "anna@exempel.se"
        )
    for place in range(len("0701740605") + 1):
        typed = "0701740605"[:place] + sign + "0701740605"[place:]
        assert normalise_phone(typed, ["+46"]) == "+46701740605"
    assert normalise_either(f"{sign}070-174{sign}06 05{sign}{sign}", ["+46"]) == (Channel.SMS, "+46701740605")


def test_other_countries_are_let_in_by_setting() -> None:
    assert normalise_phone("+47 400 12 345", ["+46", "+47"]) == "+4740012345"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_refused_or_safe_in_a_header(typed: str) -> None:
    for normalise in (normalise_email, lambda text: normalise_phone(text, ["+46"])):
        try:
            stored = normalise(typed)
        except AddressError:
            continue
        assert stored.isprintable()
        assert not set(stored) & set('\r\n,;<>" ')
