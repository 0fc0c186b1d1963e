"""Addresses as people type them get the one spelling that is stored, or are refused with a reason.

The reasons are Swedish sentences for the form.
"""

import unicodedata
from collections.abc import Iterable

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from delivery.model import Channel
from foundation.encryption import Keys

MAX_TYPED = 320  # characters; RFC 5321's longest address

UNSEEN = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f")
"""Signs that do not show though Unicode calls them letters, marks and symbols."""

NO_EMAIL = "Skriv din e-postadress så här: namn@exempel.se"
NO_PHONE = "Skriv ditt mobilnummer så här: 070-123 45 67"
NO_ADDRESS = f"{NO_EMAIL}, eller ditt mobilnummer så här: 070-123 45 67"
NOT_MOBILE = "Numret tar inte emot SMS. Skriv ett mobilnummer, till exempel 070-123 45 67"
NOT_ALLOWED = "Vi kan inte skicka SMS till det landet. Använd ett mobilnummer som börjar med {prefixes}"

# Premium, toll-free, pager and voice-over-IP numbers are left out: SMS pumping earns its money there.
MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


class AddressError(ValueError):
    """The address cannot be used; the message is the Swedish sentence to show."""


def without_invisible(typed: str, blank: str) -> str:
    """What somebody pasted, without the signs that came along and do not show; the wide blanks as ``blank``.

    Zero-width signs, soft hyphens and marks of direction are no part of any address.
    """
    shown = (sign for sign in typed if unicodedata.category(sign) != "Cf" and sign not in UNSEEN)
    return "".join(
        blank if unicodedata.category(sign) == "Zs" and sign != " " else sign for sign in shown
    ).strip()


def normalise_email(typed: str) -> str:
    """The e-mail address in Unicode's normal form and lower case; ``+tag`` stays.

    Raises AddressError. Line breaks and quoted local parts are refused. RFC 5321 lets a mail server tell
    ``Anna@`` from ``anna@``; none does, and two contacts would get everything twice.
    """
    typed = without_invisible(typed, "")
    if not typed or len(typed) > MAX_TYPED:
        raise AddressError(NO_EMAIL)
    try:
        return validate_email(typed, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise AddressError(NO_EMAIL) from error


def normalise_phone(typed: str, prefixes: Iterable[str]) -> str:
    """The mobile number in E.164 (``+46701234567``); raises AddressError.

    Numbers without a country code are Swedish. Only ``prefixes`` are accepted (SMS_PREFIXES).
    """
    typed = without_invisible(typed, " ")
    if not typed or len(typed) > MAX_TYPED or not typed.isprintable():
        raise AddressError(NO_PHONE)
    try:
        number = phonenumbers.parse(typed, "SE")
    except NumberParseException as error:
        raise AddressError(NO_PHONE) from error
    if not phonenumbers.is_valid_number(number):
        raise AddressError(NO_PHONE)
    formatted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    allowed = tuple(prefixes)
    if not formatted.startswith(allowed):
        raise AddressError(NOT_ALLOWED.format(prefixes=" eller ".join(allowed)))
    if phonenumbers.number_type(number) not in MOBILE or number.extension:
        raise AddressError(NOT_MOBILE)
    return formatted


def normalise(channel: Channel, typed: str, prefixes: Iterable[str]) -> str:
    """``normalise_email`` or ``normalise_phone``; raises AddressError."""
    return normalise_email(typed) if channel is Channel.EMAIL else normalise_phone(typed, prefixes)


def guess_channel(typed: str) -> Channel:
    """Which kind of address somebody typed where either is welcome."""
    return Channel.EMAIL if "@" in typed else Channel.SMS


def normalise_either(typed: str, prefixes: Iterable[str]) -> tuple[Channel, str]:
    """The channel and the address, where either is welcome; raises AddressError.

    Of what is neither we do not know which was meant, so the reason shows how both are written.
    """
    channel = guess_channel(typed)
    try:
        return channel, normalise(channel, typed, prefixes)
    except AddressError as error:
        raise AddressError(NO_ADDRESS if str(error) in (NO_EMAIL, NO_PHONE) else str(error)) from error


def domain_lookup(keys: Keys, channel: Channel, address: str) -> bytes | None:
    """The keyed hash of a mail address's domain (``contacts.domain_lookup``); None for a phone."""
    if channel is not Channel.EMAIL:
        return None
    return keys.lookup(f"domain:{address.rpartition('@')[2]}")
