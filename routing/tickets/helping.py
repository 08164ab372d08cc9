"""Departments that help with a ticket beside the one in the lead: they may read it and act on it too."""

import json
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.database import TICKETS_CHANGED
from models.language import _
from models.ticket import Ticket, TicketDepartment
from models.town import Department
from models.words import TicketStep
from routing.errors import TicketError
from routing.tickets.history import write_down
from routing.tickets.seen import seen
from routing.tickets.transitions import after


def ask_help(session: Session, ticket_id: int, version: int, actor: str, now: datetime, department_id: str, note: str = "") -> Ticket:
    """Ask another department to help; the ticket stays where it is.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: the ticket is closed, the department does not exist, leads or helps already.
    """
    ticket = seen(session, ticket_id, version)
    after(ticket.id, ticket.status, TicketStep.HELP_ASKED)
    department = session.get(Department, department_id)
    if department is None or not department.active:
        raise TicketError(_("Afdeling %(department_id)r bestaat niet. Kies een afdeling uit de lijst.", department_id=department_id))
    if not help_along(session, ticket, department_id, actor, now, note.strip()):
        raise TicketError(
            _("%(name)s doet al mee met ticket %(ticket_id)s. Kies een andere afdeling.", name=department.name, ticket_id=ticket_id)
        )
    return ticket


def help_along(session: Session, ticket: Ticket, department_id: str, actor: str, now: datetime, note: str) -> bool:
    """Have a department help with an open ticket; False where it leads or helps already."""
    if department_id == ticket.department_id:
        return False
    row = insert(TicketDepartment).values(ticket_id=ticket.id, department_id=department_id, since=now)
    if session.scalar(row.on_conflict_do_nothing().returning(TicketDepartment.department_id)) is None:
        return False
    write_down(session, ticket, TicketStep.HELP_ASKED, actor, now, note, department_id)
    return True


def end_help(session: Session, ticket_id: int, version: int, actor: str, now: datetime, department_id: str) -> Ticket:
    """That department need not help any more.

    Raises:
        UnknownTicket, StaleTicket: see there.
        TicketError: the ticket is closed, or the department does not help.
    """
    ticket = seen(session, ticket_id, version)
    after(ticket.id, ticket.status, TicketStep.HELP_ENDED)
    announce(session, ticket)
    if not stop_helping(session, ticket.id, department_id):
        raise TicketError(_("Deze afdeling helpt niet met ticket %(ticket_id)s. Ververs de pagina.", ticket_id=ticket_id))
    return write_down(session, ticket, TicketStep.HELP_ENDED, actor, now, "", department_id)


def stop_helping(session: Session, ticket_id: int, department_id: str) -> bool:
    """Take a department off the helpers; False where it was none."""
    gone = delete(TicketDepartment).where(TicketDepartment.ticket_id == ticket_id, TicketDepartment.department_id == department_id)
    return session.scalar(gone.returning(TicketDepartment.department_id)) is not None


def announce(session: Session, ticket: Ticket) -> None:
    """Tell the inboxes in which a ticket stands now that it changes: the database itself tells those in which it stands afterwards."""
    session.flush()
    helping = session.scalars(select(TicketDepartment.department_id).where(TicketDepartment.ticket_id == ticket.id)).all()
    told = json.dumps({"ticket": ticket.id, "departments": [ticket.department_id, *helping]})
    session.execute(select(func.pg_notify(TICKETS_CHANGED, told)))
