"""Feeds: from a feed's bytes to items that may be sent, each once.

feed           a feed fetched and read
ingest         one poll: claim, fetch, judge, store
items          every entry in every revision once
release_rules  what becomes of one new entry: sent, held or never sent
replacements   which items replace which
"""
