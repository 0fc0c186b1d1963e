"""SMS leave by a provider.

gsm7    the alphabet, the parts and the shortening
twilio  the provider
"""
