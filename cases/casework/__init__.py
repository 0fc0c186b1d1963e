"""From a report to its end. Each step is one transaction: the case, its history and the message about it.

receiving  a new case, from whatever way in
history    a case as it stands, what happened to it, and the mail about it
citizens   what whoever reported it does: add, withdraw, say that it is not mended
handling   what those who answer do: take, ask, answer, hand over, close
queue      what waits, by promise
"""
