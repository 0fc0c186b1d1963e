"""The outbox's other users are installed services that name themselves: the worker sends their messages too.

An entry point of the group is a function of (settings, keys) that makes the users for one lane.
"""

from collections.abc import Sequence
from importlib.metadata import entry_points

from delivery.sending.users import User
from delivery.settings import DeliverySettings
from foundation.encryption import Keys

GROUP = "medborgarfokus.outbox_users"


def installed(settings: DeliverySettings, keys: Keys) -> Sequence[User]:
    """Those of every installed service, in the order of their names."""
    found = sorted(entry_points(group=GROUP), key=lambda one: one.name)
    return [user for one in found for user in one.load()(settings, keys)]
