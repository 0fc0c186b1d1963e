"""E-mail leaves by SMTP to a relay.

addresses       mail addresses as people type them
mime            a mail prepared once for many
composing       a mail for one recipient
verp            the bounce address of each mail
smtp            the conversation with the relay
patience        how long the answer to a mail is waited for
enhanced_codes  what the relay's codes say of an address
inbox           a mail as the local inbox of development shows it
"""

from delivery.channels.email import addresses
from delivery.channels.kinds import Addresses, ChannelKind, ChannelWords, Proof, register
from foundation.limits import of_email

KIND = register(
    ChannelKind(
        "email",
        ChannelWords(
            address="E-postadress",
            new_address="Ny e-postadress",
            here="mejl till den här e-postadressen",
            full="Just nu kan vi inte skicka fler mejl, så du har inte fått något. Försök igen om en timme.",
            field="epost",
            input="email",
        ),
        Addresses(addresses.normalise, addresses.looks_like, addresses.domain, of_email),
        Proof.LINK,
        marks_copies=True,  # the Message-ID (RFC 5322, 3.6.4)
        keeps_quiet_hours=False,
        joins_news=True,
        bounces=True,
        costs=False,
    )
)
