"""SMS leave by a provider.

addresses  mobile numbers as people type them
gsm7       the alphabet, the parts and the shortening
composing  an SMS for one recipient
twilio     the provider
inbox      an SMS as the local inbox of development shows it
"""

from delivery.channels.kinds import Addresses, ChannelKind, ChannelWords, Proof, register
from delivery.channels.sms import addresses
from foundation.limits import of_phone

KIND = register(
    ChannelKind(
        "sms",
        ChannelWords(
            address="Mobilnummer",
            new_address="Nytt mobilnummer",
            here="sms till det här mobilnumret",
            full="Just nu kan vi inte skicka fler sms, så du har inte fått något. Försök igen om en timme, "
            "eller välj e-post. Fyllde du också i en e-postadress har vi skickat ett mejl dit.",
            field="mobil",
            input="tel",
        ),
        Addresses(addresses.normalise, addresses.looks_like, addresses.domain, of_phone),
        Proof.CODE,
        marks_copies=False,
        keeps_quiet_hours=True,
        joins_news=False,
        bounces=False,
        costs=True,
    )
)
