"""What departments' own systems have not heard of their tickets goes into the outbox: once for every stretch of a ticket's history."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.outside_ticket import OutsideTicket, Untold, lines_after, untold, was_alerted
from models.settings import settings
from models.signal import Signal
from models.ticket import TicketEvent
from models.town import Department
from models.words import DeliveryWay, TicketStep
from routing.deliveries.address import Address
from routing.deliveries.outbox import put
from routing.digests.letters import SUBJECT, Letter, shortened

TOLD = frozenset(
    {
        TicketStep.OPENED,
        TicketStep.GREW,
        TicketStep.HANDED_OVER,
        TicketStep.SETTLED,
        TicketStep.REFUSED,
        TicketStep.MERGED,
        TicketStep.TOOK_IN,
        TicketStep.REOPENED,
        TicketStep.ESCALATED,
    }
)
"""Steps that a target hears of. Notes among colleagues stay here."""


def hand_in(session: Session, now: datetime) -> int:
    """Put into the outbox what targets have not heard; how many deliveries are new."""
    return sum(_tell(session, one, now) for one in untold(session))


def _tell(session: Session, one: Untold, now: datetime) -> int:
    key = {"ticket_id": one.ticket.id, "target": one.target}
    session.execute(insert(OutsideTicket).values(key).on_conflict_do_nothing())
    row = session.get_one(OutsideTicket, (one.ticket.id, one.target), with_for_update=True, populate_existing=True)
    news = lines_after(session, one.ticket.id, row.told_lines)
    lines = [line for line in news if line.step in TOLD]
    goes, comes = one.leaves and not row.let_go, row.let_go and not one.leaves
    if news:
        row.told_lines = news[-1].number
    if not (lines or goes or comes) or (one.leaves and not goes):
        return 0
    row.let_go = one.leaves
    letter = _letter(session, one, lines)
    number = f"{row.told_lines}-weg" if one.leaves else str(row.told_lines)
    return put(
        session,
        f"target/{one.target}/{one.ticket.id}/{number}",
        letter,
        Address(DeliveryWay.TARGET, one.target),
        now,
        ticket_id=one.ticket.id,
        urgent=was_alerted(session, one.ticket.signal_id),
    )


def _letter(session: Session, one: Untold, lines: Sequence[TicketEvent]) -> Letter:
    signal = session.get_one(Signal, one.ticket.signal_id)
    told = [_sentence(line) for line in lines if not (one.leaves and line.step is TicketStep.HANDED_OVER)]
    if one.leaves:
        told.append(f"Overgedragen aan {session.get_one(Department, one.ticket.department_id).name}; hier hoeft niets meer te gebeuren.")
    text = "\n".join(told) or "Weer bij deze afdeling."
    return Letter(shortened(signal.title, SUBJECT), f"<p>{escape(text).replace(chr(10), '<br>')}</p>", f"{text}\n")


def _sentence(line: TicketEvent) -> str:
    moment = line.at.astimezone(settings().zone)
    note = f": {line.note}" if line.note else ""
    return f"{moment:%d-%m %H:%M} {line.step.value}{note}"
