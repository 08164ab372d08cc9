"""Signals: messages that tell the same story, and the bursts seen in them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.words import SignalStatus


class Signal(Base):
    """A group of messages about the same sub-theme, in the same or neighbouring places, close in time.

    The figures are a summary of its messages, rewritten whenever one joins or leaves: `recent` counts the last 24 hours before
    `summarised_at`, `usual` is what the same sub-theme and places bring in 24 hours when nothing is the matter.
    """

    __tablename__ = "signal"
    __table_args__ = (Index("ix_signal_status_last_at", "status", "last_at"), Index("ix_signal_sub", "sub"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    theme: Mapped[str] = mapped_column(ForeignKey("theme.slug"))
    sub: Mapped[str] = mapped_column(ForeignKey("theme.slug"))
    status: Mapped[SignalStatus] = mapped_column(words(SignalStatus), default=SignalStatus.OPEN)
    merged_into: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("signal.id"))
    title: Mapped[str] = mapped_column(default="")
    areas: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    """Neighbourhoods, most messages first; empty where no message names a place."""
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    created_at: Mapped[datetime]
    summarised_at: Mapped[datetime]
    messages: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    reach: Mapped[int] = mapped_column(default=0)
    questions: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    recent: Mapped[int] = mapped_column(default=0)
    usual: Mapped[float] = mapped_column(default=0.0)
    tone: Mapped[float] = mapped_column(default=0.0)
    urgency: Mapped[float] = mapped_column(default=0.0)
    """Highest urgency among its recent messages."""
    campaign: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Many near-identical texts: one voice, copied."""
    weight: Mapped[float] = mapped_column(default=0.0)
    """What the stand-up sorts by: how far this signal rises above the usual, and how pressing it is."""


class SignalMessage(Base):
    """Which signal a message belongs to: one at a time."""

    __tablename__ = "signal_message"
    __table_args__ = (Index("ix_signal_message_signal_id", "signal_id"),)

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    joined_at: Mapped[datetime]


class Burst(Base):
    """A day on which a signal rose beyond what weekday and season explain."""

    __tablename__ = "burst"
    __table_args__ = (UniqueConstraint("signal_id", "day"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    day: Mapped[date]
    detected_at: Mapped[datetime]
    observed: Mapped[int]
    expected: Mapped[float]
    p_value: Mapped[float]
    """Chance of this many or more messages on an ordinary day."""
