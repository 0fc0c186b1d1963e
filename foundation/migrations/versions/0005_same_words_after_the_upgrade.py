"""What was told before the upgrade is known again after it, also where a feed dates its entries anew.

An alert's newest identifier stands beside the one that was told, since its end may refer to either.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BATCH = 1_000
TOLD = ("message_type", "status", "scope", "severity", "area", "instruction", "all_clear")

items = sa.table(
    "items",
    *(sa.column(name) for name in ("id", "entry_id", "title", "summary", "link", "sms", "fingerprint")),
    sa.column("alert", sa.JSON(none_as_null=True)),
)
targets = sa.table("targets", *(sa.column(name) for name in ("id", "kind", "value")))
item_targets = sa.table("item_targets", sa.column("item_id"), sa.column("target_id"))


def upgrade() -> None:
    """Fingerprints as the release rules make them from now on, out of what is stored."""
    op.add_column("items", sa.Column("latest_alert_id", sa.String(500), nullable=True))
    op.create_index("ix_items_publisher_latest_alert_id", "items", ["publisher", "latest_alert_id"])
    connection = op.get_bind()
    change = (
        sa.update(items).where(items.c.id == sa.bindparam("b_id")).values(fingerprint=sa.bindparam("b_print"))
    )
    for rows in _batches(connection):
        meant = _targets(connection, [row.id for row in rows])
        connection.execute(
            change, [{"b_id": row.id, "b_print": _fingerprint(row, meant.get(row.id, []))} for row in rows]
        )


def downgrade() -> None:
    """As it was; the fingerprints stay, as no one can say what the former ones were."""
    op.drop_index("ix_items_publisher_latest_alert_id", table_name="items")
    op.drop_column("items", "latest_alert_id")


def _batches(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    last = 0
    while rows := connection.execute(
        sa.select(items).where(items.c.id > last).order_by(items.c.id).limit(BATCH)
    ).all():
        yield rows
        last = rows[-1].id


def _targets(connection: sa.Connection, numbers: list[int]) -> dict[int, list[str]]:
    """What each item is about, save for the page and the crisis lane, which its words do not say."""
    found: dict[int, list[str]] = {}
    query = (
        sa.select(item_targets.c.item_id, targets.c.kind, targets.c.value)
        .join(targets, targets.c.id == item_targets.c.target_id)
        .where(item_targets.c.item_id.in_(numbers), targets.c.kind.not_in(("page", "crisis")))
    )
    for row in connection.execute(query):
        found.setdefault(row.item_id, []).append(f"{row.kind} {row.value}")
    return found


def _fingerprint(row: Any, meant: list[str]) -> bytes:
    """As ``subscriptions.feeds.release_rules.fingerprint`` of this version."""
    alert = row.alert or {}
    seen = {name: alert[name] for name in TOLD if alert.get(name)}
    if "severity" in seen:
        seen["severity"] = seen["severity"].capitalize()
    link = "" if _is_own_name(row, alert) else row.link
    title, summary, sms = ("".join(words.split()) for words in (row.title, row.summary, row.sms))
    text = json.dumps([title, summary, link, sms, seen, sorted(meant)], sort_keys=True)
    return hashlib.sha256(text.encode()).digest()


def _is_own_name(row: Any, alert: dict[str, Any]) -> bool:
    if row.link == row.entry_id:
        return True
    if not alert or not (row.summary or alert.get("instruction")):
        return False
    names = {re.split(r"[/:#?=]", row.entry_id.rstrip("/"))[-1], alert.get("identifier", "")} - {""}
    return not names.isdisjoint(re.split(r"[/#?=&]", row.link))
