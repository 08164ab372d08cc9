"""What can be wrong with a source: one tree, each message in two parts, what is the matter and how to mend it."""

from datetime import datetime


class SourceError(Exception):
    """A source cannot be read. It becomes a failed run on the page "Bronnen" and stops nothing else.

    `message` says what and where, `mend` what to do next, both in Dutch and without anything a resident wrote. `until` is set where
    the source itself said from when it may be read again.
    """

    def __init__(self, message: str, mend: str, until: datetime | None = None) -> None:
        super().__init__(f"{message} {mend}")
        self.message = message
        self.mend = mend
        self.until = until


class UnknownSource(SourceError):
    """No source of this name is configured."""


class SecretMissing(SourceError):
    """A secret is not where sources.yaml says it is kept."""


class FileRefused(SourceError):
    """One file of a source cannot be read; the source's other files can."""


class RequestRefused(SourceError):
    """A request to the outside was refused by our own guard: a forbidden address, too large, too slow, too many redirects."""
