"""Tickets as they stand in a department's own system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, and_, exists, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.delivery import Delivery
from models.message import Message
from models.rule import Routing
from models.signal import SignalMessage
from models.ticket import Ticket, TicketEvent
from models.town import Department, Place
from models.words import CLOSED, Action, DeliveryStatus, DeliveryWay


class OutsideTicket(Base):
    """One of our tickets in one target. `reference` is the target's own number or name for it; None until it is known to be there."""

    __tablename__ = "outside_ticket"
    __table_args__ = (Index("ix_outside_ticket_target_reference", "target", "reference"),)

    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"), primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="", server_default="")
    """How the target itself calls where it stands."""
    told_lines: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many lines of the ticket's history are on their way there, or came from there."""
    closed_there: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    let_go: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether the ticket went to another department: it was told so, and is no longer followed."""
    synced_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="", server_default="")
    """What a person should know: what keeps it from being in step, in Dutch; empty where nothing does."""


@dataclass(frozen=True)
class Untold:
    """A ticket of which a target does not know everything yet; `told` is the number of lines it knows."""

    ticket: Ticket
    target: str
    told: int
    leaves: bool
    """Whether it went to a department that does not use this target."""


def untold(session: Session) -> Sequence[Untold]:
    """Tickets with lines that their department's target has not heard, oldest first; a closed ticket only where the target knows it."""
    known = and_(OutsideTicket.ticket_id == Ticket.id, OutsideTicket.target == Department.target)
    query = (
        select(Ticket, func.coalesce(Department.target, ""), func.coalesce(OutsideTicket.told_lines, 0))
        .join(Department, Department.id == Ticket.department_id)
        .outerjoin(OutsideTicket, known)
        .where(Department.target.is_not(None), Ticket.lines > func.coalesce(OutsideTicket.told_lines, 0))
        .where(or_(OutsideTicket.ticket_id.is_not(None), Ticket.status.not_in(CLOSED)))
    )
    present = [Untold(ticket, target, told, False) for ticket, target, told in session.execute(query.order_by(Ticket.id))]
    left = (
        select(Ticket, OutsideTicket.target, OutsideTicket.told_lines)
        .join(OutsideTicket, OutsideTicket.ticket_id == Ticket.id)
        .join(Department, Department.id == Ticket.department_id)
        .where(~OutsideTicket.let_go, Department.target.is_distinct_from(OutsideTicket.target))
    )
    return present + [Untold(ticket, target, told, True) for ticket, target, told in session.execute(left.order_by(Ticket.id))]


def lines_after(session: Session, ticket_id: int, told: int) -> Sequence[TicketEvent]:
    """What happened to a ticket after its first `told` lines, oldest first."""
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id, TicketEvent.number > told)
    return session.scalars(query.order_by(TicketEvent.number)).all()


def to_ask_after(session: Session, asked_before: datetime, but_not: Sequence[str]) -> OutsideTicket | None:
    """One open ticket whose target was not asked since, longest first, locked; not while news of ours is on its way there."""
    query = (
        select(OutsideTicket)
        .join(Ticket, Ticket.id == OutsideTicket.ticket_id)
        .where(OutsideTicket.reference.is_not(None), ~OutsideTicket.let_go, OutsideTicket.target.not_in(but_not))
        .where(Ticket.status.not_in(CLOSED), OutsideTicket.told_lines >= Ticket.lines, ~_on_its_way())
        .where(or_(OutsideTicket.synced_at.is_(None), OutsideTicket.synced_at < asked_before))
    )
    ordered = query.order_by(OutsideTicket.synced_at.nulls_first(), OutsideTicket.ticket_id).limit(1)
    return session.scalar(ordered.with_for_update(of=OutsideTicket, skip_locked=True))


def outside_tickets_of(session: Session, ticket_id: int) -> Sequence[OutsideTicket]:
    """Where a ticket stands elsewhere."""
    return session.scalars(select(OutsideTicket).where(OutsideTicket.ticket_id == ticket_id).order_by(OutsideTicket.target)).all()


def outside_ticket_named(session: Session, target: str, reference: str) -> OutsideTicket | None:
    """The ticket that a target calls so, locked."""
    query = select(OutsideTicket).where(OutsideTicket.target == target, OutsideTicket.reference == reference)
    return session.scalar(query.with_for_update())


def earlier_on_its_way(session: Session, delivery: Delivery) -> Delivery | None:
    """An older delivery about the same ticket to the same target that still waits."""
    same = _same_as(delivery)
    query = select(Delivery).where(same, Delivery.id < delivery.id, Delivery.status == DeliveryStatus.WAITING)
    return session.scalar(query.order_by(Delivery.id).limit(1))


def told_before(session: Session, delivery: Delivery) -> bool:
    """Whether this ticket was offered to this target before."""
    return session.scalar(select(exists().where(_same_as(delivery), Delivery.id < delivery.id))) or False


def is_confidential(session: Session, signal_id: int) -> bool:
    """Whether a signal has messages that not everybody may read."""
    query = select(Message.id).join(SignalMessage, SignalMessage.message_id == Message.id)
    closed = query.where(SignalMessage.signal_id == signal_id, Message.private | Message.sensitive)
    return session.scalar(select(closed.exists())) or False


def was_alerted(session: Session, signal_id: int) -> bool:
    """Whether a rule asked for an alert about a signal."""
    return session.scalar(select(exists().where(Routing.signal_id == signal_id, Routing.action == Action.ALERT))) or False


def names_of_places(session: Session, ids: Sequence[str]) -> list[str]:
    """The names of some places, in the order in which they are asked for."""
    names = {row[0]: row[1] for row in session.execute(select(Place.id, Place.name).where(Place.id.in_(ids)))}
    return [names[id] for id in ids if id in names]


def _same_as(delivery: Delivery) -> ColumnElement[bool]:
    return and_(Delivery.way == DeliveryWay.TARGET, Delivery.recipient == delivery.recipient, Delivery.ticket_id == delivery.ticket_id)


def _on_its_way() -> ColumnElement[bool]:
    waiting = (Delivery.way == DeliveryWay.TARGET) & (Delivery.status == DeliveryStatus.WAITING)
    return exists().where(waiting, Delivery.ticket_id == OutsideTicket.ticket_id, Delivery.recipient == OutsideTicket.target)
