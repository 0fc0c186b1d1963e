"""The secret link to a case: whoever has it reads the case and writes to it, and nobody else does."""

from datetime import datetime

from foundation import signed_links
from foundation.encryption import Keys
from foundation.signed_links import Purpose, Token


def case_path(keys: Keys, case_id: int, created_at: datetime) -> str:
    """Lasts as long as the case."""
    return f"/arende/{signed_links.sign(keys, Purpose.CASE, case_id, created_at)}/"


def parse(text: str) -> Token | None:
    """The parts of a token, unproven; None where it is not shaped like one."""
    return signed_links.parse(text)


def is_valid(keys: Keys, token: Token, created_at: datetime, now: datetime) -> bool:
    """True when one of our keys signed it for the case that was made at ``created_at``."""
    return signed_links.is_valid(keys, Purpose.CASE, token, created_at, now)


def follower_token(keys: Keys, follower_id: int, created_at: datetime) -> str:
    """For whoever follows a known fault: prove the address, stop following."""
    return signed_links.sign(keys, Purpose.FOLLOWER, follower_id, created_at)


def is_follower(keys: Keys, token: Token, created_at: datetime, now: datetime) -> bool:
    """True when one of our keys signed it for the follower of that moment."""
    return signed_links.is_valid(keys, Purpose.FOLLOWER, token, created_at, now)


def number(case_id: int, created_at: datetime) -> str:
    """What a case is called: ``2026-17``. It may be read aloud and says nothing."""
    return f"{created_at:%Y}-{case_id}"
