"""This room gives an item the words that people read in a message.

item           what a message is about
swedish        order, lists and sentences as Swedish has them
sms            the words of each SMS
mail           the words of news, digests, crisis messages and their end
rendering      the templates
transactional  confirmations, links and codes that somebody asked for
"""
