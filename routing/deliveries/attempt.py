"""How one attempt to deliver something ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fate(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Attempt:
    """How one attempt ended; `problem` is the Dutch sentence on the mail page, empty when it was sent.

    `down` says that the other side is out of order, not this one letter: nothing more is tried there in this run. `until` is set where
    the other side said from when it may be asked again.
    """

    fate: Fate
    problem: str = ""
    down: bool = False
    until: datetime | None = None


SENT = Attempt(Fate.SENT)
