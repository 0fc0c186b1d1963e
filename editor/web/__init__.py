"""The editor's pages: server-rendered, without script, below `/redigera/`.

app       the application put together
desk      what every page needs: the site, the publisher, the templates, who is at work
overview  the first page: what there is to do, and search over everything
writing   a record as a form: changed, checked, previewed, published
"""
