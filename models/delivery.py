"""The outbox: what is to be sent, and what became of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Identity, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.digest import Digest
from models.ticket import Ticket
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


def deliveries_for(session: Session, department_id: str | None, limit: int, before: int | None = None) -> Sequence[Delivery]:
    """What was or will be sent, newest first; for one department only its digests and what is about its tickets."""
    query = select(Delivery).order_by(Delivery.id.desc()).limit(limit)
    if department_id is not None:
        query = query.where(_for_department(department_id))
    if before is not None:
        query = query.where(Delivery.id < before)
    return session.scalars(query).all()


def delivery_for(session: Session, delivery_id: int, department_id: str | None) -> Delivery | None:
    """One delivery, if this department (None: anyone) may read it."""
    query = select(Delivery).where(Delivery.id == delivery_id)
    return session.scalar(query if department_id is None else query.where(_for_department(department_id)))


def _for_department(department_id: str) -> ColumnElement[bool]:
    digests = select(Digest.id).where(Digest.audience == department_id)
    tickets = select(Ticket.id).where(Ticket.department_id == department_id)
    return Delivery.digest_id.in_(digests) | Delivery.ticket_id.in_(tickets)


def claim_due(session: Session, now: datetime) -> Delivery | None:
    """One delivery that waits and is due, locked until the end of the transaction; what another process holds is passed over."""
    query = select(Delivery).where(Delivery.status == DeliveryStatus.WAITING, Delivery.due_at <= now)
    return session.scalar(query.order_by(Delivery.due_at, Delivery.id).limit(1).with_for_update(skip_locked=True))
