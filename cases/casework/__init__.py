"""From a report to its end. Each step is one transaction: the case, its history and the message about it.

receiving  a new case, from whatever way in
history    a case as it stands, what happened to it, and the mail about it
citizens   what whoever reported it does: add, withdraw, say that it is not mended
handling   what those who answer do: take, ask, answer, hand over, close
queue      what waits, by promise
watch      reminders before a promise runs out, escalation after it
people     a copy of what is stored, erasure, weeding
rekey      all under the newest key
statistics how well it goes, as open data
known      known faults: what is approved to be shown
following  who wants to know when one is mended
mail       a mail to the official box becomes a case
photos     pictures made anew from their pixels
"""
