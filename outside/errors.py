"""What can be wrong with what is outside: one tree, each message in two parts, what is the matter and how to mend it."""

from datetime import datetime


class OutsideError(Exception):
    """Something outside cannot be asked or reached.

    `message` says what and where, `mend` what to do next, both in Dutch and without anything a resident wrote. `until` is set where
    the other side itself said from when it may be asked again.
    """

    def __init__(self, message: str, mend: str, until: datetime | None = None) -> None:
        super().__init__(f"{message} {mend}")
        self.message = message
        self.mend = mend
        self.until = until


class SecretMissing(OutsideError):
    """A secret is not where the configuration says it is kept."""


class RequestRefused(OutsideError):
    """A request was refused by our own guard: a forbidden address, too large, too slow, too many redirects."""
