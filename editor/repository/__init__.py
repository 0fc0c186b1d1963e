"""Git holds the history: this room speaks to it, by plumbing commands only.

git          one repository: what stands in it, commits of single paths, branches
proposals    drafts, each on a branch of its own, with what was said of them
pushing      what is published is sent to another repository
publication  a file is written and committed so that a crash at any point leaves both or neither
"""
