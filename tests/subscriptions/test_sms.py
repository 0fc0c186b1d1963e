"""SMS: what fits, how it is split, and what is written otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channels.sms.gsm7 import BASIC, ESCAPED, count, fit, is_gsm7, normalise, pack

GSM7 = st.text(st.sampled_from(sorted(BASIC | ESCAPED)), max_size=800)


def test_swedish_letters_cost_one_septet_each() -> None:
    assert pack("å" * 160).parts == ("å" * 160,)
    assert [len(part) for part in pack("å" * 161).parts] == [153, 8]


def test_an_escape_pair_is_never_torn_apart() -> None:
    packed = pack("a" * 152 + "€" + "b" * 20)
    assert packed.parts == ("a" * 152, "€" + "b" * 20)


def test_a_text_of_only_escape_pairs_takes_76_to_a_part() -> None:
    assert [len(part) for part in pack("€" * 160).parts] == [76, 76, 8]


def test_other_alphabets_take_70_in_one_part_and_67_in_several() -> None:
    assert pack("ж" * 70).encoding == "ucs2"
    assert [len(part) for part in pack("ж" * 71).parts] == [67, 4]


def test_a_surrogate_pair_is_never_torn_apart() -> None:
    packed = pack("ж" * 66 + "𝄞" + "ж" * 10)
    assert packed.parts[0] == "ж" * 66


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Vatten – ”stängt” i dag…", 'Vatten - "stängt" i dag...'),
        ("kommunens’ sida", "kommunens' sida"),
        ("café à la Crème", "café à la Crème"),
        ("Łódź, naïve, Đ", "Lodz, naive, Đ"),
        ("rad\u00a0ett\r\nrad\ttvå", "rad ett\nrad två"),
        ("varning ⚠️ is\u200b", "varning is"),
        ("a\u202eb", "ab"),
        ("å", "å"),
    ],
)
def test_a_text_is_written_in_letters_that_phones_have(written: str, sent: str) -> None:
    assert normalise(written) == sent


def test_swedish_text_with_typographic_signs_stays_gsm7() -> None:
    assert is_gsm7(normalise("Risk för översvämning – håll dig borta från Fnyskdiket… ”Följ” råden’"))


@given(GSM7)
def test_the_parts_are_the_text_and_each_fits(text: str) -> None:
    packed = pack(text)
    assert "".join(packed.parts) == text
    assert all(count(part) <= (160 if len(packed.parts) == 1 else 153) for part in packed.parts)
    assert all(count(a + b[0]) > 153 for a, b in zip(packed.parts, packed.parts[1:], strict=False))


@given(st.text(max_size=300))
def test_the_parts_of_any_text_fit(text: str) -> None:
    packed = pack(text)
    single, multi = (160, 153) if packed.encoding == "gsm7" else (70, 67)
    assert "".join(packed.parts) == text
    assert all(count(part) <= (single if len(packed.parts) == 1 else multi) for part in packed.parts)


@given(st.text(max_size=300))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(GSM7.map(normalise), st.sampled_from(["", "https://exempel.se/x", "Avsluta: https://exempel.se/s/1"]))
def test_a_shortened_text_fits_and_keeps_its_end(body: str, tail: str) -> None:
    short = fit(body, tail, 1)
    assert len(pack(short).parts) == 1
    assert short.endswith(tail)


def test_a_text_is_cut_at_a_word() -> None:
    assert fit("ord " * 60, "slut", 1).endswith("ord...\nslut")
