"""Editing helps the person who writes: drafts, schemas, fixes, preview.

new, placeholders   a valid draft
documentation       what the models say of their fields
schema              JSON Schemas and settings for editors
fixes               what check --fix mends
rename              what site-builder mv does; rename_asset: to a picture or document
report              problems as text, GitHub annotations or JSON
preview, serving    the site with drafts, served as the real one
examples            records dated from today
"""
