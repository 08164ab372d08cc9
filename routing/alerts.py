"""An alert: a ticket's department hears of it at once, in a mail of its own."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket
from models.town import Department
from routing.letters import write
from routing.outbox import put


def alert(session: Session, signal: Signal, ticket: Ticket, reason: str, now: datetime) -> int:
    """Put the alert of a signal into the outbox, once for good; 1 if it was not there yet."""
    department = session.scalars(select(Department).where(Department.id == ticket.department_id)).one()
    link = f"{settings().public_url.rstrip('/')}/tickets/{ticket.id}"
    letter = write(
        "alert", f"Dringend: {signal.title}", {"title": signal.title, "reason": reason, "link": link, "department": department.name}
    )
    return put(session, f"alert/{signal.id}", letter, department.email, now, ticket_id=ticket.id)
