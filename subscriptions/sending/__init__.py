"""Sending: claimed rows pass their last checks and go out, lane by lane.

last_checks  still wanted, not replaced, not suppressed, not expired, not at night
lanes        claim some rows, send them, write down what happened, again
flight       a lane's claimed rows in memory: ready, on their way, finished
compose      from claimed rows to messages: what belongs into one message together
senders      the way out that the settings choose for a channel
"""
