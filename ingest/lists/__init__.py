"""How a list at a source is walked to its end and looked at again, so that nothing is missed and nothing that is gone stays."""
