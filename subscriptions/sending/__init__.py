"""The subscriptions are users of the outbox here. How rows go out is delivery's (``delivery/sending/``).

last_checks  still followed, not replaced, withdrawn, left or paused
compose      what a message is about: items and digests, and answers to requests
wordings     how each channel says things
senders      the way out that the settings choose for a channel
"""
