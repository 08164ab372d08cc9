"""Signals: messages that tell the same story, and the bursts seen in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Row,
    cast,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, REGCLASS, TEXT
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.base import Base, among, words
from models.message import Message, local_day
from models.town import Place
from models.words import Channel, SignalStatus, SignalStep


class Signal(Base):
    """A group of messages about the same sub-theme, in the same or neighbouring places, close in time.

    The figures are a summary of its messages, rewritten whenever one joins or leaves: `recent` counts the last 24 hours before
    `summarised_at`, `usual` is what the same sub-theme and places bring in 24 hours when nothing is the matter.
    """

    __tablename__ = "signal"
    __table_args__ = (
        Index("ix_signal_status_last_at", "status", "last_at"),
        Index("ix_signal_sub", "sub"),
        Index("ix_signal_summary_due", "id", postgresql_where=text("summary_due")),
    )

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
    lasting: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """A slow burn: for weeks a handful, from different people, at this sub-theme and place; counted across signals."""
    lasting_on: Mapped[date | None]
    """The local day on which that was last looked at."""
    summary_due: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Messages joined or left since the last summary: the work list of the second half of `route`."""


class SignalMessage(Base):
    """Which signal a message belongs to: one at a time."""

    __tablename__ = "signal_message"
    __table_args__ = (Index("ix_signal_message_signal_id", "signal_id"),)

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    joined_at: Mapped[datetime]


class SignalEvent(Base):
    """A line of a signal's history. `count` is how many messages it is about: had at its beginning, came, went over."""

    __tablename__ = "signal_event"
    __table_args__ = (Index("ix_signal_event_signal_id_at", "signal_id", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    at: Mapped[datetime]
    step: Mapped[SignalStep] = mapped_column(words(SignalStep))
    other_signal_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("signal.id"))
    count: Mapped[int] = mapped_column(default=0)


def heard_between(session: Session, since: datetime, until: datetime) -> Sequence[Row[int, int | None]]:
    """Message and signal (None: in none) of what was understood and grouped of the time between two moments."""
    query = (
        select(Message.id, SignalMessage.signal_id)
        .join(Annotation, Annotation.message_id == Message.id)
        .outerjoin(SignalMessage, SignalMessage.message_id == Message.id)
        .where(Message.published_at >= since, Message.published_at <= until, ~Message.grouping_due, ~Message.by_municipality)
    )
    return session.execute(query).all()


def subs_of(session: Session, signal_ids: Sequence[int]) -> dict[int, str]:
    """The sub-theme of each signal."""
    return {row[0]: row[1] for row in session.execute(select(Signal.id, Signal.sub).where(Signal.id == among(signal_ids)))}


def sizes_of(session: Session, signal_ids: Sequence[int]) -> dict[int, int]:
    """How many messages each of these signals has; a signal that was never written is absent."""
    return {row[0]: row[1] for row in session.execute(select(Signal.id, Signal.messages).where(Signal.id == among(signal_ids)))}


def events_of(session: Session, signal_id: int) -> Sequence[SignalEvent]:
    """The history of a signal, newest first."""
    query = select(SignalEvent).where(SignalEvent.signal_id == signal_id)
    return session.scalars(query.order_by(SignalEvent.at.desc(), SignalEvent.id.desc())).all()


def homes_of(session: Session, message_ids: Sequence[int]) -> dict[int, int]:
    """The signal of each message that has one."""
    query = select(SignalMessage.message_id, SignalMessage.signal_id).where(SignalMessage.message_id == among(message_ids))
    return {row[0]: row[1] for row in session.execute(query)}


def reserve_numbers(session: Session, count: int) -> list[int]:
    """Numbers for new signals, never given twice."""
    sequence = func.pg_get_serial_sequence("signal", "id")
    return list(session.scalars(select(func.nextval(cast(sequence, REGCLASS))).select_from(func.generate_series(1, count))))


def to_assess(session: Session) -> list[int]:
    """Signals whose figures may have changed: those that got or lost messages, and all open ones, since time passes."""
    query = select(Signal.id).where(Signal.summary_due | (Signal.status == SignalStatus.OPEN))
    return list(session.scalars(query.order_by(Signal.id)))


def heard_in(session: Session, signal_ids: Sequence[int]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every message of the signals with what its annotation says, oldest first; deleted ones keep counting, without their words."""
    query = (
        select(
            SignalMessage.signal_id,
            Message.id,
            Message.published_at,
            Message.text,
            Message.author,
            Message.channel,
            Message.medium,
            Message.reach,
            Message.answered_at,
            Message.private,
            Message.deleted_at,
            Annotation.kind,
            Annotation.tone,
            Annotation.urgency,
            Annotation.language,
        )
        .join(Message, Message.id == SignalMessage.message_id)
        .join(Annotation, Annotation.message_id == Message.id)
        .where(SignalMessage.signal_id == among(signal_ids))
        .order_by(Message.published_at, Message.id)
    )
    return session.execute(query).all()


def said_lately(session: Session, limit: int) -> list[str]:
    """The newest texts of residents that anybody may read, as a sample of what is ordinary."""
    open_to_all = ~(Message.private | Message.sensitive | Message.by_municipality)
    query = select(Message.text).where(open_to_all, Message.deleted_at.is_(None))
    return list(session.scalars(query.order_by(Message.published_at.desc()).limit(limit)))


def hidden_among(session: Session, signal_ids: Sequence[int]) -> set[int]:
    """The messages of some signals that are quoted to nobody but who handles them."""
    query = select(Message.id).join(SignalMessage, SignalMessage.message_id == Message.id)
    return set(session.scalars(query.where(SignalMessage.signal_id == among(signal_ids), Message.private | Message.sensitive)))


def area_counts(session: Session, signal_ids: Sequence[int]) -> Sequence[Row[int, str | None, int]]:
    """Signal, neighbourhood and the number of its messages that name it, most first."""
    count = func.count(SignalMessage.message_id.distinct())
    query = (
        select(SignalMessage.signal_id, AnnotationPlace.area, count)
        .join(AnnotationPlace, AnnotationPlace.message_id == SignalMessage.message_id)
        .where(SignalMessage.signal_id == among(signal_ids), AnnotationPlace.area.is_not(None))
        .group_by(SignalMessage.signal_id, AnnotationPlace.area)
    )
    return session.execute(query.order_by(count.desc(), AnnotationPlace.area)).all()


def open_signals(session: Session) -> Sequence[Signal]:
    """What still takes in messages, weightiest first."""
    return session.scalars(select(Signal).where(Signal.status == SignalStatus.OPEN).order_by(Signal.weight.desc(), Signal.id)).all()


def heard_lately(session: Session, limit: int) -> Sequence[Signal]:
    """Open signals that brought anything in the last day, weightiest first."""
    query = select(Signal).where(Signal.status == SignalStatus.OPEN, Signal.recent > 0)
    return session.scalars(query.order_by(Signal.weight.desc(), Signal.id).limit(limit)).all()


def arrivals(session: Session, since: datetime, until: datetime) -> Sequence[Row[int, datetime]]:
    """Open signal and moment of each message published after `since`, up to and including `until`, oldest first."""
    query = (
        select(SignalMessage.signal_id, Message.published_at)
        .join(Message, Message.id == SignalMessage.message_id)
        .join(Signal, Signal.id == SignalMessage.signal_id)
        .where(Message.published_at > since, Message.published_at <= until, Signal.status == SignalStatus.OPEN)
    )
    return session.execute(query.order_by(Message.published_at, Message.id)).all()


def messages_of(session: Session, signal_id: int, readable: ColumnElement[bool], limit: int = 500) -> Sequence[Message]:
    """The messages of a signal that are `readable` (models.sight), newest first, without deleted ones."""
    query = select(Message).join(SignalMessage, SignalMessage.message_id == Message.id)
    present = query.where(SignalMessage.signal_id == signal_id, Message.deleted_at.is_(None), readable)
    return session.scalars(present.order_by(Message.published_at.desc(), Message.id.desc()).limit(limit)).all()


@dataclass(frozen=True)
class Wanted:
    """Which signals a page lists; None asks for all."""

    theme: str | None = None
    """A theme or a full sub-theme."""
    area: str | None = None
    status: SignalStatus | None = SignalStatus.OPEN


def wanted_signals(session: Session, wanted: Wanted, limit: int, offset: int = 0) -> Sequence[Signal]:
    """What is wanted, open before quiet, weightiest first."""
    query = select(Signal).where(*_wanted(wanted)).order_by(Signal.status.desc(), Signal.weight.desc(), Signal.last_at.desc(), Signal.id)
    return session.scalars(query.limit(limit).offset(offset)).all()


def count_wanted(session: Session, wanted: Wanted) -> int:
    """How many signals are wanted."""
    return session.scalar(select(func.count()).select_from(Signal).where(*_wanted(wanted))) or 0


def curves_of(session: Session, signal_ids: Sequence[int], days: Sequence[date], zone: ZoneInfo) -> dict[int, list[int]]:
    """Messages on each of these consecutive local days, for each signal."""
    since = datetime.combine(days[0], time(), zone)
    day = local_day(Message.published_at, zone)
    query = (
        select(SignalMessage.signal_id, day, func.count())
        .join(Message, Message.id == SignalMessage.message_id)
        .where(SignalMessage.signal_id == among(signal_ids), Message.published_at >= since)
        .group_by(SignalMessage.signal_id, day)
    )
    counted = {(row[0], row[1]): row[2] for row in session.execute(query)}
    return {signal_id: [counted.get((signal_id, d), 0) for d in days] for signal_id in signal_ids}


def media_counts(session: Session, signal_id: int) -> Sequence[Row[str, Channel, int]]:
    """Medium, channel and the number of the signal's messages that came by it, most first."""
    count = func.count()
    query = select(Message.medium, Message.channel, count).join(SignalMessage, SignalMessage.message_id == Message.id)
    within = query.where(SignalMessage.signal_id == signal_id).group_by(Message.medium, Message.channel)
    return session.execute(within.order_by(count.desc(), Message.medium)).all()


def place_counts(session: Session, signal_id: int, limit: int) -> Sequence[Row[str, str | None, int]]:
    """Name of the place, its neighbourhood, and the number of the signal's messages that name it, most first."""
    count = func.count(SignalMessage.message_id.distinct())
    query = (
        select(Place.name, AnnotationPlace.area, count)
        .join(AnnotationPlace, AnnotationPlace.place_id == Place.id)
        .join(SignalMessage, SignalMessage.message_id == AnnotationPlace.message_id)
        .where(SignalMessage.signal_id == signal_id)
        .group_by(Place.name, AnnotationPlace.area)
    )
    return session.execute(query.order_by(count.desc(), Place.name).limit(limit)).all()


def earlier_like(session: Session, signal: Signal, limit: int) -> Sequence[Signal]:
    """Signals of the same sub-theme that began before this one, newest first."""
    query = select(Signal).where(
        Signal.sub == signal.sub, Signal.first_at < signal.first_at, Signal.status != SignalStatus.MERGED, Signal.messages >= 3
    )
    return session.scalars(query.order_by(Signal.last_at.desc()).limit(limit)).all()


def _wanted(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Signal.status != SignalStatus.MERGED, Signal.messages > 0]
    if wanted.theme is not None:
        conditions.append(Signal.sub == wanted.theme if "/" in wanted.theme else Signal.theme == wanted.theme)
    if wanted.area is not None:
        conditions.append(Signal.areas.contains([wanted.area]))
    if wanted.status is not None:
        conditions.append(Signal.status == wanted.status)
    return conditions


def copies_of(session: Session, message_id: int) -> list[int]:
    """Other messages of the same signal with exactly the same text."""
    text_of = select(Message.text).where(Message.id == message_id).scalar_subquery()
    signal_of = select(SignalMessage.signal_id).where(SignalMessage.message_id == message_id).scalar_subquery()
    query = select(Message.id).join(SignalMessage, SignalMessage.message_id == Message.id)
    copies = query.where(SignalMessage.signal_id == signal_of, Message.text == text_of, Message.id != message_id)
    return list(session.scalars(copies.where(Message.deleted_at.is_(None)).order_by(Message.id).with_for_update(of=Message)))


def reasons_within(session: Session, signal_ids: Sequence[int], since: datetime) -> Sequence[Row[int, str, list[dict[str, Any]], float]]:
    """Of each open message of the signals since then about their sub-theme: signal, text, what decided, and with what probability."""
    query = (
        select(SignalMessage.signal_id, Message.text, Annotation.reasons, AnnotationTheme.probability)
        .join(Signal, Signal.id == SignalMessage.signal_id)
        .join(Message, Message.id == SignalMessage.message_id)
        .join(Annotation, Annotation.message_id == Message.id)
        .join(AnnotationTheme, (AnnotationTheme.message_id == Message.id) & (AnnotationTheme.rank == 0))
        .where(SignalMessage.signal_id == among(signal_ids), AnnotationTheme.theme == Signal.theme)
        .where(Message.published_at > since, Message.deleted_at.is_(None), ~(Message.private | Message.sensitive))
    )
    return session.execute(query.order_by(Message.id)).all()


def work_is_due(session: Session) -> bool:
    """Whether messages or signals still wait to be understood, grouped or judged."""
    waiting = exists().where(or_(Message.annotation_due, Message.grouping_due)), exists().where(Signal.summary_due)
    return bool(session.scalar(select(or_(*waiting))))


def same_story_around(session: Session, signal: Signal, since: datetime, until: datetime) -> list[int]:
    """Numbers of the signals with this one's sub-theme and one of its neighbourhoods that had messages between two moments, itself too."""
    here = Signal.areas.overlap(signal.areas) if signal.areas else func.cardinality(Signal.areas) == 0
    alike = (Signal.sub == signal.sub) & here & (Signal.last_at > since) & (Signal.first_at <= until)
    query = select(Signal.id).where(Signal.status != SignalStatus.MERGED, (Signal.id == signal.id) | alike)
    return list(session.scalars(query.order_by(Signal.id)))


def end_of(session: Session, signal_id: int) -> int:
    """The signal that a signal has gone into, itself where it is still its own."""
    seen: set[int] = set()
    while signal_id not in seen and (signal := session.get(Signal, signal_id)) is not None and signal.merged_into is not None:
        seen.add(signal_id)
        signal_id = signal.merged_into
    return signal_id
