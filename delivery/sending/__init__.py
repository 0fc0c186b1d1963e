"""Sending takes claimed rows through their last checks, gives them their words and hands them over.

users        what a user of the outbox brings: its last checks and its words
last_checks  what holds for every message: not suppressed, not expired, not at night
composing    from claimed rows to messages: what belongs into one message together
lanes        claim some rows, send them, write down what happened, again
flight       a lane's claimed rows in memory: ready, on their way, finished
"""
