"""A type's model becomes a form, and what was posted becomes values again.

fields    what a form has, from the model: label, help, kind of control, what is in a repeated part
controls  a value as the browser shows it, and what the browser sent as a value
view      a form as its template shows it, with what is wrong at each control
posted    a whole form: the values that it holds, by the fields of the record
merging   two versions put together, and what differs in words
"""
