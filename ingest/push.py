"""Stores what a source brings of its own accord: a stream, a call. Readings of the same source go on meanwhile.

The source's row is locked for as long as its page is stored, as a reading does for each of its pages: so neither sees half of the other,
and neither waits for longer than one page.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from psycopg.errors import LockNotAvailable
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ingest.entry import Entry
from ingest.storing.load import Counts, Prepared, store
from models import Source, SourceRun
from models.database import MESSAGES_CAME
from models.words import RunOutcome

PATIENCE = "5s"
"""How long another may hold the source's row; a page is stored in far less."""
LINE = timedelta(hours=1)
"""What comes within this time is one line on the page "Bronnen"."""


class Busy(Exception):
    """The source's row could not be had in time; nothing was stored."""


def lock(session: Session, source_id: str) -> dict[str, Any]:
    """Hold the source's row until the end of the transaction; gives its cursor.

    Raises:
        Busy: another held it for too long, or the source is not in the table yet.
    """
    session.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": PATIENCE})
    try:
        cursor: dict[str, Any] | None = session.scalar(select(Source.cursor).where(Source.id == source_id).with_for_update())
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise Busy(source_id) from error
        raise
    if cursor is None:
        raise Busy(source_id)
    return cursor


def push(session: Session, entry: Entry, page: Prepared, now: datetime, before: dict[str, Any] | None = None) -> Counts:
    """Store a page, count it in the source's line of this hour, and tell who waits for messages when the transaction is kept.

    `before` None leaves the source's cursor as it is, whatever the page says.

    Raises:
        Busy: as `lock`.
        CursorMoved: `before` is given and no longer the source's cursor.
    """
    cursor = lock(session, entry.id)
    counts = store(session, entry, replace(page, cursor=cursor) if before is None else page, cursor if before is None else before, now)
    session.execute(text("SET LOCAL synchronous_commit = on"))  # nobody brings it a second time
    _count(session, entry.id, counts, now)
    if counts.added or counts.changed or counts.removed:
        session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": MESSAGES_CAME})
    return counts


def _count(session: Session, source_id: str, counts: Counts, now: datetime) -> None:
    recent = select(SourceRun).where(SourceRun.source_id == source_id, SourceRun.pushed, SourceRun.started_at > now - LINE)
    line = session.scalar(recent.order_by(SourceRun.started_at.desc()).limit(1))
    if line is None:
        line = SourceRun(source_id=source_id, started_at=now, pushed=True, added=0, changed=0, removed=0, unchanged=0, rejected=0)
        session.add(line)
    line.added += counts.added
    line.changed += counts.changed
    line.removed += counts.removed
    line.unchanged += counts.unchanged
    line.rejected += counts.rejected
    line.outcome = RunOutcome.PARTLY if line.rejected else RunOutcome.DONE
    line.ended_at = now
