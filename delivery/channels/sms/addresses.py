"""Mobile numbers as people type them get the one spelling that is stored, or are refused with a reason."""

from collections.abc import Iterable

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from delivery.typed_addresses import MAX_TYPED, AddressError, without_invisible

HINT = "070-123 45 67"
NO_PHONE = f"Skriv ditt mobilnummer så här: {HINT}"
NOT_MOBILE = f"Numret tar inte emot SMS. Skriv ett mobilnummer, till exempel {HINT}"
NOT_ALLOWED = "Vi kan inte skicka SMS till det landet. Använd ett mobilnummer som börjar med {prefixes}"

# Premium, toll-free, pager and voice-over-IP numbers are left out: SMS pumping earns its money there.
MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def normalise(typed: str, prefixes: Iterable[str]) -> str:
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


def looks_like(_: str) -> bool:
    """Whatever was typed may be meant for a number, where it is no other kind of address."""
    return True


def domain(_: str) -> str:
    """A number has none."""
    return ""
