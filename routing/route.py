"""From understood messages to signals, tickets and alerts.

Two steps, each in many small transactions: messages into signals, then signals to departments. A crash at any commit leaves work lists
(`message.grouping_due`, `signal.summary_due`) that the next run picks up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from models.database import engine
from routing.alerts.telling import tell
from routing.signals.assess import assess
from routing.signals.gather import gather

MESSAGES = 2000
SIGNALS = 200
LOCK = 0x6C756973
"""Key of the advisory lock: one routing at a time in a database. It goes with its connection, so a crash leaves nothing behind."""


@dataclass(frozen=True)
class Counts:
    """What one run did: messages looked at and grouped, signals assessed, tickets opened, grown and reopened, alerts sent."""

    messages: int
    grouped: int
    signals: int
    opened: int
    grown: int
    reopened: int
    alerted: int


def route(now: datetime, messages: int = MESSAGES, signals: int = SIGNALS) -> Counts:
    """Bring every message that is due into its signal, and every signal where the rules say. Waits for a run that is under way.

    `messages` and `signals` are how many of each go into one transaction.
    """
    with _alone():
        gathered = gather(now, messages)
        assessed, tally = assess(now, signals)
        tell(now)
    return Counts(gathered.seen, gathered.grouped, assessed, tally.opened, tally.grown, tally.reopened, tally.alerted)


@contextmanager
def _alone() -> Iterator[None]:
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
