"""MkDocs as host, and the only place that imports it: `mkdocs build` gives the same pages."""
