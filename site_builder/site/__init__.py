"""The site is what the public may see at a moment, and how it hangs together.

site          all records; the public ones by type, topic and body
card          a record as other pages show it
sorting       the order of records in lists
lifetime      from when and until when the public sees a record
addresses     the addresses of pages made from several records, now and at other times
alert_chain   which alert follows upon which
alerts        which alerts are in force, to come, past
due           when the next build must run
first_publication  what a law asks of a notice before it is public
similar       records that may be one and the same, dates that belong together
meeting_addresses  a day is a meeting's address, and a committee may meet twice a day
news_reach    which records are news to those who follow
sms_messages  how an alert will leave as an SMS, and in how many parts
acceptance    the warnings that an editor lets stand
checks        what is wrong between records
asset_checks  what is wrong with pictures and attachments
time_checks   what is wrong now, or will be at a moment that the content itself knows
"""
