"""The editor: municipal editors write, check, preview and publish in the browser. A host of the site builder.

commands    what it brings to `site-builder`
web         its pages
workspace   the site in memory: judged with unsaved text, published
forms       a type's model becomes a form, and what was posted becomes values again
repository  Git: single paths committed, drafts as branches
texts       a record's file: changed field by field
settings    `EDITOR_…`
"""
