"""Tickets change hands here: every change checks the version the person saw, and leaves a line of history.

All functions work in the caller's transaction, so that the change and its line are kept together or not at all.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ticket import Ticket, TicketEvent
from models.town import Department
from models.words import TicketStatus, TicketStep
from routing.errors import StaleTicket, TicketError, UnknownTicket

ROBOT = "luisterpost"
"""The actor of what nobody did by hand."""


def accept(session: Session, ticket_id: int, version: int, actor: str, now: datetime) -> Ticket:
    """The department takes it on.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: it is settled already.
    """
    ticket = _seen(session, ticket_id, version)
    _refuse_settled(ticket, "oppakken")
    ticket.status = TicketStatus.ACCEPTED
    return _told(session, ticket, TicketStep.ACCEPTED, actor, now)


def hand_over(session: Session, ticket_id: int, version: int, actor: str, now: datetime, department_id: str, note: str = "") -> Ticket:
    """Another department should do this. The term stays: a resident does not wait longer because of a wrong first address.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: it is settled already, or the other department does not exist, or is the same.
    """
    ticket = _seen(session, ticket_id, version)
    _refuse_settled(ticket, "overdragen")
    department = session.get(Department, department_id)
    if department is None or not department.active:
        raise TicketError(f"Afdeling {department_id!r} bestaat niet. Kies een afdeling uit de lijst.")
    if department_id == ticket.department_id:
        raise TicketError(f"Ticket {ticket_id} ligt al bij {department.name}. Kies een andere afdeling.")
    ticket.department_id = department_id
    ticket.status = TicketStatus.OPEN
    return _told(session, ticket, TicketStep.HANDED_OVER, actor, now, note, department_id)


def settle(session: Session, ticket_id: int, version: int, actor: str, now: datetime, outcome: str) -> Ticket:
    """It is done; `outcome` says what was done, in a sentence that residents may read.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: it is settled already, or nothing is said about what was done.
    """
    ticket = _seen(session, ticket_id, version)
    _refuse_settled(ticket, "afhandelen")
    told = " ".join(outcome.split())
    if not told:
        raise TicketError("Schrijf in één zin wat er is gedaan. Bewoners mogen die zin lezen.")
    ticket.status = TicketStatus.SETTLED
    ticket.settled_at = now
    ticket.outcome = told
    return _told(session, ticket, TicketStep.SETTLED, actor, now, told)


def reopen(session: Session, ticket_id: int, version: int, actor: str, now: datetime, note: str = "") -> Ticket:
    """It was not over after all. What was done before stays in the history.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: it is not settled.
    """
    ticket = _seen(session, ticket_id, version)
    if ticket.status is not TicketStatus.SETTLED:
        raise TicketError(f"Ticket {ticket_id} is nog niet afgehandeld, dus heropenen hoeft niet.")
    return reopen_seen(session, ticket, actor, now, note)


def reopen_seen(session: Session, ticket: Ticket, actor: str, now: datetime, note: str) -> Ticket:
    """Like `reopen`, for a settled ticket the caller has locked itself."""
    ticket.status = TicketStatus.OPEN
    ticket.settled_at = None
    ticket.outcome = None
    return _told(session, ticket, TicketStep.REOPENED, actor, now, note)


def note(session: Session, ticket_id: int, version: int, actor: str, now: datetime, text: str) -> Ticket:
    """Write something down for colleagues.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: there is nothing to write down.
    """
    ticket = _seen(session, ticket_id, version)
    if not text.strip():
        raise TicketError("De aantekening is leeg. Schrijf op wat uw collega's moeten weten.")
    return _told(session, ticket, TicketStep.NOTED, actor, now, text.strip())


def _seen(session: Session, ticket_id: int, version: int) -> Ticket:
    """The ticket, locked until the end of the transaction, if it is still as the caller saw it."""
    ticket = session.scalar(select(Ticket).where(Ticket.id == ticket_id).with_for_update().execution_options(populate_existing=True))
    if ticket is None:
        raise UnknownTicket(ticket_id)
    if ticket.version != version:
        raise StaleTicket(ticket_id, known=version, present=ticket.version)
    return ticket


def _refuse_settled(ticket: Ticket, wish: str) -> None:
    if ticket.status is TicketStatus.SETTLED:
        raise TicketError(f"Ticket {ticket.id} is al afgehandeld, dus {wish} kan niet meer. Heropen het eerst.")


def _told(
    session: Session, ticket: Ticket, step: TicketStep, actor: str, now: datetime, note: str = "", department_id: str | None = None
) -> Ticket:
    session.add(TicketEvent(ticket_id=ticket.id, at=now, step=step, actor=actor, department_id=department_id, note=note))
    session.flush()
    return ticket
