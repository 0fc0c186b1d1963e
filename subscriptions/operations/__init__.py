"""Operations runs the service, watches it, and answers the operator.

worker        polls, fans out and sends for ever
other_users   whose messages the worker sends beside the subscriptions'
bounce_taker  takes what comes back from the mail server
watchdog      alarms: what was published and did not arrive
approval      what is held, and the operator's answers
replay        what people have ended since a restored backup is ended again
doctor        is everything there that the service leans on
beat          a restored backup gives itself away
"""
