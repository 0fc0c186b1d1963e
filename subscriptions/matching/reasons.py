"""A message says why it comes: by the names of what its reader follows, as they were chosen."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, select

from foundation.database import chunks
from subscriptions.model import Frequency
from subscriptions.tables import choices, item_targets

Reasons = dict[tuple[int, int], list[str]]
"""By contact and item: the labels of the choices that brought the item."""


def labels_behind(
    connection: Connection,
    contact_ids: Collection[int],
    item_ids: Collection[int],
    frequency: Frequency | None,
) -> Reasons:
    """The labels of each contact's choices that an item answers to, in the order of their names.

    ``frequency``: only choices of this frequency; None for crisis messages, which ignore it.
    """
    found: Reasons = defaultdict(list)
    query = (
        select(choices.c.contact_id, item_targets.c.item_id, choices.c.label)
        .join_from(choices, item_targets, item_targets.c.target_id == choices.c.target_id)
        .where(choices.c.label != "")
        .order_by(choices.c.label, choices.c.target_id)
    )
    if frequency is not None:
        query = query.where(choices.c.frequency == frequency)
    for people in chunks(sorted(contact_ids)):
        for things in chunks(sorted(item_ids)):
            here = query.where(choices.c.contact_id.in_(people), item_targets.c.item_id.in_(things))
            for contact_id, item_id, label in connection.execute(here):
                found[contact_id, item_id].append(label)
    return found
