"""Each mail has a bounce address of its own (VERP): it says which delivery bounced, and proves it ours.

``name+studs-<delivery in base 36>-<mac>@domain``: sub-addressing, so that one mailbox or pipe takes them all.
"""

import base64
import re

from foundation.encryption import Keys

PURPOSE = "verp"
MAC_BYTES = 10  # 16 characters; a forged one would only report a bounce
SHAPE = re.compile(r"\+studs-([0-9a-z]{1,13})-([a-z2-7]{16})@", re.IGNORECASE)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def return_path(keys: Keys, sender: str, domain: str, delivery: int) -> str:
    """The envelope sender of one delivery; ``sender`` gives the name before the plus sign."""
    mac = base64.b32encode(keys.sign(PURPOSE, str(delivery), MAC_BYTES)).decode().lower()
    name = sender.partition("@")[0].partition("+")[0]
    return f"{name}+studs-{_base36(delivery)}-{mac}@{domain}"


def delivery_of(keys: Keys, address: str) -> int | None:
    """The delivery that the address was made for under any retained key; None for everything else."""
    match = SHAPE.search(address)
    if match is None:
        return None
    delivery = int(match[1], 36)
    mac = base64.b32decode(match[2].upper())
    return delivery if keys.verify(PURPOSE, str(delivery), mac) else None


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"
