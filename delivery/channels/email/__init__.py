"""E-mail leaves by SMTP to a relay.

mime            a mail prepared once for many
composing       a mail for one recipient
verp            the bounce address of each mail
smtp            the conversation with the relay
patience        how long the answer to a mail is waited for
enhanced_codes  what the relay's codes say of an address
inbox           a mail as the local inbox of development shows it
"""

from delivery.channels.kinds import ChannelKind, register

# Its mark is the Message-ID (RFC 5322, 3.6.4).
KIND = register(ChannelKind("email", marks_copies=True, keeps_quiet_hours=False, joins_news=True))
