"""Operations: what runs, watches and is asked by the operator.

worker    polls, fans out and sends for ever
watchdog  alarms: what was published and did not arrive
approval  what is held, and the operator's answers
beat      a restored backup gives itself away
"""
