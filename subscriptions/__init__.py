"""Subscriptions: from a feed entry to a message in somebody's pocket.

The package reads like a table of contents; each module is one noun.

What the rest speaks of
    model       words of the domain: channels, lanes, states, choices, items
    settings    the environment, checked at start
    tables      the database's tables (SQLAlchemy Core)
    crypto      addresses encrypted at rest, keyed hashes, key rotation
    store       engines, transactions, migrations

People
    contacts    the register: ask, confirm, choose, pause, leave, export, erase
    links       signed addresses inside messages (leave, manage)
    suppressions who must not be written to, remembered as keyed hashes
    reports     accessibility reports from the public
    audit       who did what

From feed to queue
    feed        one feed document: fetched safely, parsed, sanitised
    ingest      entries become items: baseline, revisions, hold rules
    fanout      items become outbox rows, set by set
    digest      daily and weekly runs, exactly once a period

From queue to pocket
    messages    texts and MIME skeletons (templates/messages)
    gsm7        SMS alphabet, normalisation and parts
    schedule    quiet hours and periods in Swedish local time
    outbox      claim, attempt, send, outcome
    lanes       one sending loop for each lane and channel
    senders     smtp, twilio, local

What comes back, and keeping house
    bounces     VERP, RFC 3464 reports, ARF complaints
    callbacks   the SMS provider's status reports and inbound words
    watchdog    alarms: stuck lanes, silent feeds, dead topics, the canary
    retention   what is forgotten, and when
    metrics     Prometheus
    worker      the loops, started and stopped together
    web         forms and API (its own package)
    cli         commands

The package never imports ``site_builder``: feeds and topics.json are all that passes between them.
"""
