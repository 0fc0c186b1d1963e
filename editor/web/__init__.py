"""The editor's pages: server-rendered, without script, below `/redigera/`.

app        the application put together
desk       what every page needs: the site, the publisher, the templates, who is at work
overview   the first page: what there is to do, and search over everything
opening    a record opened: as it is published, as a proposal has it, as it once was, or new
writing    a record as a form: changed, checked, previewed, kept as a draft, published
history    who changed a record, when, and what; older versions taken back; a page taken down
reviewing  a proposal: its differences and plan, remarks, approval, publication, a signed link
alarm      the alert's form, for a phone
files      pictures and documents: put there, looked over
calendar   what begins, ends and is to be looked over
"""
