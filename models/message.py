"""Messages, and where each was seen."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Date, ForeignKey, Identity, Index, LargeBinary, cast, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from models.annotation import Annotation
from models.base import Base, words
from models.words import Channel, Kind


class Message(Base):
    """One thing a resident wrote, masked and with a pseudonymous author.

    A message deleted at its source stays as an empty tombstone (no text, author or address), so that counts hold and a late
    copy does not bring it back. `annotation_due` and `grouping_due` are the work lists of `understand` and `route`.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_published_at", "published_at"),
        Index("ix_message_author_published_at", "author", "published_at"),
        Index("ix_message_conversation", "conversation", postgresql_where=sql("conversation IS NOT NULL")),
        Index("ix_message_parent_id", "parent_id", postgresql_where=sql("parent_id IS NOT NULL")),
        Index("uq_message_identity", "identity", unique=True, postgresql_where=sql("identity IS NOT NULL")),
        Index("ix_message_parent_identity", "parent_identity", postgresql_where=sql("parent_id IS NULL AND parent_identity IS NOT NULL")),
        Index("ix_message_annotation_due", "id", postgresql_where=sql("annotation_due")),
        Index("ix_message_grouping_due", "published_at", "id", postgresql_where=sql("grouping_due")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"))
    channel: Mapped[Channel] = mapped_column(words(Channel))
    medium: Mapped[str] = mapped_column(default="", server_default="")
    """What people call the channel: `telefoon`, `e-mail`, `Facebook`, `Mastodon`."""
    text: Mapped[str]
    author: Mapped[str | None]
    """Keyed pseudonym, 32 hexadecimal digits; None where the source names nobody."""
    published_at: Mapped[datetime]
    received_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    url: Mapped[str | None]
    conversation: Mapped[str | None]
    in_reply_to: Mapped[str | None]
    """What its first source calls the message it replies to; `parent_id` is that message, as soon as it is here."""
    parent_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("message.id", ondelete="SET NULL"))
    identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Keyed digest of the name that every source has for this post (ingest.border.identity); kept by a tombstone."""
    parent_identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The same of the message it replies to."""
    reach: Mapped[int] = mapped_column(default=1, server_default=sql("1"))
    private: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    sensitive: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    """It tells of somebody's health: it counts, and is quoted to nobody but who handles it."""
    by_municipality: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    annotation_due: Mapped[bool] = mapped_column(default=True, server_default=sql("true"))
    grouping_due: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))


class Origin(Base):
    """Where a message was seen: the same post through two sources is one message with two origins."""

    __tablename__ = "origin"
    __table_args__ = (
        Index("ix_origin_message_id", "message_id"),
        Index("ix_origin_in_reply_to", "source_id", "in_reply_to", postgresql_where=sql("in_reply_to IS NOT NULL")),
    )

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id"))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Hash of what is stored of the item, so that an edit is seen and a repeat costs nothing."""
    in_reply_to: Mapped[str | None]
    """What this source calls the message it replies to."""
    private: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    """Whether this source shows it to nobody else: a message is private where all its origins are."""


SOME_DUE_FOR_ANNOTATION = "SELECT EXISTS (SELECT FROM message WHERE annotation_due)"
"""Whether any message waits to be understood, for one who holds a bare connection: the trigger of dags/watch.py."""


def claim_due_for_annotation(session: Session, limit: int) -> Sequence[Message]:
    """The oldest messages that nobody annotates at the moment, locked until the end of the transaction."""
    query = select(Message).where(Message.annotation_due).order_by(Message.id).limit(limit)
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def lock_due_for_grouping(session: Session, limit: int) -> list[int]:
    """The oldest messages that wait to be grouped, locked until the end of the transaction; what another holds is left for later."""
    query = select(Message.id).where(Message.grouping_due).order_by(Message.published_at, Message.id).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def span_due_for_grouping(session: Session) -> tuple[datetime, datetime] | None:
    """When the first and the last of the messages that wait to be grouped were published; None where none wait."""
    first, last = session.execute(select(func.min(Message.published_at), func.max(Message.published_at)).where(Message.grouping_due)).one()
    return None if first is None else (first, last)


def first_published(session: Session) -> datetime | None:
    """When the history begins."""
    return session.scalar(select(func.min(Message.published_at)))


def residents_between(session: Session, since: datetime, until: datetime) -> int:
    """How many messages residents sent after `since`, up to and including `until`."""
    return session.scalar(select(func.count()).where(*_by_residents(since, until))) or 0


def questions_waiting(session: Session, since: datetime, until: datetime) -> int:
    """Questions of residents published between the two moments that nobody answered yet."""
    query = select(func.count()).select_from(Message).join(Annotation, Annotation.message_id == Message.id)
    waiting = query.where(*_by_residents(since, until), Message.answered_at.is_(None), Annotation.kind == Kind.QUESTION)
    return session.scalar(waiting) or 0


def external_ids_since(session: Session, source_id: str, since: datetime) -> list[str]:
    """What one source calls its messages published since then that are not removed, in order of those names."""
    query = select(Origin.external_id).join(Message, Message.id == Origin.message_id)
    mine = query.where(Origin.source_id == source_id, Message.published_at >= since, Message.deleted_at.is_(None))
    return list(session.scalars(mine.order_by(Origin.external_id)))


def local_day(moment: ColumnElement[datetime] | InstrumentedAttribute[datetime], zone: ZoneInfo) -> ColumnElement[date]:
    """The calendar day of a moment on the clocks of the municipality."""
    return cast(func.timezone(zone.key, moment), Date)


def _by_residents(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Message.published_at > since, Message.published_at <= until, ~Message.by_municipality, Message.deleted_at.is_(None))


def questions_between(session: Session, since: datetime, until: datetime) -> tuple[int, int]:
    """How many questions residents asked after `since`, up to and including `until`, and how many of them are answered."""
    query = select(func.count(), func.count(Message.answered_at)).select_from(Message).join(Annotation, Annotation.message_id == Message.id)
    row = session.execute(query.where(*_by_residents(since, until), Annotation.kind == Kind.QUESTION)).one()
    return row[0], row[1]
