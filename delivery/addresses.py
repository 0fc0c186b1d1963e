"""Addresses as people type them get the one spelling that is stored: each channel knows its own.

The reasons for a refusal are Swedish sentences for the form.
"""

from collections.abc import Iterable

from delivery.channels import kinds
from delivery.channels.email.addresses import NO_EMAIL
from delivery.channels.sms.addresses import HINT, NO_PHONE
from delivery.typed_addresses import AddressError as AddressError
from foundation.encryption import Keys

NO_ADDRESS = f"{NO_EMAIL}, eller ditt mobilnummer så här: {HINT}"


def normalise(channel: str, typed: str, prefixes: Iterable[str]) -> str:
    """The address as the channel stores it; raises AddressError. ``prefixes``: numbers that may be used."""
    return kinds.of(channel).addresses.normalise(typed, prefixes)


def guess_channel(typed: str) -> str:
    """Which kind of address somebody typed where any is welcome: the first channel that knows its like."""
    return next(kind.name for kind in kinds.known() if kind.addresses.looks_like(typed))


def normalise_either(typed: str, prefixes: Iterable[str]) -> tuple[str, str]:
    """The channel and the address, where any is welcome; raises AddressError.

    Of what is none of them we do not know which was meant, so the reason shows how each is written.
    """
    channel = guess_channel(typed)
    try:
        return channel, normalise(channel, typed, prefixes)
    except AddressError as error:
        raise AddressError(NO_ADDRESS if str(error) in (NO_EMAIL, NO_PHONE) else str(error)) from error


def domain_lookup(keys: Keys, channel: str, address: str) -> bytes | None:
    """The keyed hash of an address's domain (``contacts.domain_lookup``); None where it has none."""
    domain = kinds.of(channel).addresses.domain(address)
    return keys.lookup(f"domain:{domain}") if domain else None
