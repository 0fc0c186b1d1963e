"""This room keeps who follows what, how they come and how they leave.

contacts       one person's register: shown, changed, paused, left, forgotten
personal_data  all that is stored about a person: a copy of it, or its erasure
signup         ask, prove the address, begin
bounces        what comes back, and whom it silences
retention      what is forgotten, and when
rekey          everything under the newest key
"""
