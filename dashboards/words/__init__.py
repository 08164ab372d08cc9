"""How things are said on a page: notations, terms, rules and reasons, in Dutch."""
