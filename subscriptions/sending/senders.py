"""The way out that the settings choose for a channel, and how much may leave by it at once.

What a sender must be able to do stands beside its user: ``delivery/sending/lanes.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from delivery.channels import email, sms
from delivery.channels.email import inbox as mail_inbox
from delivery.channels.email.patience import for_crisis, for_news
from delivery.channels.email.smtp import SmtpSender
from delivery.channels.local import LocalSender
from delivery.channels.sms import inbox as sms_inbox
from delivery.channels.sms.twilio import TwilioSender
from delivery.message import Message
from delivery.model import Lane
from delivery.outbox import BATCH
from delivery.sending.lanes import Sender
from foundation.encryption import Keys
from foundation.signed_links import status_path
from subscriptions.settings import Settings

__all__ = ["ROUTES", "LocalSender", "Route", "SmtpSender", "TwilioSender", "open_route"]


@dataclass(frozen=True, slots=True)
class Route:
    """A sender, its connections, spares for slow ones, rows in flight at once, and messages a second."""

    sender: Sender
    connections: int
    spares: int
    window: int
    rate: float


def open_route(settings: Settings, keys: Keys, engine: Engine, channel: str, lane: Lane) -> Route | None:
    """The way out of one lane; None where the settings name none (SMS without Twilio)."""
    makes = ROUTES.get(channel)
    return makes(settings, keys, engine, lane) if makes else None


def is_offered(settings: Settings, channel: str) -> bool:
    """Whether people may choose a channel: where somebody carries its messages."""
    return channel in OFFERED and OFFERED[channel](settings)


def _mail(settings: Settings, keys: Keys, engine: Engine, lane: Lane) -> Route | None:  # noqa: ARG001 - as every route
    patience = for_crisis if lane == Lane.CRISIS else for_news
    room = settings.smtp_connections + settings.smtp_spare_connections
    sender = (
        SmtpSender(settings.smtp_url, settings.smtp_timeout, patience(room))
        if settings.smtp_url
        else _local(settings, engine, mail_inbox.view)
    )
    if sender is None:
        return None
    return Route(
        sender, settings.smtp_connections, settings.smtp_spare_connections, BATCH, settings.email_rate
    )


def _sms(settings: Settings, keys: Keys, engine: Engine, lane: Lane) -> Route | None:  # noqa: ARG001 - as every route
    sender = _twilio(settings, keys) or _local(settings, engine, sms_inbox.view)
    if sender is None:
        return None
    # A news SMS that may have left is not sent again: claim no more than leave at once.
    return Route(sender, settings.sms_connections, 0, settings.sms_connections, settings.sms_rate)


def _twilio(settings: Settings, keys: Keys) -> TwilioSender | None:
    if not settings.twilio_account_sid or settings.demonstration:
        return None
    return TwilioSender(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token,
        sender=settings.twilio_sender,
        callback=lambda delivery: settings.public_url + status_path(keys, delivery),
        api_url=settings.twilio_api_url,
        timeout=settings.twilio_timeout,
        connections=settings.sms_connections,
    )


def _local(
    settings: Settings, engine: Engine, view: Callable[[Message], dict[str, Any]]
) -> LocalSender | None:
    return LocalSender(engine, view) if _is_local(settings) else None


def _is_local(settings: Settings) -> bool:
    """Whether messages stay in the inbox of development."""
    return settings.environment == "development" or settings.demonstration


ROUTES: dict[str, Callable[[Settings, Keys, Engine, Lane], Route | None]] = {
    email.KIND.name: _mail,
    sms.KIND.name: _sms,
}
"""How each channel's way out is made of the settings."""

OFFERED: dict[str, Callable[[Settings], bool]] = {
    email.KIND.name: lambda _: True,  # without a relay it does not start
    sms.KIND.name: lambda settings: bool(settings.twilio_account_sid) or _is_local(settings),
}
"""Which settings make a channel one that people may choose."""
