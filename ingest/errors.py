"""What can be wrong with a source: one tree, each message in two parts, what is the matter and how to mend it."""

from outside.errors import OutsideError as SourceError
from outside.errors import RequestRefused as RequestRefused
from outside.errors import SecretMissing as SecretMissing

__all__ = ["FileRefused", "RequestRefused", "SecretMissing", "SourceError", "UnknownSource"]
"""A SourceError becomes a failed run on the page "Bronnen" and stops nothing else: for whoever reads, a source is all that lies outside."""


class UnknownSource(SourceError):
    """No source of this name is configured."""


class FileRefused(SourceError):
    """One file of a source cannot be read; the source's other files can."""
