"""MkDocs is one more host, and only this room imports it: `mkdocs build` gives the same pages.

plugin  the hooks, which only translate
"""
