"""SMS: what fits, how it is split, and what is written otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channels.sms.gsm7 import BASIC, ESCAPED, count, fit, is_gsm7, normalise, pack
from delivery.links import web_link

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
        ("Ta med:\n•12 flaskor\n‣ dunkar\n·−5 grader", "Ta med:\n- 12 flaskor\n- dunkar\n- -5 grader"),
        ("3•4, 3∙4, a·b", "3*4, 3*4, a-b"),
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


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("1½ timme", "1 1/2 timme"),
        ("½½", "1/2 1/2"),
        ("1\u2060½ \u200b2⅓", "1 1/2 2 1/3"),
        ("1¹⁄₂ liter, ³/₄ dl, ⅟12", "1 1/2 liter, 3/4 dl, 1/12"),
        ("2½-årig, ½l, ½1", "2 1/2-årig, 1/2l, 1/2 1"),
        ("10 m², 100 ㎡", "10 m2, 100 m2"),
        ("3³ och 10⁻³, (a+b)²", "3^3 och 10^-3, (a+b)^2"),
        ("x²3, CO₂, 3₂, log₂8", "x2 3, CO2, 3_2, log2 8"),
        ("−15°, 20 °C, 20 ℃, 45°-vinkel", "-15 grader, 20 C, 20 C, 45 grader-vinkel"),
        ("①② 4❶ ⑩", "1 2 4 1 10"),
        ("3·4, 5 ± 1, 0,2‰, ≥ 3", "3*4, 5 +/- 1, 0,2 promille, >= 3"),
        ("buss🚌4, 3➕4, Hej😀!", "buss 4, 3 4, Hej!"),
        ("1️⃣1️⃣2️⃣", "112"),
        ("Torget → Skolan", "Torget -> Skolan"),
        ("a\x0bb\u2028c", "a\nb\nc"),
    ],
)
def test_numbers_and_signs_say_what_they_said(written: str, sent: str) -> None:
    assert normalise(written) == sent


@pytest.mark.parametrize("written", ["gräns ≠ 5", "हिन्दी में सूचना", "ไม่มีน้ำ", "مَاء", "5 µg", "Đ ŋ"])
def test_what_has_no_equal_in_gsm7_stays_as_it_is(written: str) -> None:
    assert normalise(written) == written


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://kommun.se/nyheter/vårt–arbete", "https://kommun.se/nyheter/v%C3%A5rt%E2%80%93arbete"),
        ("Se (https://åre.se/½).", "Se (https://xn--re-xia.se/%C2%BD)."),
        ("”www.kommun.se/x–y” – nu…", '"www.kommun.se/x%E2%80%93y" - nu...'),
        ("kommun.se/a’b, och/eller–så", "kommun.se/a%E2%80%99b, och/eller-så"),
        ("https://kommun.se/?q=100%25&x=%C3%A5~_", "https://kommun.se/?q=100%25&x=%C3%A5~_"),
        ("https://kommun.se/a…", "https://kommun.se/a..."),
    ],
)
def test_a_link_leads_where_it_led(written: str, sent: str) -> None:
    assert normalise(written) == sent


def test_a_link_is_never_cut_off() -> None:
    body = normalise("Läs mer på https://kommun.example/" + "lang-adress" * 20)
    assert fit(body, "slut", 1) == "Läs mer på...\nslut"


@pytest.mark.parametrize(
    ("link", "sent"),
    [
        ("https://kommun.example/min fil.pdf", "https://kommun.example/min%20fil.pdf"),
        (" https://kommun.example/å\u200b\n", "https://kommun.example/%C3%A5"),
        ('https://kommun.example/a<b>"c|d\\', "https://kommun.example/a%3Cb%3E%22c%7Cd%5C"),
        ("https://kommun.example/100%/%C3%A5", "https://kommun.example/100%25/%C3%A5"),
        ("HTTPS://räksmörgås.example:8080/#å", "HTTPS://xn--rksmrgs-5wao1o.example:8080/#%C3%A5"),
        ("https://a b/", ""),
        ("https://[1/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_web_link_is_written_in_ascii_or_is_none(link: str, sent: str) -> None:
    assert web_link(link) == sent
