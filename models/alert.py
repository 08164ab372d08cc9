"""Alerts: what somebody should know now, waiting for its turn or told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import TEXT, BigInteger, ColumnElement, ForeignKey, Identity, Index, exists, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.signal import Signal


class Alert(Base):
    """One thing to tell one addressee. It waits while `told_at` is None: until quiet hours end, or for a letter with others.

    `key` names it for good, so that a retry tells nothing twice.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index("ix_alert_waiting", "due_at", postgresql_where=text("told_at IS NULL")),
        Index("ix_alert_raised_at", "raised_at"),
        Index("ix_alert_signal_id", "signal_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    ticket_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("ticket.id"))
    addressee: Mapped[str]
    """As the rule says it: `department:verkeer`, `roster`, `newsroom`, `channel:wacht`. Who that is, is looked up when it is told."""
    way: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """`mail` or `chat`; empty: whatever the addressee has."""
    rule: Mapped[str]
    reason: Mapped[str]
    sub: Mapped[str]
    areas: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    urgency: Mapped[float]
    always: Mapped[bool]
    """Whether it goes through quiet hours and over the budget."""
    a_day: Mapped[int | None]
    """How many letters of their own the addressee gets in 24 hours; None: any number."""
    raised_at: Mapped[datetime]
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    delivery_key: Mapped[str | None]
    """The delivery that told it; several alerts may share one."""


def most_urgent_told(
    session: Session, signal_id: int, addressee: str, sub: str, areas: Sequence[str], since: datetime, own_since: datetime | None
) -> float | None:
    """The highest urgency that an addressee was alerted of about this story; None where there was no such alert.

    Of the signal itself and of what went into it, alerts after `own_since` count (None: all); of others about the same sub-theme with a
    neighbourhood in common (or both without), those after `since`. Alerts that a clock once put into the future count.
    """
    family = select(Signal.id).where(or_(Signal.id == signal_id, Signal.merged_into == signal_id))
    own: ColumnElement[bool] = Alert.signal_id.in_(family)
    if own_since is not None:
        own = own & (Alert.raised_at > own_since)
    place = Alert.areas.overlap(literal(list(areas), ARRAY(TEXT))) if areas else func.cardinality(Alert.areas) == 0
    like = (Alert.raised_at > since) & (Alert.sub == sub) & place
    return session.scalar(select(func.max(Alert.urgency)).where(Alert.addressee == addressee, or_(own, like)))


def count_of(session: Session, signal_id: int, addressee: str) -> int:
    """How many alerts an addressee has had of a signal, waiting ones included."""
    return session.scalar(select(func.count()).where(Alert.signal_id == signal_id, Alert.addressee == addressee)) or 0


def waiting_alerts(session: Session, now: datetime) -> Sequence[Alert]:
    """What is due and not told, most urgent first, locked until the end of the transaction."""
    due = select(Alert).where(Alert.told_at.is_(None), Alert.due_at <= now)
    return session.scalars(due.order_by(Alert.urgency.desc(), Alert.id).with_for_update(skip_locked=True)).all()


def told_lately(session: Session, now: datetime, within: timedelta) -> dict[str, tuple[int, datetime]]:
    """Of each addressee: the letters it got of late, and when the last one was."""
    letters = func.count(Alert.delivery_key.distinct())
    query = select(Alert.addressee, letters, func.max(Alert.told_at)).where(Alert.told_at > now - within).group_by(Alert.addressee)
    return {row[0]: (row[1], row[2]) for row in session.execute(query) if row[2] is not None}


def alerts_wait(session: Session, now: datetime) -> bool:
    """Whether an alert is due and not told."""
    return bool(session.scalar(select(exists().where(Alert.told_at.is_(None), Alert.due_at <= now))))
