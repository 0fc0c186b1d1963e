"""This room reads what comes back by mail: which delivery it speaks of, and what it says became of it.

report    one incoming message read: bounce, delay, delivered, complaint, or nothing of ours
parts     a message taken apart within limits
status    the machine-readable part of a bounce (RFC 3464)
words     what the words beside codes, or instead of them, say
replies   bounces in words, told from vacations, challenges and warnings of delay
"""
