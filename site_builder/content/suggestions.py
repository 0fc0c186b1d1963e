"""This module guesses what an editor meant by a field's name; no guess is better than a wrong one."""

import difflib
from collections.abc import Iterable

_EVERYDAY = {
    "adress": ("besöksadress",),
    "beskrivning": ("ingress",),
    "epost": ("e-post",),
    "e-postadress": ("e-post",),
    "mail": ("e-post",),
    "mejl": ("e-post",),
    "mejladress": ("e-post",),
    "mobil": ("telefon",),
    "mobilnummer": ("telefon",),
    "rubrik": ("titel",),
    "tel": ("telefon",),
    "tele": ("telefon",),
    "telefonnr": ("telefon",),
    "telefonnummer": ("telefon",),
    "tfn": ("telefon",),
}
"""What people call a field; it counts before the spelling, by which `telefonnummer` is `telefontider`."""
_NEAR = 0.75
"""So alike (0–1) a misspelt name is; less is another word."""


def meant(word: str, known: Iterable[str]) -> str:
    """The known name that `word` stands for; empty where none is likely."""
    names = list(known)
    plain = word.strip().lower().replace("_", "-")
    for name in _EVERYDAY.get(plain, ()):
        if name in names:
            return name
    spelt = {name.replace("_", "-"): name for name in names}
    near = difflib.get_close_matches(plain, spelt, 1, _NEAR)
    return spelt[near[0]] if near else ""
