"""Subscriptions: the ground of the coming e-mail and SMS service.

The package reads like a table of contents; each module is one noun.

What the rest speaks of
    model       words of the domain: channels, lanes, states, choices, items
    settings    the environment, checked at start
    tables      the database's tables (SQLAlchemy Core)
    crypto      addresses encrypted at rest, keyed hashes, key rotation
    store       engines, transactions, migrations

There is no service yet: these are what it will stand on.

The package never imports ``site_builder``: feeds and topics.json are all that passes between them.
"""
