"""The site builder turns Markdown files into a published site, open data and feeds.

content/     one module a type of record: fields, rules, what pages show
text/        from Markdown to HTML, and what is wrong with a text
media/       what lies below filer/: pictures made fit for the public, what documents tell of themselves
reading/     from files to records as plain values
site/        what the public may see at a moment, and how it hangs together
formats/     records as others read them: JSON, feeds, calendars, cards, CAP, catalogue
pages/       every address with its template and what the template shows
publishing/  render and publish what changed; the gate
editing/     what helps who writes
mkdocs/      MkDocs as host
cli          the command; config: the site's settings; problems: what is wrong, as data; files: written whole
"""
