"""A page and its cursor in one transaction: nothing twice, whoever brought it first; who answers what."""
