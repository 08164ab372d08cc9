"""What readers think of digests. Counted by audience: nowhere does it say which reader thinks so."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Row, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.delivery import Delivery
from models.digest import Digest
from models.words import DeliveryStatus, Opinion


class DigestFeedback(Base):
    """One answer under a digest, or under one item in it. `id` belongs to the form that was filled in, not to who did."""

    __tablename__ = "digest_feedback"
    __table_args__ = (Index("ix_digest_feedback_audience_at", "audience", "at"), Index("ix_digest_feedback_digest_id", "digest_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("digest.id"))
    audience: Mapped[str]
    signal_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("signal.id"))
    """None: of the digest as a whole."""
    sub: Mapped[str] = mapped_column(default="", server_default="")
    rule: Mapped[str] = mapped_column(default="", server_default="")
    """The rule that had brought the signal there when the answer was given."""
    opinion: Mapped[Opinion] = mapped_column(words(Opinion))
    at: Mapped[datetime]


class FeedAddress(Base):
    """Which of an audience's secret addresses of its feed is the present one: a higher `turn` makes the earlier ones worthless."""

    __tablename__ = "feed_address"

    audience: Mapped[str] = mapped_column(primary_key=True)
    turn: Mapped[int]
    made_at: Mapped[datetime]


def keep_opinion(session: Session, answer: DigestFeedback, most: int) -> bool:
    """Keep an answer, or put it in the place of the one that the same form gave before; False where this item has `most` already."""
    given = session.get(DigestFeedback, answer.id)
    if given is None:
        about = DigestFeedback.signal_id == answer.signal_id if answer.signal_id else DigestFeedback.signal_id.is_(None)
        count = select(func.count()).select_from(DigestFeedback).where(DigestFeedback.digest_id == answer.digest_id, about)
        if (session.scalar(count) or 0) >= most:
            return False
    elif (given.digest_id, given.signal_id) != (answer.digest_id, answer.signal_id):
        return False
    values = {name: getattr(answer, name) for name in ("id", "digest_id", "audience", "signal_id", "sub", "rule", "opinion", "at")}
    kept = insert(DigestFeedback).values(values)
    session.execute(kept.on_conflict_do_update(index_elements=["id"], set_={"opinion": answer.opinion, "at": answer.at}))
    return True


def opinions_of_items(session: Session, audience: str) -> Sequence[Row[str, Opinion, date, int]]:
    """Of the items that an audience judged: sub-theme, what was said, the day in UTC, and how often."""
    day = func.date(func.timezone("UTC", DigestFeedback.at))
    query = select(DigestFeedback.sub, DigestFeedback.opinion, day, func.count()).where(
        DigestFeedback.audience == audience, DigestFeedback.signal_id.is_not(None)
    )
    return session.execute(query.group_by(DigestFeedback.sub, DigestFeedback.opinion, day)).all()


def unwanted_since(session: Session, since: datetime, times: int) -> Sequence[Row[str, str, str, int, datetime]]:
    """Audience, sub-theme, rule, how often it was said that this is not for them, and when last: so often, and oftener than that it is
    useful.
    """
    unwanted = func.count().filter(DigestFeedback.opinion == Opinion.NOT_FOR_US)
    last = func.max(DigestFeedback.at).filter(DigestFeedback.opinion == Opinion.NOT_FOR_US)
    useful = func.count().filter(DigestFeedback.opinion == Opinion.USEFUL)
    query = (
        select(DigestFeedback.audience, DigestFeedback.sub, DigestFeedback.rule, unwanted, last)
        .where(DigestFeedback.at >= since, DigestFeedback.signal_id.is_not(None))
        .group_by(DigestFeedback.audience, DigestFeedback.sub, DigestFeedback.rule)
        .having(unwanted >= times, unwanted > useful)
    )
    return session.execute(query.order_by(unwanted.desc(), DigestFeedback.audience, DigestFeedback.sub)).all()


def opinion_counts(session: Session, since: datetime, until: datetime | None = None) -> dict[tuple[str, Opinion], int]:
    """How often each audience said what since then, and before `until` if that is given."""
    query = select(DigestFeedback.audience, DigestFeedback.opinion, func.count()).where(DigestFeedback.at >= since)
    if until is not None:
        query = query.where(DigestFeedback.at < until)
    return {(row[0], row[1]): row[2] for row in session.execute(query.group_by(DigestFeedback.audience, DigestFeedback.opinion))}


def sent_counts(session: Session, since: datetime, until: datetime | None = None) -> dict[str, int]:
    """How many copies of its digests each audience was sent since then, and before `until` if that is given."""
    query = select(Digest.audience, func.count()).join(Delivery, Delivery.digest_id == Digest.id)
    sent = query.where(Delivery.sent_at >= since, Delivery.status == DeliveryStatus.SENT)
    if until is not None:
        sent = sent.where(Delivery.sent_at < until)
    return {row[0]: row[1] for row in session.execute(sent.group_by(Digest.audience))}


def feed_turn(session: Session, audience: str) -> int:
    """Which address of an audience's feed holds."""
    return session.scalar(select(FeedAddress.turn).where(FeedAddress.audience == audience)) or 0


def next_feed_turn(session: Session, audience: str, now: datetime) -> int:
    """Make the present address of a feed worthless; the new turn."""
    made = insert(FeedAddress).values(audience=audience, turn=1, made_at=now)
    renewed = made.on_conflict_do_update(index_elements=["audience"], set_={"turn": FeedAddress.turn + 1, "made_at": now})
    return session.execute(renewed.returning(FeedAddress.turn)).scalar_one()


def newest_gone(session: Session, since: datetime) -> Sequence[Digest]:
    """The digests that went to their readers since then: of each audience and kind the last."""
    gone = select(Digest).where(Digest.gone_at >= since).ext(distinct_on(Digest.audience, Digest.kind))
    return session.scalars(gone.order_by(Digest.audience, Digest.kind, Digest.gone_at.desc(), Digest.id.desc())).all()


def gone_for(session: Session, audience: str, limit: int) -> Sequence[Digest]:
    """What an audience got, newest first."""
    mine = select(Digest).where(Digest.audience == audience, Digest.gone_at.is_not(None))
    return session.scalars(mine.order_by(Digest.gone_at.desc(), Digest.id.desc()).limit(limit)).all()
