"""The cases as a user of the outbox: what is told by mail, and the last look before it goes.

words  what each message says
user   claimed rows get their words
"""
