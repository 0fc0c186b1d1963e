"""The site as the editor works with it: held in memory, judged with unsaved text, published.

held       the site as it stands in the files, read again where they have changed
titles     records by the titles that editors see
judging    what check says of a record with unsaved text, and the page as it would look
planning   what a publication would do, worked out before anything leaves
stamps     what pressing a button sets: state, moments, changes
publishing a record's new text goes to its file, to the history and to the site
"""
