"""This room turns Markdown into HTML, and finds what is wrong with a text.

alt_texts          descriptions of pictures that describe nothing
markdown           Markdown to HTML, raw HTML shown as text
sums               a sum is kept on one line
link_names         what a link to a bare address is called
phones             telephone numbers become links
personnummer       identity numbers that must not be published
counts             counts in words that people read
readability        LIX and heavy words
other_markup       what other programs write for headings, lists and signs
pasted_layout      layout that is none: lists, headings and tables copied from elsewhere
web_links          web and mail addresses in running text become links
web_addresses      addresses that lead nowhere for a citizen
unrendered_markup  what was meant for a list or a table and is shown as it stands
"""
