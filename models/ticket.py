"""Tickets: signals that a department must act on, and their history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Row,
    UniqueConstraint,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from models.base import Base, among, words
from models.signal import Signal
from models.town import Department
from models.words import CLOSED, SignalStatus, TicketStatus, TicketStep


def _opened_at(context: DefaultExecutionContext) -> datetime:
    at: datetime = context.get_current_parameters()["opened_at"]  # type: ignore[no-untyped-call]
    return at


class Ticket(Base):
    """One per signal. `version` counts changes, so that a stale page cannot overwrite a newer decision."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("signal_id"),
        Index("ix_ticket_department_id_status", "department_id", "status"),
        Index("ix_ticket_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    signal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("signal.id"))
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    """The department in the lead; those that help stand in `ticket_department`."""
    status: Mapped[TicketStatus] = mapped_column(words(TicketStatus), default=TicketStatus.OPEN)
    opened_at: Mapped[datetime]
    running_since: Mapped[datetime] = mapped_column(default=_opened_at)
    """When the present term began: when it was opened, or opened again."""
    due_at: Mapped[datetime]
    waiting_for: Mapped[str | None]
    """On whom or what it waits. The term runs on: a resident does not wait less because we do."""
    waiting_until: Mapped[datetime | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None]
    """When it was closed: settled, refused or merged."""
    outcome: Mapped[str | None]
    """What was done, in a sentence residents may read; of a refused ticket: why nobody acts."""
    merged_into: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("ticket.id"))
    messages_seen: Mapped[int] = mapped_column(default=0)
    """How many messages its history tells of; growth beyond it is told in a new line."""
    lines: Mapped[int] = mapped_column(server_default=text("0"))
    head: Mapped[bytes] = mapped_column(LargeBinary, server_default=text("''"))
    """How many lines its history has, and the hash of the last: kept by the database, so that a missing last line is noticed."""
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __mapper_args__ = {"version_id_col": version}


class TicketEvent(Base):
    """One line of a ticket's history.

    Lines are added, never changed: the database refuses it. It also numbers and chains them, whoever adds one: `hash` is the SHA-256
    of a JSON array of the line's content and of `before`, the hash of the line before it (empty for the first).
    """

    __tablename__ = "ticket_event"
    __table_args__ = (UniqueConstraint("ticket_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"))
    number: Mapped[int] = mapped_column(server_default=FetchedValue())
    at: Mapped[datetime]
    step: Mapped[TicketStep] = mapped_column(words(TicketStep))
    actor: Mapped[str]
    """Name of the account, or `luisterpost`."""
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    """To whom, where the ticket was handed over or help was asked."""
    note: Mapped[str] = mapped_column(default="")
    before: Mapped[bytes] = mapped_column(LargeBinary, server_default=FetchedValue())
    hash: Mapped[bytes] = mapped_column(LargeBinary, server_default=FetchedValue())


class TicketDepartment(Base):
    """A department that helps with a ticket beside the one in the lead: it may read and act too."""

    __tablename__ = "ticket_department"
    __table_args__ = (Index("ix_ticket_department_help", "department_id"),)

    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"), primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"), primary_key=True)
    since: Mapped[datetime]


class TicketLink(Base):
    """Two tickets that have to do with each other; the lower number stands first."""

    __tablename__ = "ticket_link"
    __table_args__ = (CheckConstraint("ticket_id < other_id", name="order"), Index("ix_ticket_link_other_id", "other_id"))

    ticket_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("ticket.id"), primary_key=True)
    since: Mapped[datetime]


def handled_by(department_id: str | None) -> ColumnElement[bool]:
    """What a ticket must be for this department to handle it: it leads or helps, here or with the ticket that this one went into."""
    lead = aliased(Ticket)
    here = or_(TicketDepartment.ticket_id == Ticket.id, TicketDepartment.ticket_id == Ticket.merged_into)
    helps = exists().where(TicketDepartment.department_id == department_id, here).correlate(Ticket)
    leads = exists().where(lead.id == Ticket.merged_into, lead.department_id == department_id).correlate(Ticket)
    return or_(Ticket.department_id == department_id, helps, leads)


@dataclass(frozen=True)
class Workload:
    """How much waits at a department."""

    open: int
    overdue: int


def workloads(session: Session, now: datetime) -> dict[str, Workload]:
    """What waits at each department that has something waiting."""
    overdue = func.count().filter(Ticket.due_at < now)
    query = select(Ticket.department_id, func.count(), overdue).where(Ticket.status.not_in(CLOSED)).group_by(Ticket.department_id)
    return {row[0]: Workload(row[1], row[2]) for row in session.execute(query)}


def ticket_about(session: Session, signal_id: int) -> Ticket | None:
    """The ticket of a signal, if it has one."""
    return session.scalar(select(Ticket).where(Ticket.signal_id == signal_id))


def tickets_about(session: Session, signal_ids: Sequence[int]) -> dict[int, Ticket]:
    """The tickets of some signals, by signal."""
    return {ticket.signal_id: ticket for ticket in session.scalars(select(Ticket).where(Ticket.signal_id == among(signal_ids)))}


def lines_of(session: Session, ticket_id: int) -> Sequence[TicketEvent]:
    """A ticket's history, newest first."""
    return session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.number.desc())).all()


def last_told(session: Session, ticket_ids: Sequence[int]) -> dict[int, datetime]:
    """When the history of each ticket last told of its size."""
    sizes = (TicketStep.OPENED, TicketStep.GREW, TicketStep.REOPENED)
    query = select(TicketEvent.ticket_id, func.max(TicketEvent.at)).where(
        TicketEvent.ticket_id == among(ticket_ids), TicketEvent.step.in_(sizes)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(TicketEvent.ticket_id))}


def overdue(session: Session, now: datetime) -> Sequence[Ticket]:
    """Tickets over their term, longest first."""
    query = select(Ticket).where(Ticket.status.not_in(CLOSED), Ticket.due_at < now)
    return session.scalars(query.order_by(Ticket.due_at, Ticket.id)).all()


def to_remind_of(session: Session, now: datetime) -> Sequence[Row[Ticket, Signal, Department]]:
    """Open tickets that wait for nothing, or no longer, with their signal and the department in the lead; the nearest term first."""
    query = (
        select(Ticket, Signal, Department)
        .join(Signal, Signal.id == Ticket.signal_id)
        .join(Department, Department.id == Ticket.department_id)
        .where(Ticket.status.not_in(CLOSED), func.coalesce(Ticket.waiting_until, Ticket.running_since) <= now)
    )
    return session.execute(query.order_by(Ticket.due_at, Ticket.id)).all()


def quiet_but_open(session: Session) -> Sequence[Signal]:
    """Signals that take in no more messages while somebody still has to act on them, weightiest first."""
    query = select(Signal).join(Ticket, Ticket.signal_id == Signal.id).where(Ticket.status.not_in(CLOSED))
    return session.scalars(query.where(Signal.status == SignalStatus.CLOSED).order_by(Signal.weight.desc(), Signal.id)).all()


def settled_since(session: Session, since: datetime, until: datetime) -> Sequence[Ticket]:
    """Tickets settled after `since`, up to and including `until`, newest first; not those that went into another."""
    done = (Ticket.status == TicketStatus.SETTLED) & Ticket.merged_into.is_(None)
    query = select(Ticket).where(done, Ticket.settled_at > since, Ticket.settled_at <= until)
    return session.scalars(query.order_by(Ticket.settled_at.desc(), Ticket.id)).all()


@dataclass(frozen=True)
class Chain:
    """A ticket's history as it stands, oldest line first, and what the ticket itself says of it: how many lines, and the last hash."""

    ticket_id: int
    lines: Sequence[TicketEvent]
    told: int
    head: bytes


def chains(session: Session, ticket_id: int | None = None) -> Iterator[Chain]:
    """The history of every ticket, or of one; read in one go, so that lines written meanwhile break nothing."""
    query = (
        select(Ticket.id, Ticket.lines, Ticket.head, TicketEvent)
        .outerjoin(TicketEvent, TicketEvent.ticket_id == Ticket.id)
        .order_by(Ticket.id, TicketEvent.number)
        .execution_options(yield_per=1000, populate_existing=True)
    )
    if ticket_id is not None:
        query = query.where(Ticket.id == ticket_id)
    for (id, told, head), rows in groupby(session.execute(query), key=lambda row: (row[0], row[1], row[2])):
        yield Chain(id, [row[3] for row in rows if row[3] is not None], told, head)


def helpers_of(session: Session, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    """The departments that help with each of these tickets, longest first."""
    query = select(TicketDepartment).where(TicketDepartment.ticket_id == among(ticket_ids))
    found: dict[int, list[str]] = {id: [] for id in ticket_ids}
    for row in session.scalars(query.order_by(TicketDepartment.since, TicketDepartment.department_id)):
        found[row.ticket_id].append(row.department_id)
    return found


def linked_with(session: Session, ticket_id: int) -> Sequence[Row[Ticket, Signal]]:
    """The tickets that have to do with this one, newest first."""
    either = or_(
        exists().where(TicketLink.ticket_id == ticket_id, TicketLink.other_id == Ticket.id),
        exists().where(TicketLink.other_id == ticket_id, TicketLink.ticket_id == Ticket.id),
    )
    query = select(Ticket, Signal).join(Signal, Signal.id == Ticket.signal_id).where(either)
    return session.execute(query.order_by(Ticket.id.desc())).all()


def merged_into(session: Session, ticket_id: int) -> Sequence[Row[Ticket, Signal]]:
    """The tickets that went into this one."""
    query = select(Ticket, Signal).join(Signal, Signal.id == Ticket.signal_id).where(Ticket.merged_into == ticket_id)
    return session.execute(query.order_by(Ticket.id)).all()


def found_by(session: Session, asked: str, besides: int, limit: int) -> Sequence[Row[Ticket, Signal]]:
    """Tickets with this number, or with these words in their title, newest first; not `besides`."""
    words = asked.split()
    query = select(Ticket, Signal).join(Signal, Signal.id == Ticket.signal_id).where(Ticket.id != besides)
    number = asked.strip().lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 18:
        query = query.where(Ticket.id == int(number))
    else:
        query = query.where(*(Signal.title.icontains(word, autoescape=True) for word in words))
    return session.execute(query.order_by(Ticket.opened_at.desc(), Ticket.id.desc()).limit(limit)).all() if words else []


def what_helped(session: Session, ticket: Ticket, limit: int) -> Sequence[Row[str | None, int]]:
    """What was done about earlier tickets of the same sub-theme, and how often, the nearest and newest first."""
    about, now_about = aliased(Signal), aliased(Signal)
    near = about.areas.overlap(now_about.areas)
    query = (
        select(Ticket.outcome, func.count())
        .join(about, about.id == Ticket.signal_id)
        .join(now_about, now_about.id == ticket.signal_id)
        .where(Ticket.status == TicketStatus.SETTLED, Ticket.merged_into.is_(None), Ticket.id != ticket.id, about.sub == now_about.sub)
        .group_by(Ticket.outcome)
        .order_by(func.bool_or(near).desc(), func.max(Ticket.settled_at).desc())
    )
    return session.execute(query.limit(limit)).all()
