"""The web application serves the service's pages, its API and, where asked for, the built site.

app         the application put together
service     what every route needs
pages       its templates, its sheet, its links
forms       what people typed, checked
following   sign up, confirm, the SMS code
sent_to     where the mail went, sealed into the token of the page that says so
managing    see, change, pause, export, erase
leaving     leave by link, button, one-click POST and short link
days        days as people write them in a form
first_news  when a new follower hears from us for the first time
faults      what is wrong with what a program posted, in Swedish
reporting   the accessibility form, the privacy page
webhooks    what the SMS provider tells
api         the same as JSON
api_shapes  what the API takes and answers
operations  health and metrics
inbox       the local inbox of development
"""
