"""The subscriptions are users of the outbox here. How rows go out is delivery's (``delivery/sending/``).

last_checks  still followed, not replaced, withdrawn, left or paused
compose      the words of items and digests, and of answers to requests
senders      the way out that the settings choose for a channel
"""
