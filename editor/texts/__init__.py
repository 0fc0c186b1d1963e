"""A record's file as text: its fields are changed here, and nothing else in it.

record_text  changes fields and the body of a file; what is not changed keeps every byte
cleaning     what a browser sends, as it may stand in a file
"""
