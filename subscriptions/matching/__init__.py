"""Matching goes from an item to those who follow it.

topics   what can be followed, as the site tells
fanout   one message for each who follows an item
digest   daily and weekly runs
reasons  why a message comes to somebody
"""
