"""By chat, pager and text message, through apprise: which channels there are, the short form of a letter, and the call."""
