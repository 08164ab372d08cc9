"""Whether digests are read and acted on: by audience, never by reader."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from models.digest import Digest
from models.ticket import Ticket, TicketEvent
from models.words import DigestKind, TicketStep

ACTS = (TicketStep.ACCEPTED, TicketStep.SETTLED)


def digests_gone(session: Session, since: datetime, until: datetime) -> Sequence[Row[str, DigestKind, date]]:
    """Audience, kind and day of the digests that went to their readers between two moments; of a crisis the day's are one."""
    gone = select(Digest.audience, Digest.kind, Digest.day).where(Digest.gone_at >= since, Digest.gone_at < until)
    return session.execute(gone.distinct().order_by(Digest.day, Digest.audience, Digest.kind)).all()


def tickets_after_digests(session: Session, since: datetime, until: datetime, within: timedelta) -> dict[str, tuple[int, int, int]]:
    """By audience: tickets of that department that were open when a digest of theirs went between two moments; how many of these were
    taken up so soon after one, and how many settled. A ticket counts once, however many digests went.
    """
    open_then = (Ticket.opened_at <= Digest.gone_at) & or_(Ticket.settled_at.is_(None), Ticket.settled_at > Digest.gone_at)
    soon = TicketEvent.at.between(Digest.gone_at, Digest.gone_at + within)
    ticket = Ticket.id.distinct()
    query = (
        select(
            Digest.audience,
            func.count(ticket),
            *(func.count(ticket).filter(TicketEvent.step == step) for step in ACTS),
        )
        .join(Ticket, (Ticket.department_id == Digest.audience) & Ticket.merged_into.is_(None) & open_then)
        .outerjoin(TicketEvent, (TicketEvent.ticket_id == Ticket.id) & TicketEvent.step.in_(ACTS) & soon)
        .where(Digest.gone_at >= since, Digest.gone_at < until)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query.group_by(Digest.audience))}
