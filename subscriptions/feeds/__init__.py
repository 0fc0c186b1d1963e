"""This room turns a feed's bytes into items that may be sent, each once.

fetching       a document over HTTP
xml_source     its bytes as XML that a strict parser reads
cap            the alert in an entry
dates, plain_text  dates and words as feeds write them
entry_ids      what an entry is known by
feed           a document as entries
reader_process, reader_pool  documents read in processes with limits
ingest         one poll: claim, fetch, judge, store
archives       a gap closed by archive pages, step by step
items          every entry in every revision once
release_rules  what becomes of one new entry: sent, held or never sent
repeats        what says nothing new
replacements   which items replace which
"""
