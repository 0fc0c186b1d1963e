"""Mail addresses as people type them get the one spelling that is stored, or are refused with a reason."""

from collections.abc import Iterable

from email_validator import EmailNotValidError, validate_email

from delivery.typed_addresses import MAX_TYPED, AddressError, without_invisible

HINT = "namn@exempel.se"
NO_EMAIL = f"Skriv din e-postadress så här: {HINT}"


def normalise(typed: str, _: Iterable[str] = ()) -> str:
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


def looks_like(typed: str) -> bool:
    """Whether somebody who may type any address means one of mail."""
    return "@" in typed


def domain(address: str) -> str:
    """The part that its mail server answers for."""
    return address.rpartition("@")[2]
