"""The search has an index of small files, which js/search-engine.js reads as it needs them.

page   what the search knows of one page, read from its HTML
terms  words as they are indexed, and the file that a word is in
index  the files, kept up to date page by page
"""

from site_builder.publishing.search.index import SearchError, index

__all__ = ["SearchError", "index"]
