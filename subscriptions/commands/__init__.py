"""Commands answer an operator about one thing each; ``subscriptions.cli`` takes their words apart.

held    what waits for approval, and the answer
people  what is stored about an address: shown, erased, its suppression lifted
staff   a spare code for the login of staff, and logging somebody out
serving the pages, alone or with the worker
opened  the database for as long as a command lasts, and how a command ends
"""
