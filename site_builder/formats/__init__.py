"""Formats write records as others read them: JSON, feeds, calendars, cards, CAP, a catalogue.

api                          JSON with schemas
feeds, feed_names            which feeds there are and what is in each
feed_formats, feed_extensions  Atom, RSS, JSON Feed
calendars, vcards, cap       iCalendar, vCard, CAP 1.2
catalog                      DCAT-AP-SE
xml_files                    how our XML is written
"""
