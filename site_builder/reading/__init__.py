"""Reading turns files into records as plain values, and gathers every problem on the way.

decoding        from bytes to the text as it should have been saved
front_matter    a file's front matter as strings with lines; yaml_faults tells why it cannot be read
record_file     one file becomes a record, its long texts and its problems
partial         a record some of whose fields cannot be read shows its other faults too
text_checks     what one record's own texts and fields get wrong
source          a file that holds a record, well or not, with the lines of what is in it
drafts          what a draft may still say, and what is published may not
field_checks    what fields get wrong together
letter_checks   broken letters
personnummer_checks  identity numbers, wherever in a record they stand
references      where its fields point
indexed_record  what one file holds, as plain values
load            all files, read again only where they have changed
assets          pictures and documents, looked at within limits, again only where they have changed
moved_files     where pictures and documents have gone: the table flyttade-filer.yml
limits          so much time and memory for each file, and no more
cache           what was read is kept for the next run
"""
