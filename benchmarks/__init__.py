"""Measured comparisons: the generated corpus, and what is measured on it."""
