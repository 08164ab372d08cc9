"""Calls that sources made to us, so that one that comes twice is stored once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class ReceivedCall(Base):
    """One call of one source, stored in the transaction of what it brought.

    `delivery` is a hash of what its sender calls it, `body` a hash of what it said, `answer` what the sender was told.
    """

    __tablename__ = "received_call"
    __table_args__ = (Index("ix_received_call_received_at", "received_at"),)

    source_id: Mapped[str] = mapped_column(ForeignKey("source.id"), primary_key=True)
    delivery: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    answer: Mapped[dict[str, Any]]


def earlier_call(session: Session, source_id: str, delivery: bytes) -> ReceivedCall | None:
    """The call of this source that had this name, if it is remembered."""
    return session.scalar(select(ReceivedCall).where(ReceivedCall.source_id == source_id, ReceivedCall.delivery == delivery))


def forget_calls(session: Session, before: datetime) -> None:
    """Forget calls that came in before a moment."""
    session.execute(delete(ReceivedCall).where(ReceivedCall.received_at < before))
