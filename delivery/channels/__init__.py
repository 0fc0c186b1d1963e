"""The ways out: a sender turns one ``Message`` into one ``Result``, permanent or temporary; none raises.

email/  SMTP, MIME and bounce addresses
sms/    the SMS alphabet, and Twilio
local   the inbox of development and demonstration
"""
