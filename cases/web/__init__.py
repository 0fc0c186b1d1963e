"""The pages of the case service, for citizens and for those who answer. FastAPI, server-rendered.

app        the routes put together
service    what every route needs
pages      templates, style sheet
staff      who answers, as the login says
typed      what somebody has typed into a form
reporting  what, where, send: a report in three steps
following  the case behind its secret link
desk       the queue and the case, for those who answer
"""
