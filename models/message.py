"""Messages, and where each was seen."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.words import Channel


class Message(Base):
    """One thing a resident wrote, masked and with a pseudonymous author.

    A message deleted at its source stays as an empty tombstone (no text, author or address), so that counts hold and a late
    copy does not bring it back. `annotation_due` and `grouping_due` are the work lists of `understand` and `route`.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_published_at", "published_at"),
        Index("ix_message_author", "author"),
        Index("ix_message_conversation", "conversation", postgresql_where=sql("conversation IS NOT NULL")),
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
    reach: Mapped[int] = mapped_column(default=1, server_default=sql("1"))
    private: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    by_municipality: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    annotation_due: Mapped[bool] = mapped_column(default=True, server_default=sql("true"))
    grouping_due: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))


class Origin(Base):
    """Where a message was seen: the same post through two sources is one message with two origins."""

    __tablename__ = "origin"
    __table_args__ = (Index("ix_origin_message_id", "message_id"),)

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    external_id: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id"))
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Hash of what is stored of the item, so that an edit is seen and a repeat costs nothing."""
