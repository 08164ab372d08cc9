"""Sources: where messages come from, how their last readings went, and the rows that could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Row, func, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.message import Message
from models.words import Channel, RunOutcome


class Source(Base):
    """A configured place that messages come from. `cursor` is what the source's reader needs to go on: its own shape."""

    __tablename__ = "source"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    channel: Mapped[Channel] = mapped_column(words(Channel))
    purpose: Mapped[str]
    legal_basis: Mapped[str]
    retention_days: Mapped[int]
    audience: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    cursor: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    next_read_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Readings in a row that the source refused or broke off."""
    open_since: Mapped[datetime | None]
    """When it had failed so often that it is only probed now and then; None for a source that is read as usual."""


class SourceRun(Base):
    """One reading of one source: counts, and on failure one sentence on what went wrong and one on how to mend it."""

    __tablename__ = "source_run"
    __table_args__ = (Index("ix_source_run_source_id_started_at", "source_id", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    outcome: Mapped[RunOutcome] = mapped_column(words(RunOutcome))
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    removed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    mend: Mapped[str] = mapped_column(default="")
    pushed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """What the source brought of its own accord within an hour, rather than one reading of ours."""


class RejectedRow(Base):
    """An item of a source that could not be read, kept masked with its reason until someone mends the cause and retries."""

    __tablename__ = "rejected_row"
    __table_args__ = (Index("uq_rejected_row_source_id_location", "source_id", "location", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    location: Mapped[str]
    """Where it stood, for a person: `meldingen.csv, row 412`."""
    item: Mapped[dict[str, Any]]
    reason: Mapped[str]
    rejected_at: Mapped[datetime]
    retried_at: Mapped[datetime | None]


@dataclass(frozen=True)
class SourceState:
    """How a source is doing: its last reading, what it brought in the week before, and what it could not read."""

    source: Source
    last: SourceRun | None
    added_in_week: int
    rejected: int


def source_states(session: Session, now: datetime) -> list[SourceState]:
    """Every source in use, those whose last reading failed first."""
    newest = (
        select(SourceRun)
        .ext(distinct_on(SourceRun.source_id))
        .order_by(SourceRun.source_id, SourceRun.started_at.desc(), SourceRun.id.desc())
    )
    last = {run.source_id: run for run in session.scalars(newest)}
    week = select(SourceRun.source_id, func.sum(SourceRun.added)).where(SourceRun.started_at > now - timedelta(days=7))
    added = {row[0]: row[1] for row in session.execute(week.group_by(SourceRun.source_id))}
    rows = {row[0]: row[1] for row in session.execute(select(RejectedRow.source_id, func.count()).group_by(RejectedRow.source_id))}
    sources = session.scalars(select(Source).where(Source.active).order_by(Source.name)).all()
    states = [SourceState(source, last.get(source.id), added.get(source.id, 0), rows.get(source.id, 0)) for source in sources]
    return sorted(states, key=lambda state: state.last is None or state.last.outcome is not RunOutcome.FAILED)


def runs_of(session: Session, source_id: str, limit: int) -> Sequence[SourceRun]:
    """The readings of a source, newest first."""
    runs = select(SourceRun).where(SourceRun.source_id == source_id).order_by(SourceRun.started_at.desc(), SourceRun.id.desc())
    return session.scalars(runs.limit(limit)).all()


def rejected_of(session: Session, source_id: str, limit: int) -> Sequence[RejectedRow]:
    """What could not be read of a source, newest first."""
    rows = select(RejectedRow).where(RejectedRow.source_id == source_id).order_by(RejectedRow.rejected_at.desc(), RejectedRow.id)
    return session.scalars(rows.limit(limit)).all()


def troubled(session: Session) -> Sequence[Row[str, str, str, str]]:
    """Active sources whose last reading failed: id, name, what was wrong, how to mend it."""
    latest = (
        select(SourceRun)
        .ext(distinct_on(SourceRun.source_id))
        .order_by(SourceRun.source_id, SourceRun.started_at.desc(), SourceRun.id.desc())
    )
    run = latest.subquery()
    query = select(Source.id, Source.name, run.c.problem, run.c.mend).join(run, run.c.source_id == Source.id)
    return session.execute(query.where(Source.active, run.c.outcome == RunOutcome.FAILED).order_by(Source.id)).all()


def due(session: Session, now: datetime, every_minutes: Mapping[str, int]) -> list[str]:
    """Active sources that may be read now: none that asked for patience, none read within the minutes it is to be left alone.

    Those that failed lately come last, so that the others do not wait for them.
    A minute of slack keeps a schedule of every ten minutes from becoming one of every twenty.
    """
    latest = select(SourceRun.source_id, func.max(SourceRun.started_at)).where(~SourceRun.pushed).group_by(SourceRun.source_id)
    read_at = {row[0]: row[1] for row in session.execute(latest)}
    waiting = select(Source.id).where(Source.active, or_(Source.next_read_at.is_(None), Source.next_read_at <= now))

    def rested(source_id: str) -> bool:
        minutes = every_minutes.get(source_id, 0)
        return minutes <= 10 or source_id not in read_at or read_at[source_id] + timedelta(minutes=minutes - 1) <= now

    return [source_id for source_id in session.scalars(waiting.order_by(Source.failures, Source.id)) if rested(source_id)]


def out_of_order(session: Session) -> Sequence[Row[str, str, datetime, str, str]]:
    """Active sources that failed so often that they are only probed: id, name, since when, and what their last reading said."""
    latest = (
        select(SourceRun)
        .ext(distinct_on(SourceRun.source_id))
        .order_by(SourceRun.source_id, SourceRun.started_at.desc(), SourceRun.id.desc())
    )
    run = latest.subquery()
    query = select(Source.id, Source.name, Source.open_since, run.c.problem, run.c.mend).join(run, run.c.source_id == Source.id)
    return session.execute(query.where(Source.active, Source.open_since.is_not(None)).order_by(Source.id)).all()


def heard_since(session: Session, since: datetime) -> dict[str, int]:
    """How many messages came in by each source since then, by source id."""
    counts = select(Message.source_id, func.count()).where(Message.received_at >= since).group_by(Message.source_id)
    return {row[0]: row[1] for row in session.execute(counts)}


def rejected_rows(session: Session, source_id: str, limit: int | None = None) -> list[RejectedRow]:
    """Rows of a source that could not be read, oldest first."""
    return list(session.scalars(select(RejectedRow).where(RejectedRow.source_id == source_id).order_by(RejectedRow.id).limit(limit)))


def named_sources(session: Session) -> dict[str, str]:
    """Name by id of every source, by name."""
    return {row[0]: row[1] for row in session.execute(select(Source.id, Source.name).order_by(Source.name))}
