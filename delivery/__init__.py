"""Delivery holds the outbox and all that leaves by it.

model        the words: channel, lane, state, outcome
tables       the queue and the ledger
outbox       rows claimed by lease; every attempt written before the network is touched
outcomes     what became of claimed rows, and where they go from there
retries      when to try again, and when to leave a provider alone
recovery     what happens to rows while nobody sends them
quiet_hours  when an SMS that is no crisis may be sent
suppression  addresses that must not be written to
addresses    addresses as people type them, made into the one spelling that is stored
typed_addresses  what was typed, without what does not belong to an address
links        web links in ASCII, which no alphabet changes
plain_text   text from elsewhere, made safe for a message
message      one message, ready to go
settings     what delivery is told by the environment
bounces/     what comes back by mail, read
sending/     claimed rows pass their last checks, get their words and go out, lane by lane
channels/    each way out with its words, limits and sender
"""
