"""The municipality's own people log in here: OpenID Connect, roles, a session that can be revoked.

settings  the provider, what its claims mean, how long a session lasts
members   who is logged in, and with which roles
tables    sessions, and logins on their way
sessions  a session begins, is found again, ends
openid    the provider's two requests and the proof of its answer
spare     codes in a sealed envelope, for when the provider is away
gate      no request passes without a session, nor from another site
pages     log in and log out

A service wraps its application, ``StaffGate(app, rules, engine, clock)``, includes ``pages.make_router``,
and reads ``request.state.staff`` (``members.StaffMember``) in its routes. Which roles may do what, it knows.
Citizens never log in: their links are signed, and they get no cookie (see docs/decisions).
"""
