"""The ways out: each turns one ``Message`` into one ``Result``, permanent or temporary, and raises nothing.

What a sender must be able to do stands beside its user: ``lanes.Sender``.
"""

from sqlalchemy import Engine

from delivery.channels.email import smtp
from delivery.channels.email.smtp import SmtpSender
from delivery.channels.local import LocalSender
from delivery.channels.sms.twilio import TwilioSender
from delivery.model import Channel, Lane
from foundation.encryption import Keys
from foundation.signed_links import status_path
from subscriptions.settings import Settings

__all__ = ["LocalSender", "SmtpSender", "TwilioSender", "open_sender"]


def open_sender(
    settings: Settings, keys: Keys, engine: Engine, channel: Channel, lane: Lane
) -> SmtpSender | TwilioSender | LocalSender | None:
    """The way out that the settings choose for a channel; None where there is none (SMS without Twilio)."""
    if channel == Channel.EMAIL and settings.smtp_url:
        patience = smtp.CRISIS_PATIENCE if lane == Lane.CRISIS else smtp.PATIENCE
        return SmtpSender(settings.smtp_url, settings.smtp_timeout, patience)
    if channel == Channel.SMS and settings.twilio_account_sid and not settings.demonstration:
        return TwilioSender(
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token,
            sender=settings.twilio_sender,
            callback=lambda delivery: settings.public_url + status_path(keys, delivery),
            api_url=settings.twilio_api_url,
            timeout=settings.twilio_timeout,
            connections=settings.sms_connections,
        )
    if settings.environment == "development" or settings.demonstration:
        return LocalSender(engine)
    return None
