"""What waits too long: answers, and tickets over their term."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.message import questions_waiting
from models.ticket import overdue
from models.town import department_names
from routing.digests.item import TicketState, ticket_state
from routing.signals.summary import DAY

WAITING_FOR = timedelta(days=14)


@dataclass(frozen=True)
class StillOpen:
    """What waits too long."""

    answers: int
    """Questions of residents that wait for an answer longer than a day."""
    overdue: tuple[TicketState, ...]
    """Tickets over their term."""


def still_open(session: Session, now: datetime) -> StillOpen:
    """Answers that wait longer than a day (of the last two weeks), and tickets over their term."""
    called = department_names(session)
    late = tuple(ticket_state(ticket, called, now) for ticket in overdue(session, now))
    return StillOpen(questions_waiting(session, now - WAITING_FOR, now - DAY), late)
