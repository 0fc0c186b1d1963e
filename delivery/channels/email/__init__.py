"""E-mail: a mail prepared once (mime), its bounce address (verp), the conversation with the relay (smtp)."""

from delivery.channels.kinds import ChannelKind, register

# Its mark is the Message-ID (RFC 5322, 3.6.4).
KIND = register(ChannelKind("email", marks_copies=True, keeps_quiet_hours=False, joins_news=True))
