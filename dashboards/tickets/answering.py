"""The answer of a ticket as its page shows it: how far it is, who waits for it, and whether what was done helped."""

from dataclasses import dataclass

from dashboards.visit import Visit
from models.answer import Answer, answer_to, waiting_counts
from models.sight import readable
from models.ticket import Ticket
from models.words import TicketStatus
from routing.answers.drafts import usable
from routing.answers.effect import Change, Effect, effect


@dataclass(frozen=True)
class Answering:
    """`usable` is the text that residents may be told, None while nobody agreed; `waiting` counts messages that this visitor may read."""

    answer: Answer | None
    usable: str | None
    waiting: int
    effect: Effect | None


def answering(visit: Visit, ticket: Ticket) -> Answering:
    """What the page of a ticket tells of its answer."""
    answer = answer_to(visit.session, ticket.id)
    settled = ticket.settled_at if ticket.status is TicketStatus.SETTLED else None
    return Answering(
        answer=answer,
        usable=usable(answer),
        waiting=waiting_counts(visit.session, [ticket.signal_id], readable(visit.reader)).get(ticket.signal_id, 0),
        effect=effect(visit.session, Change(ticket.signal_id, settled), visit.now) if settled else None,
    )
