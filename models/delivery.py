"""The outbox: what is to be sent, and what became of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Identity, Index, exists, false, func, or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.digest import Digest
from models.ticket import Ticket
from models.words import DeliveryStatus, DeliveryWay


@dataclass(frozen=True)
class Circuit:
    """What fails together: all mail, or one chat or target. `recipient` is empty where the whole way is meant."""

    way: DeliveryWay
    recipient: str = ""


class Delivery(Base):
    """One thing to be sent, once. `key` names it for good (`digest/reiniging/2026-11-21`): it keeps a retry from doubling it."""

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_due", "due_at", postgresql_where=sql("status = 'waiting'")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    way: Mapped[DeliveryWay] = mapped_column(words(DeliveryWay))
    status: Mapped[DeliveryStatus] = mapped_column(words(DeliveryStatus), default=DeliveryStatus.WAITING)
    recipient: Mapped[str]
    """An e-mail address, or the name of an entry in channels.yaml or targets.yaml."""
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
    urgent: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    """Goes before whatever is not."""
    brief: Mapped[str] = mapped_column(default="", server_default="")
    """The letter in one sentence, for a chat; holds nothing that a resident wrote."""
    unsubscribe: Mapped[str] = mapped_column(default="", server_default="")
    """The address where one click ends these letters (RFC 8058); empty for what is sent because of somebody's work."""

    @property
    def circuit(self) -> Circuit:
        own = self.way in (DeliveryWay.CHAT, DeliveryWay.TARGET)
        return Circuit(self.way, self.recipient if own else "")


class Resend(Base):
    """That a person had a delivery sent again, and what had been the matter with it."""

    __tablename__ = "resend"
    __table_args__ = (Index("ix_resend_delivery_id", "delivery_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("delivery.id"))
    at: Mapped[datetime]
    actor: Mapped[str]
    recipient: Mapped[str]
    """Whom it had been for, where the address was mended."""
    problem: Mapped[str]


@dataclass(frozen=True)
class WantedDeliveries:
    """Which deliveries are asked for; None leaves a question open."""

    status: DeliveryStatus | None = None
    way: DeliveryWay | None = None
    department_id: str | None = None


def deliveries_wanted(session: Session, wanted: WantedDeliveries, limit: int, before: int | None = None) -> Sequence[Delivery]:
    """What was or will be sent, newest first; of a department only its digests and what is about its tickets."""
    query = select(Delivery).where(*_wanted(wanted)).order_by(Delivery.id.desc()).limit(limit)
    if before is not None:
        query = query.where(Delivery.id < before)
    return session.scalars(query).all()


def delivery_counts(session: Session, department_id: str | None, since: datetime) -> dict[DeliveryWay, dict[DeliveryStatus, int]]:
    """How many deliveries stand where, by way; of those that were sent only the ones since a moment."""
    query = select(Delivery.way, Delivery.status, func.count()).group_by(Delivery.way, Delivery.status)
    query = query.where(*_wanted(WantedDeliveries(department_id=department_id)))
    found: dict[DeliveryWay, dict[DeliveryStatus, int]] = {}
    for way, status, count in session.execute(query.where((Delivery.status != DeliveryStatus.SENT) | (Delivery.sent_at >= since))):
        found.setdefault(way, {})[status] = count
    return found


def resends_of(session: Session, delivery_id: int) -> Sequence[Resend]:
    """When a delivery was sent again, newest first."""
    return session.scalars(select(Resend).where(Resend.delivery_id == delivery_id).order_by(Resend.id.desc())).all()


def locked_delivery(session: Session, delivery_id: int) -> Delivery | None:
    """One delivery, locked until the end of the transaction; waits while it is being sent."""
    return session.scalar(select(Delivery).where(Delivery.id == delivery_id).with_for_update().execution_options(populate_existing=True))


def lock_dead(session: Session, way: DeliveryWay) -> Sequence[Delivery]:
    """Every dead delivery of one way, locked, oldest first."""
    query = select(Delivery).where(Delivery.status == DeliveryStatus.DEAD, Delivery.way == way)
    return session.scalars(query.order_by(Delivery.id).with_for_update(skip_locked=True)).all()


def _wanted(wanted: WantedDeliveries) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(Delivery.status == wanted.status)
    if wanted.way is not None:
        conditions.append(Delivery.way == wanted.way)
    if wanted.department_id is not None:
        conditions.append(_for_department(wanted.department_id))
    return conditions


def delivery_for(session: Session, delivery_id: int, department_id: str | None) -> Delivery | None:
    """One delivery, if this department (None: anyone) may read it."""
    query = select(Delivery).where(Delivery.id == delivery_id)
    return session.scalar(query if department_id is None else query.where(_for_department(department_id)))


def _for_department(department_id: str) -> ColumnElement[bool]:
    digests = select(Digest.id).where(Digest.audience == department_id)
    tickets = select(Ticket.id).where(Ticket.department_id == department_id)
    return Delivery.digest_id.in_(digests) | Delivery.ticket_id.in_(tickets)


def claim_due(session: Session, now: datetime, stopped: Collection[Circuit] = ()) -> Delivery | None:
    """One delivery that waits and is due, the urgent first, locked until the end of the transaction.

    What another process holds is passed over, and so is what goes to a `stopped` server.
    """
    query = select(Delivery).where(Delivery.status == DeliveryStatus.WAITING, Delivery.due_at <= now)
    for circuit in stopped:
        query = query.where(or_(Delivery.way != circuit.way, Delivery.recipient != circuit.recipient if circuit.recipient else false()))
    return session.scalar(query.order_by(Delivery.urgent.desc(), Delivery.due_at, Delivery.id).limit(1).with_for_update(skip_locked=True))


def keys_present(session: Session, keys: Sequence[str]) -> frozenset[str]:
    """Which of these keys are in the outbox already."""
    return frozenset(session.scalars(select(Delivery.key).where(Delivery.key.in_(keys))))


def urgent_is_due(session: Session, now: datetime) -> bool:
    """Whether something urgent waits and is due."""
    due = exists().where(Delivery.status == DeliveryStatus.WAITING, Delivery.urgent, Delivery.due_at <= now)
    return bool(session.scalar(select(due)))
