"""SMS leave by a provider.

gsm7       the alphabet, the parts and the shortening
composing  an SMS for one recipient
twilio     the provider
inbox      an SMS as the local inbox of development shows it
"""

from delivery.channels.kinds import ChannelKind, register

KIND = register(ChannelKind("sms", marks_copies=False, keeps_quiet_hours=True, joins_news=False))
