"""Tickets: signals that a department must act on, and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Row, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, among, words
from models.signal import Signal
from models.words import TicketStatus, TicketStep


class Ticket(Base):
    """One per signal. `version` counts changes, so that a stale page cannot overwrite a newer decision."""

    __tablename__ = "ticket"
    __table_args__ = (UniqueConstraint("signal_id"), Index("ix_ticket_department_id_status", "department_id", "status"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    status: Mapped[TicketStatus] = mapped_column(words(TicketStatus), default=TicketStatus.OPEN)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """What was done, in a sentence residents may read."""
    messages_seen: Mapped[int] = mapped_column(default=0)
    """How many messages its history tells of; growth beyond it is told in a new line."""
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}


class TicketEvent(Base):
    """One line of a ticket's history; lines are added, never changed."""

    __tablename__ = "ticket_event"
    __table_args__ = (Index("ix_ticket_event_ticket_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"))
    at: Mapped[datetime]
    step: Mapped[TicketStep] = mapped_column(words(TicketStep))
    actor: Mapped[str]
    """Name of the account, or `luisterpost`."""
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    """To whom, where the ticket was handed over."""
    note: Mapped[str] = mapped_column(default="")


@dataclass(frozen=True)
class Workload:
    """How much waits at a department."""

    open: int
    overdue: int


def in_tray(session: Session, department_id: str, settled: bool, limit: int) -> Sequence[Row[Ticket, Signal]]:
    """A department's tickets with their signals: the open ones by term and then weight, or the settled ones, newest first."""
    query = select(Ticket, Signal).join(Signal, Signal.id == Ticket.signal_id).where(Ticket.department_id == department_id)
    if settled:
        query = query.where(Ticket.status == TicketStatus.SETTLED).order_by(Ticket.settled_at.desc(), Ticket.id)
    else:
        query = query.where(Ticket.status != TicketStatus.SETTLED).order_by(Ticket.due_at, Signal.weight.desc(), Ticket.id)
    return session.execute(query.limit(limit)).all()


def workloads(session: Session, now: datetime) -> dict[str, Workload]:
    """What waits at each department that has something waiting."""
    overdue = func.count().filter(Ticket.due_at < now)
    query = select(Ticket.department_id, func.count(), overdue).where(Ticket.status != TicketStatus.SETTLED).group_by(Ticket.department_id)
    return {row[0]: Workload(row[1], row[2]) for row in session.execute(query)}


def ticket_about(session: Session, signal_id: int) -> Ticket | None:
    """The ticket of a signal, if it has one."""
    return session.scalar(select(Ticket).where(Ticket.signal_id == signal_id))


def tickets_about(session: Session, signal_ids: Sequence[int]) -> dict[int, Ticket]:
    """The tickets of some signals, by signal."""
    return {ticket.signal_id: ticket for ticket in session.scalars(select(Ticket).where(Ticket.signal_id == among(signal_ids)))}


def lines_of(session: Session, ticket_id: int) -> Sequence[TicketEvent]:
    """A ticket's history, newest first."""
    return session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.at.desc(), TicketEvent.id.desc())
    ).all()


def last_told(session: Session, ticket_ids: Sequence[int]) -> dict[int, datetime]:
    """When the history of each ticket last told of its size."""
    sizes = (TicketStep.OPENED, TicketStep.GREW, TicketStep.REOPENED)
    query = select(TicketEvent.ticket_id, func.max(TicketEvent.at)).where(
        TicketEvent.ticket_id == among(ticket_ids), TicketEvent.step.in_(sizes)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(TicketEvent.ticket_id))}


def overdue(session: Session, now: datetime) -> Sequence[Ticket]:
    """Tickets over their term, longest first."""
    query = select(Ticket).where(Ticket.status != TicketStatus.SETTLED, Ticket.due_at < now)
    return session.scalars(query.order_by(Ticket.due_at, Ticket.id)).all()


def settled_since(session: Session, since: datetime, until: datetime) -> Sequence[Ticket]:
    """Tickets settled after `since`, up to and including `until`, newest first."""
    query = select(Ticket).where(Ticket.status == TicketStatus.SETTLED, Ticket.settled_at > since, Ticket.settled_at <= until)
    return session.scalars(query.order_by(Ticket.settled_at.desc(), Ticket.id)).all()
