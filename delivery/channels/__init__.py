"""Each channel has a sender, which turns one ``Message`` into one ``Result`` and never raises.

email/  SMTP, MIME and bounce addresses
sms/    the SMS alphabet, and Twilio
local   the inbox of development and demonstration
"""
