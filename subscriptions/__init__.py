"""Subscriptions lets citizens follow what the site publishes, by e-mail and SMS.

feeds/       from a feed's bytes to items that may be sent, each once
people/      who follows what, how they come and how they leave
matching/    from an item to those who follow it: at once, or as a digest
words/       from an item to a ready message
sending/     claimed rows pass their last checks and go out, lane by lane
operations/  the worker, the alarms, what the operator is asked
web/         the forms, the pages of one's own, the API, what comes back
commands/    what an operator asks for
cli          the command; settings, model, tables: what the rest speaks of

The package never imports ``site_builder``: feeds, topics.json and titles.json are what passes between them.
"""
