"""How the conversation is carried: each month as totals. No question here has one person as its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Double, Row, Select, case, cast, exists, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.annotation import Annotation
from models.answer import WANTS_ANSWER
from models.base import Base
from models.message import Message, local_day
from models.settings import settings
from models.words import Channel, Kind

OPEN_CHANNELS = (Channel.SOCIAL, Channel.PARTICIPATION, Channel.NEWS)
"""Where residents read and answer each other."""
BEFORE = timedelta(days=365)
"""Who wrote nothing for this long before is new."""
WORKING_HOURS = (1, 2, 4, 8, 16, 24, 40)
"""Within how many working hours answers are counted."""


class CommunityMonth(Base):
    """One month. `content` is `routing.community.month.Month` as JSON; counted again for as long as it may still change."""

    __tablename__ = "community_month"

    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    counted_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


@dataclass(frozen=True)
class Span:
    """What is asked about: from `since` up to `until`. What was published after `settled` is too young to say that nobody answers it."""

    since: datetime
    until: datetime
    settled: datetime


@dataclass(frozen=True)
class Hours:
    """When the town hall opens and closes, in pairs, from before the first message to after the last."""

    opens: Sequence[datetime]
    closes: Sequence[datetime]

    @property
    def lengths(self) -> list[float]:
        """How long each lasts, in hours."""
        return [(closes - opens).total_seconds() / 3600 for opens, closes in zip(self.opens, self.closes, strict=True)]

    @property
    def before(self) -> list[float]:
        """How many hours it was open before each opening."""
        return list(accumulate(self.lengths, initial=0.0))[:-1]


def keep_month(session: Session, month: date, content: dict[str, Any], now: datetime) -> None:
    """Keep a month as it was counted just now."""
    values = {"content": content, "counted_at": now}
    statement = insert(CommunityMonth).values(month=month, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["month"], set_=values))


def months_between(session: Session, first: date, last: date) -> Sequence[CommunityMonth]:
    """The months that were counted whose first day lies between these, both included, oldest first."""
    query = select(CommunityMonth).where(CommunityMonth.month.between(first, last)).order_by(CommunityMonth.month)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def last_month_counted(session: Session) -> date | None:
    """The first day of the newest month that was counted."""
    return session.scalar(select(func.max(CommunityMonth.month)))


def posts_by_writer(session: Session, span: Span) -> Sequence[Row[int, int, int]]:
    """Of each number of posts: how many people wrote that many in the open, and how many of these on two days or more."""
    posts, days = func.count().label("posts"), func.count(local_day(Message.published_at, settings().zone).distinct()).label("days")
    writers = select(posts, days).where(*_in_the_open(span), Message.author.is_not(None)).group_by(Message.author).subquery()
    query = select(writers.c.posts, func.count(), func.count().filter(writers.c.days > 1)).group_by(writers.c.posts)
    return session.execute(query.order_by(writers.c.posts.desc())).all()


def new_writers(session: Session, span: Span) -> int:
    """How many people wrote in the open who had not done so in the year before."""
    earlier = aliased(Message)
    known = exists().where(earlier.author == Message.author, earlier.published_at < span.since, earlier.published_at >= span.since - BEFORE)
    writers = select(Message.author).where(*_in_the_open(span), Message.author.is_not(None), ~known).distinct().subquery()
    return session.scalar(select(func.count()).select_from(writers)) or 0


def openings_and_reactions(session: Session, span: Span) -> dict[bool, tuple[int, int, int]]:
    """Posts in the open that begin a conversation, by whether the municipality wrote them: how many are settled, how many reactions of
    others these had, and on how many nobody reacted.
    """
    reply = aliased(Message)
    other = (reply.parent_id == Message.id) & reply.deleted_at.is_(None) & reply.author.is_distinct_from(Message.author)
    begins = (Message.parent_id.is_(None), Message.in_reply_to.is_(None), Message.published_at < span.settled)
    each = (
        select(Message.by_municipality.label("own"), Message.answered_at, func.count(reply.id).label("reactions"))
        .outerjoin(reply, other)
        .where(*_published(span), Message.channel.in_(OPEN_CHANNELS), ~Message.private, *begins)
        .group_by(Message.id)
        .subquery()
    )
    alone = func.count().filter(each.c.reactions == 0, each.c.answered_at.is_(None))
    query = select(each.c.own, func.count(), func.sum(each.c.reactions), alone).group_by(each.c.own)
    return {row[0]: (row[1], int(row[2]), row[3]) for row in session.execute(query)}


def own_posts(session: Session, span: Span) -> tuple[int, int, int]:
    """What the municipality wrote: how much, how much of it in reply, and how much in reply to what a resident began."""
    above = aliased(Message)
    begun = ~above.by_municipality & above.parent_id.is_(None) & above.in_reply_to.is_(None)
    reply = or_(Message.parent_id.is_not(None), Message.in_reply_to.is_not(None))
    query = select(func.count(), func.count().filter(reply), func.count().filter(begun)).select_from(Message)
    row = session.execute(query.outerjoin(above, above.id == Message.parent_id).where(*_published(span), Message.by_municipality)).one()
    return row[0], row[1], row[2]


def ideas_met(session: Session, span: Span) -> tuple[int, int]:
    """Ideas of residents that are settled, and how many of these the municipality went into."""
    query = select(func.count(), func.count(Message.answered_at)).select_from(Message)
    row = session.execute(query.join(Annotation, Annotation.message_id == Message.id).where(*_asked(span, (Kind.IDEA,)))).one()
    return row[0], row[1]


def answers_by_medium(session: Session, span: Span, hours: Hours) -> Sequence[Any]:
    """How settled messages that want an answer fared, by channel and medium; the columns are those of `_fared`, then these two."""
    asked = _wanting(span, hours).subquery()
    query = select(*_fared(asked), asked.c.channel, asked.c.medium).group_by(asked.c.channel, asked.c.medium)
    return session.execute(query.order_by(func.count().desc(), asked.c.medium)).all()


def answers_by_hours(session: Session, span: Span, hours: Hours, media_without: Sequence[str]) -> Sequence[Any]:
    """The same by whether they came while the town hall was shut, and of all together (None); calls by `media_without` do not count."""
    call = (Message.channel == Channel.CONTACT_CENTRE) & Message.medium.in_(media_without)
    asked = _wanting(span, hours).where(~call).subquery()
    query = select(*_fared(asked), asked.c.shut).group_by(func.rollup(asked.c.shut))
    return session.execute(query).all()


def unanswered_in_the_open(session: Session, since: datetime, until: datetime, readable: ColumnElement[bool], limit: int) -> list[Message]:
    """Messages in the open that want an answer and have none, published between the two moments, the one that waits longest first."""
    span = Span(since, until, until)
    query = select(Message).join(Annotation, Annotation.message_id == Message.id).where(*_asked(span, WANTS_ANSWER), readable)
    waiting = query.where(Message.answered_at.is_(None), Message.channel.in_(OPEN_CHANNELS), ~Message.private)
    return list(session.scalars(waiting.order_by(Message.published_at, Message.id).limit(limit)))


def _wanting(span: Span, hours: Hours) -> Select[Any]:
    """Settled messages that want an answer: `wait` in hours (endless where there is none yet), `shut`, and `met` before it opened again."""
    clock = (_moments(hours.opens).label("opens"), _moments(hours.closes).label("closes"))
    known = select(*clock, _hours(hours.before).label("before"), _hours(hours.lengths).label("lasts")).cte("hours")
    turn = func.width_bucket(Message.published_at, known.c.opens)
    shut = (turn == 0) | (Message.published_at >= known.c.closes[turn])
    waited = func.greatest(func.extract("epoch", Message.answered_at - Message.published_at) / 3600, 0)
    return (
        select(
            Message.channel,
            Message.medium,
            func.coalesce(Message.author, cast(Message.id, Message.author.type)).label("who"),
            shut.label("shut"),
            case((Message.answered_at.is_(None), literal(float("inf"), Double)), else_=cast(waited, Double)).label("wait"),
            case((shut, Message.answered_at < known.c.opens[turn + 1]), else_=False).label("met"),
            (_open_until(Message.answered_at, known) - _open_until(Message.published_at, known)).label("worked"),
        )
        .join(Annotation, Annotation.message_id == Message.id)
        .join(known, true())
        .where(*_asked(span, WANTS_ANSWER))
    )


def _moments(moments: Sequence[datetime]) -> ColumnElement[Any]:
    return literal(list(moments), ARRAY(DateTime(timezone=True)))


def _hours(lengths: Sequence[float]) -> ColumnElement[Any]:
    return literal(list(lengths), ARRAY(Double))


def _open_until(at: Any, known: Any) -> ColumnElement[Any]:
    """For how many hours the town hall was open up to a moment, from the first opening that is known on; none where there is no moment."""
    turn = func.width_bucket(at, known.c.opens)
    since = func.extract("epoch", at - known.c.opens[turn]) / 3600
    return case((turn == 0, 0.0), (at.is_not(None), known.c.before[turn] + func.least(since, known.c.lasts[turn])))


def _fared(asked: Any) -> tuple[ColumnElement[Any], ...]:
    """How many, of how many people, answered, within a day, came while it was shut, met by then; median and ninetieth wait in hours; within
    so many working hours.
    """
    wait = asked.c.wait
    return (
        func.count().label("wanting"),
        func.count(asked.c.who.distinct()).label("people"),
        func.count().filter(wait < float("inf")).label("answered"),
        func.count().filter(wait <= 24).label("within_day"),
        func.count().filter(asked.c.shut).label("came_shut"),
        func.count().filter(asked.c.met).label("met_shut"),
        func.percentile_disc(0.5).within_group(wait).label("median"),
        func.percentile_disc(0.9).within_group(wait).label("ninetieth"),
        *(func.count().filter(asked.c.worked <= hours).label(f"within_{hours}") for hours in WORKING_HOURS),
    )


def _published(span: Span) -> tuple[ColumnElement[bool], ...]:
    return (Message.published_at >= span.since, Message.published_at < span.until, Message.deleted_at.is_(None))


def _in_the_open(span: Span) -> tuple[ColumnElement[bool], ...]:
    return (*_published(span), ~Message.by_municipality, ~Message.private, Message.channel.in_(OPEN_CHANNELS))


def _asked(span: Span, kinds: Sequence[Kind]) -> tuple[ColumnElement[bool], ...]:
    return (*_published(span), Message.published_at < span.settled, ~Message.by_municipality, Annotation.kind.in_(kinds))
