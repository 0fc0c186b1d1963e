"""Publishing turns the site into files that the public sees, and touches only those that changed.

build           read, check, derive, write
outputs         every file with the key that says when it is made again
locating        where in its file a problem of several records stands
rendering       how pages are made; ahead: in a process beside the checks, what it will need
manifest        what the public last saw: the gate that no publication passes unseen
making          what differs is made and published; alerts_alone: where something else is wrong
publish         aside, journal, rename; site_lock: one build at a time
build_metrics   what Prometheus is told of the last build
search          the search index, after the pages
"""
