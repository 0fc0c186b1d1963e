"""SMS: the alphabet, the parts and the shortening (gsm7), and the provider (twilio)."""
