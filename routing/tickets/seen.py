"""A ticket to change: locked until the end of the transaction, and still as the person saw it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ticket import Ticket
from routing.errors import StaleTicket, UnknownTicket


def locked(session: Session, *ticket_ids: int) -> Sequence[Ticket]:
    """These tickets in this order, locked in the order of their numbers, so that two who want the same two do not wait for each other.

    Raises:
        UnknownTicket: see there.
    """
    query = select(Ticket).where(Ticket.id.in_(ticket_ids)).order_by(Ticket.id)
    found = {ticket.id: ticket for ticket in session.scalars(query.with_for_update().execution_options(populate_existing=True))}
    for ticket_id in ticket_ids:
        if ticket_id not in found:
            raise UnknownTicket(ticket_id)
    return [found[ticket_id] for ticket_id in ticket_ids]


def seen(session: Session, ticket_id: int, version: int, *others: int) -> Ticket:
    """The ticket if it is still as the caller saw it; `others` are locked along with it.

    Raises:
        UnknownTicket, StaleTicket: see there.
    """
    ticket = locked(session, ticket_id, *others)[0]
    if ticket.version != version:
        raise StaleTicket(ticket_id, known=version, present=ticket.version)
    return ticket
