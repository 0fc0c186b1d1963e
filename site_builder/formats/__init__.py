"""Formats write records as others read them: JSON, feeds, calendars, cards, CAP, a catalogue.

api                          JSON with schemas
feeds, feed_names            which feeds there are and what is in each
feed_formats                 Atom, RSS, JSON Feed; _feed_extensions: what feedgen does not know
calendars, vcards, cap       iCalendar, vCard, CAP 1.2
catalog                      DCAT-AP-SE
registry                     the formats that the modules declare, each with its address and its key
xml_files                    how our XML is written
"""
