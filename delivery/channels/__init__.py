"""Each channel has a sender, which turns one ``Message`` into one ``Result`` and never raises.

kinds   what delivery must know of a channel, and which there are
email/  SMTP, MIME and bounce addresses
sms/    the SMS alphabet, and Twilio
local   the inbox of development and demonstration
"""

from delivery.channels import email, sms

KINDS = (email.KIND, sms.KIND)
"""Those that the house brings; others make themselves known (``kinds.register``)."""
