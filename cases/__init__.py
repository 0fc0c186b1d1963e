"""Cases takes in reports, views and questions, and sees to it that somebody answers them.

settings    what the service is told by the environment
model       the words: kind, channel, state, outcome, event
tables      a case, its history, its photos
categories  the kinds of cases, as the site publishes them
promises    by when there is to be an answer
words       the same in Swedish, for pages and messages
links       the secret link to a case
casework/   from a report to its end: receive, answer, close, reopen
messages/   the cases as a user of the outbox
cli         the command
web/        the citizen's forms and pages, the desk of those who answer

The package never imports ``site_builder`` nor ``subscriptions``: it knows the municipality through
``api/v1/case-categories.json`` and the site's shell, and leaves by ``delivery``'s outbox.
"""
