"""SMS as the subscription service sends them: what their alphabet holds, and how many parts a text takes.

Source: 3GPP TS 23.038 (alphabet), TS 23.040 (several parts). The service counts with code of its own; a test
holds the two together.
"""

import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("^{}\\[~]|€")
"""These take two septets each."""

SINGLE, MULTI = 160, 153
UCS2_SINGLE, UCS2_MULTI = 70, 67
LEAVE_TOKEN = 17
"""Signs of the link by which a reader leaves: 13, and four for the number of more than a million readers."""


def septets(text: str) -> int:
    """What a text in this alphabet takes; one SMS holds 160."""
    return len(text) + sum(letter in TWICE for letter in text)


def odd_signs(text: str) -> str:
    """The signs that are sent as simpler ones, or not at all."""
    return "".join(sorted(set(text) - BASIC - TWICE))


def parts(text: str) -> int:
    """How many parts a text is sent in, its odd signs written as simpler ones; other alphabets take more."""
    text = "".join(_simple(sign) for sign in text)
    if odd_signs(text):
        return _split([2 if ord(sign) > 0xFFFF else 1 for sign in text], UCS2_SINGLE, UCS2_MULTI)
    return _split([septets(sign) for sign in text], SINGLE, MULTI)


def _simple(sign: str) -> str:
    if not odd_signs(sign):
        return sign
    bare = "".join(c for c in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(c))
    if bare and not odd_signs(bare):
        return bare
    return sign if unicodedata.category(sign)[0] == "L" else "-"


def _split(sizes: list[int], single: int, multi: int) -> int:
    """Parts for signs of these sizes, none torn apart."""
    if sum(sizes) <= single:
        return 1
    count, room = 1, multi
    for size in sizes:
        if size > room:
            count, room = count + 1, multi
        room -= size
    return count


def as_sent(name: str, base: str, address: str, words: str) -> str:
    """The message as it leaves: who sends it, the words, the page, and how to leave."""
    return f"{name}: {words}\n{base}{address}\nSluta: {base}/prenumerera/s/{'x' * LEAVE_TOKEN}"
