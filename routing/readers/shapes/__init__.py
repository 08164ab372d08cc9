"""A digest in the forms that are not mail: an Atom feed, and a sheet for the wall."""
