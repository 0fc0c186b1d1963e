"""What pressing a button sets in a record, so that nobody has to write it: state, moments, changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from site_builder.content.fields import STOCKHOLM

ChangeKind = Literal["", "liten", "stor"]
PUBLIC = ("publicerad", "arkiverad")


def is_published(data: Mapping[str, Any]) -> bool:
    """Whether a record's fields say that citizens see it, now or at its time."""
    return data.get("status") in PUBLIC


def published(
    data: Mapping[str, Any], now: datetime, kind: ChangeKind, note: str, later: str = ""
) -> dict[str, Any]:
    """The fields that change when the record is published: for the first time, or changed as `kind` says.

    `later` is the moment at which a new record is to be shown first, where it is not now.
    """
    moment = f"{now.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
    if not is_published(data):
        later_on = {"publiceras_från": later} if later else {}
        return {"status": "publicerad", "publicerad": moment, **later_on}
    if not kind:
        return {}
    before = data.get("ändringar") or []
    change = {"när": moment, "slag": kind, **({"not": note} if note else {})}
    return {"ändringar": [*(before if isinstance(before, list) else [before]), change]}


def withdrawn(now: datetime) -> dict[str, Any]:
    """The fields that change when the record is taken down now."""
    return {"avpubliceras": f"{now.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"}
