"""Words that residents have begun to use and the classifier does not know yet: "woord van de week"."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Row, delete, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import Annotation, AnnotationTheme
from models.base import Base
from models.message import Message
from models.sight import OPEN, readable
from models.trend import Trend, asked


class RisingWord(Base):
    """A word of one week (named by its Monday), from at least five people. It refers to no message."""

    __tablename__ = "rising_word"

    week: Mapped[date] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    people: Mapped[int]
    before: Mapped[float]
    """People a week that used it in the weeks before."""
    sub: Mapped[str | None]
    """The sub-theme that most of its messages were put under."""
    found_at: Mapped[datetime]


def words_of_week(session: Session, week: date, limit: int = 5) -> Sequence[RisingWord]:
    """What rises in this week, most people first."""
    query = select(RisingWord).where(RisingWord.week == week)
    return session.scalars(query.order_by(RisingWord.people.desc(), RisingWord.word).limit(limit)).all()


def newest_words(session: Session, until: date, limit: int = 5) -> Sequence[RisingWord]:
    """What rose in the newest week that has words, up to the week of `until`."""
    week = session.scalar(select(func.max(RisingWord.week)).where(RisingWord.week <= until))
    return [] if week is None else words_of_week(session, week, limit)


def replace_words(session: Session, week: date, rows: Sequence[RisingWord]) -> None:
    """What rises in this week, instead of what was said of it before."""
    session.execute(delete(RisingWord).where(RisingWord.week == week))
    if rows:
        columns = [column.name for column in RisingWord.__table__.columns]
        session.execute(insert(RisingWord), [{name: getattr(row, name) for name in columns} for row in rows])


def dutch_between(session: Session, since: datetime, until: datetime) -> Sequence[Row[int, str, str | None, str | None]]:
    """Number, text, author and main sub-theme of what residents wrote in Dutch after `since`, up to and including `until`."""
    main = (AnnotationTheme.message_id == Message.id) & (AnnotationTheme.rank == 0)
    query = (
        select(Message.id, Message.text, Message.author, AnnotationTheme.sub)
        .join(Annotation, Annotation.message_id == Message.id)
        .outerjoin(AnnotationTheme, main)
        .where(Message.published_at > since, Message.published_at <= until, Message.deleted_at.is_(None), ~Message.by_municipality)
        .where(Annotation.language == "nl")
    )
    return session.execute(query.order_by(Message.id)).all()


def texts_of(session: Session, trend: Trend, zone: ZoneInfo, limit: int) -> Sequence[Row[str, str | None]]:
    """Text and author of the newest messages that a question counts and that everybody may read."""
    query = select(Message.text, Message.author).where(*asked(trend, zone), Message.text != "", readable(OPEN))
    return session.execute(query.order_by(Message.published_at.desc(), Message.id.desc()).limit(limit)).all()
