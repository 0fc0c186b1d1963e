"""E-mail leaves by SMTP to a relay.

mime            a mail prepared once for many
verp            the bounce address of each mail
smtp            the conversation with the relay
enhanced_codes  what the relay's codes say of an address
"""
