"""Bursts, and the counts that they are judged by."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    ForeignKey,
    Identity,
    Integer,
    Row,
    UniqueConstraint,
    cast,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import AnnotationPlace
from models.base import Base, among, words
from models.message import Message, local_day
from models.signal import Signal, SignalMessage
from models.words import BurstKind


class Burst(Base):
    """A day on which a signal rose beyond what the calendar, the season and the town's waves explain.

    `observed` different people wrote in the `hours` up to the end of what was judged, where `expected` messages are usual.
    """

    __tablename__ = "burst"
    __table_args__ = (UniqueConstraint("signal_id", "day", "kind"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    day: Mapped[date]
    detected_at: Mapped[datetime]
    observed: Mapped[int]
    expected: Mapped[float]
    p_value: Mapped[float]
    """Chance of this many or more messages on an ordinary day."""
    kind: Mapped[BurstKind] = mapped_column(words(BurstKind), default=BurstKind.RISE, server_default=BurstKind.RISE)
    hours: Mapped[int] = mapped_column(default=24, server_default=text("24"))
    """How long the window is that was judged: 2, 6 or 24 hours, or weeks for a slow burn."""
    everywhere: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """It is the sub-theme that rose, over the whole town; this is its largest signal."""


def series_by_area(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Sequence[Row[str, str | None, date, int]]:
    """Messages by sub-theme (of the signal they are in), neighbourhood (None where they name none) and local day."""
    day = local_day(Message.published_at, zone)
    named = select(AnnotationPlace.message_id, AnnotationPlace.area).where(AnnotationPlace.area.is_not(None)).distinct().subquery()
    query = (
        select(Signal.sub, named.c.area, day, func.count())
        .select_from(SignalMessage)
        .join(Signal, Signal.id == SignalMessage.signal_id)
        .join(Message, Message.id == SignalMessage.message_id)
        .outerjoin(named, named.c.message_id == Message.id)
        .where(Message.published_at > since, Message.published_at <= until)
        .group_by(Signal.sub, named.c.area, day)
    )
    return session.execute(query).all()


def series_by_sub(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Sequence[Row[str, date, int]]:
    """Messages by sub-theme (of the signal they are in) and local day, each counted once."""
    day = local_day(Message.published_at, zone)
    query = (
        select(Signal.sub, day, func.count())
        .select_from(SignalMessage)
        .join(Signal, Signal.id == SignalMessage.signal_id)
        .join(Message, Message.id == SignalMessage.message_id)
        .where(Message.published_at > since, Message.published_at <= until)
        .group_by(Signal.sub, day)
    )
    return session.execute(query).all()


def voices_by_week(
    session: Session, subs: Sequence[str], since: datetime, until: datetime
) -> Sequence[Row[str, str | None, int | None, int]]:
    """Sub-theme, neighbourhood (None where none is named), weeks ago (0: the seven days up to `until`) and how many different people wrote;
    an unnamed caller is one of his own. Campaigns are left out.
    """
    week = cast(func.floor(func.extract("epoch", literal(until, DateTime(timezone=True)) - Message.published_at) / 604800), Integer)
    named = select(AnnotationPlace.message_id, AnnotationPlace.area).where(AnnotationPlace.area.is_not(None)).distinct().subquery()
    query = (
        select(Signal.sub, named.c.area, week, func.count(_voice().distinct()))
        .select_from(Signal)
        .join(SignalMessage, SignalMessage.signal_id == Signal.id)
        .join(Message, Message.id == SignalMessage.message_id)
        .outerjoin(named, named.c.message_id == Message.id)
        .where(Signal.sub.in_(subs), ~Signal.campaign, Message.published_at > since, Message.published_at <= until)
        .group_by(Signal.sub, named.c.area, week)
    )
    return session.execute(query).all()


def people_since(session: Session, subs: Sequence[str], since: datetime, until: datetime) -> Sequence[Row[str, str | None, int]]:
    """The same over the whole time: somebody who wrote in several weeks is one."""
    named = select(AnnotationPlace.message_id, AnnotationPlace.area).where(AnnotationPlace.area.is_not(None)).distinct().subquery()
    query = (
        select(Signal.sub, named.c.area, func.count(_voice().distinct()))
        .select_from(Signal)
        .join(SignalMessage, SignalMessage.signal_id == Signal.id)
        .join(Message, Message.id == SignalMessage.message_id)
        .outerjoin(named, named.c.message_id == Message.id)
        .where(Signal.sub.in_(subs), ~Signal.campaign, Message.published_at > since, Message.published_at <= until)
        .group_by(Signal.sub, named.c.area)
    )
    return session.execute(query).all()


def _voice() -> ColumnElement[str]:
    return func.coalesce(Message.author, func.concat("unnamed ", Message.id))


def told_since(session: Session, since: datetime, until: datetime) -> Sequence[Row[int, int, str, datetime]]:
    """Message, signal, its sub-theme and the moment of what was published after `since`, oldest first."""
    query = (
        select(SignalMessage.message_id, Signal.id, Signal.sub, Message.published_at)
        .join(Signal, Signal.id == SignalMessage.signal_id)
        .join(Message, Message.id == SignalMessage.message_id)
        .where(Message.published_at > since, Message.published_at <= until)
    )
    return session.execute(query.order_by(Message.published_at, Message.id)).all()


def bursts_of(session: Session, signal_ids: Sequence[int]) -> Sequence[Burst]:
    """The bursts of some signals, oldest first."""
    return session.scalars(select(Burst).where(Burst.signal_id == among(signal_ids)).order_by(Burst.day)).all()
