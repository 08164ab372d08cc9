"""The outbox: what is to be sent, and what became of it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.words import DeliveryStatus, DeliveryWay


class Delivery(Base):
    """One thing to be sent, once. `key` names it for good (`digest/reiniging/2026-11-21`): it keeps a retry from doubling it."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "due_at", postgresql_where=text("status = 'waiting'")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    way: Mapped[DeliveryWay] = mapped_column(words(DeliveryWay))
    status: Mapped[DeliveryStatus] = mapped_column(words(DeliveryStatus), default=DeliveryStatus.WAITING)
    recipient: Mapped[str]
    subject: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    digest_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("digest.id"))
    ticket_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("ticket.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
