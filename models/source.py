"""Sources: where messages come from, how their last readings went, and the rows that could not be read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
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
