"""From Markdown records to a municipality's site, feeds and data."""
