"""How long a source that keeps failing is left alone. Values in, values out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

LONGEST = timedelta(hours=6)
OPENS_AT = 5
"""Failures in a row after which the administrator hears of it, once, until the source does it again."""


@dataclass(frozen=True)
class Patience:
    """What is remembered of a source between readings. `open_since`: from when on it counts as out of order."""

    failures: int = 0
    open_since: datetime | None = None
    next_read_at: datetime | None = None


def after_failure(before: Patience, source_id: str, every: timedelta, until: datetime | None, now: datetime) -> Patience:
    """One failure more: wait until the moment that the server named, else twice as long as after the failure before."""
    failures = before.failures + 1
    opened = before.open_since or (now if failures >= OPENS_AT else None)
    return Patience(failures, opened, until or now + wait(source_id, failures, every))


def wait(source_id: str, failures: int, every: timedelta) -> timedelta:
    """From `every` on doubled with each failure, at most six hours; up to a quarter less, so that sources do not come back all at once."""
    whole = min(every * int(2 ** min(failures - 1, 20)), LONGEST)
    return whole * (1 - Random(f"{source_id} {failures}").random() / 4)  # noqa: S311 - spread, not secrecy
