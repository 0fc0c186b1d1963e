"""The pages of the case service, for citizens and for those who answer. FastAPI, server-rendered.

app        the routes put together
service    what every route needs
pages      templates, style sheet
openly     statistics, and what is stored about people
nightly    the figures of the statistics, once a day
staff      who answers, as the login says
typed      what somebody has typed into a form
reporting  what, where, send: a report in three steps
following  the case behind its secret link
registering  a call, a visit, a letter, taken in by staff
known      what is reported already, for everybody; each can be followed
open311    the same for programs (GeoReport v2)
open311_format  its JSON and XML
desk       the queue and the case, for those who answer
"""
