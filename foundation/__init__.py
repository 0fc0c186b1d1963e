"""The foundation holds what every service of the house stands on, and knows nothing of what they are for.

database       engines, transactions, migrations: one code path for SQLite and PostgreSQL
changes        how a process learns that something was written to the database
event_loop     an event loop in a thread of its own
columns        what every table is made of: moments, numbers, names of constraints
tables         the tables that every service needs
migrations/    the one history of the one database
encryption     addresses encrypted at rest and looked up by keyed hash
signed_links   links that prove who may do what, without a login
limits         how often something may be asked
kept_document  one document over HTTP, kept while it is fresh
outages        a database that is away: told from an error of ours, logged once a minute
upgrading      tables brought up to date, never under a program that still works with the old
migrating      a service that starts while its database is away
journal        what must outlive a restored backup, kept beside the database
working_days   the days that promises count
trust          the machine's own store of certificate authorities
logs, metrics  what the operator reads
security_log   what somebody was refused
settings       how settings are read, proven and refused; those that every service shares
setting_values    what each kind of setting looks like
environment_file  an environment file, read as systemd reads it
web/           guard, server, shell and forms of the pages of any service
staff/         the municipality's own people log in: OpenID Connect, roles, sessions
"""
