"""MkDocs as host, and the only place that imports it: `mkdocs build` gives the same pages.

plugin  the hooks, which only translate
"""
