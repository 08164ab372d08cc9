"""A ticket as a target is told of it. Of what residents wrote, nothing goes along but the few words of the title."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.delivery import Delivery
from models.outside_ticket import OutsideTicket, is_confidential, names_of_places
from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket
from models.words import CLOSED
from routing.deliveries.targets.target import Case, Turn, link_of, reference_of

MOST_PLACES = 5


def case_of(session: Session, delivery: Delivery, ticket: Ticket, row: OutsideTicket, now: datetime) -> Case:
    """The ticket as it is now, with what this delivery tells of it."""
    signal = session.get_one(Signal, ticket.signal_id)
    places = tuple(names_of_places(session, signal.areas[:MOST_PLACES]))
    reference = reference_of(ticket.id)
    return Case(
        reference=reference,
        mark=f"{reference}/{delivery.key.rpartition('/')[2]}",
        title=signal.title,
        text=f"{_story(signal, ticket, places)}\n\n{delivery.text.strip()}",
        note=delivery.text.strip(),
        link=link_of(ticket.id),
        sub=signal.sub,
        places=places,
        opened_at=ticket.opened_at,
        due_at=ticket.due_at.astimezone(settings().zone),
        urgent=delivery.urgent,
        confidential=is_confidential(session, signal.id),
        turn=_turn(ticket, row),
        now=now,
    )


def _turn(ticket: Ticket, row: OutsideTicket) -> Turn:
    if ticket.status in CLOSED or row.let_go:
        return Turn.CLOSES
    return Turn.REOPENS if row.closed_there else Turn.STAYS


def _story(signal: Signal, ticket: Ticket, places: tuple[str, ...]) -> str:
    counts = f"{signal.messages} {'bericht' if signal.messages == 1 else 'berichten'} van {signal.people} mensen."
    where = f"Waar: {', '.join(places)}." if places else ""
    due = f"Graag klaar op {ticket.due_at.astimezone(settings().zone):%d-%m-%Y om %H:%M}."
    return "\n".join(line for line in (signal.title, counts, where, due) if line)
