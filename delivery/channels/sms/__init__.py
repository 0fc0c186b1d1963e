"""SMS: the alphabet, the parts and the shortening (gsm7), and the provider (twilio)."""

from delivery.channels.kinds import ChannelKind, register

KIND = register(ChannelKind("sms", marks_copies=False, keeps_quiet_hours=True, joins_news=False))
