"""Tickets that belong together: one goes into another because it tells the same story, or two are linked."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.language import _, translated
from models.ticket import Ticket, TicketLink, helpers_of
from models.words import CLOSED, TicketStep
from routing.errors import TicketError
from routing.tickets.helping import help_along
from routing.tickets.history import write_down
from routing.tickets.seen import locked, seen
from routing.tickets.transitions import after


def merge(session: Session, ticket_id: int, version: int, actor: str, now: datetime, into_id: int) -> Ticket:
    """This ticket is the same story as another: it ends, and leads to that one. Its history stays.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: one of the two is closed, or they are one and the same.
    """
    if ticket_id == into_id:
        raise TicketError(_("Dit is ticket %(ticket_id)s zelf. Kies een ander ticket om het mee samen te voegen.", ticket_id=ticket_id))
    ticket = seen(session, ticket_id, version, into_id)
    other = locked(session, into_id)[0]
    if other.status in CLOSED:
        raise TicketError(
            _(
                "Ticket %(into_id)s is al %(status)s. Heropen dat eerst, of voeg het andersom samen.",
                into_id=into_id,
                status=translated(other.status.value),
            )
        )
    return go_into(session, ticket, other, actor, now)


def go_into(session: Session, ticket: Ticket, other: Ticket, actor: str, now: datetime) -> Ticket:
    """Like `merge`, for two open tickets the caller has locked itself (or that nobody else can be changing).

    What went into the first goes along, its departments help with the other, and the earlier of the two terms holds.
    """
    ticket.status = after(ticket.id, ticket.status, TicketStep.MERGED)
    ticket.waiting_for = ticket.waiting_until = None
    ticket.settled_at, ticket.merged_into = now, other.id
    ticket.outcome = f"Samengevoegd met ticket {other.id}: het gaat om hetzelfde."
    if ticket.due_at < other.due_at:
        other.due_at = ticket.due_at
    write_down(session, ticket, TicketStep.MERGED, actor, now, ticket.outcome)
    session.execute(update(Ticket).where(Ticket.merged_into == ticket.id).values(merged_into=other.id))
    write_down(session, other, TicketStep.TOOK_IN, actor, now, f"Ticket {ticket.id} gaat om hetzelfde en is hier verder.")
    for department_id in (ticket.department_id, *helpers_of(session, [ticket.id])[ticket.id]):
        help_along(session, other, department_id, actor, now, f"Deed ticket {ticket.id}.")
    return ticket


def link(session: Session, ticket_id: int, version: int, actor: str, now: datetime, other_id: int) -> Ticket:
    """These two have to do with each other; both histories tell so.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: they are one and the same, or linked already.
    """
    if ticket_id == other_id:
        raise TicketError(_("Dit is ticket %(ticket_id)s zelf. Kies een ander ticket om mee te verbinden.", ticket_id=ticket_id))
    ticket = seen(session, ticket_id, version, other_id)
    other = locked(session, other_id)[0]
    row = insert(TicketLink).values(ticket_id=min(ticket_id, other_id), other_id=max(ticket_id, other_id), since=now)
    if session.scalar(row.on_conflict_do_nothing().returning(TicketLink.ticket_id)) is None:
        raise TicketError(_("Ticket %(ticket_id)s en %(other_id)s zijn al verbonden.", ticket_id=ticket_id, other_id=other_id))
    write_down(session, other, TicketStep.LINKED, actor, now, f"met ticket {ticket_id}")
    return write_down(session, ticket, TicketStep.LINKED, actor, now, f"met ticket {other_id}")


def unlink(session: Session, ticket_id: int, version: int, actor: str, now: datetime, other_id: int) -> Ticket:
    """These two have nothing to do with each other after all.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: they are not linked.
    """
    ticket = seen(session, ticket_id, version, other_id)
    other = locked(session, other_id)[0]
    gone = delete(TicketLink).where(TicketLink.ticket_id == min(ticket_id, other_id), TicketLink.other_id == max(ticket_id, other_id))
    if session.scalar(gone.returning(TicketLink.ticket_id)) is None:
        raise TicketError(
            _("Ticket %(ticket_id)s en %(other_id)s zijn niet verbonden. Ververs de pagina.", ticket_id=ticket_id, other_id=other_id)
        )
    write_down(session, other, TicketStep.UNLINKED, actor, now, f"van ticket {ticket_id}")
    return write_down(session, ticket, TicketStep.UNLINKED, actor, now, f"van ticket {other_id}")
