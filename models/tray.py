"""What waits at a department: its tickets, asked in the ways in which its inbox can be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from models.signal import Signal
from models.ticket import Ticket, TicketDepartment
from models.words import CLOSED, TicketStatus

Columns = TypeVarTuple("Columns")
URGENT = 0.75
"""Urgency from which a signal counts as urgent."""


class TrayOrder(StrEnum):
    """What comes first in an inbox."""

    TERM = "termijn"
    WEIGHT = "gewicht"


@dataclass(frozen=True)
class Tray:
    """Which tickets of a department: `status` None means all that are not closed (or, with `closed`, all that are)."""

    department_id: str
    closed: bool = False
    status: TicketStatus | None = None
    urgent: bool = False
    late: bool = False
    mine: int | None = None
    theme: str | None = None
    area: str | None = None
    words: str = ""
    order: TrayOrder = TrayOrder.TERM


def in_tray(session: Session, tray: Tray, now: datetime, limit: int) -> Sequence[Row[Ticket, Signal]]:
    """These tickets with their signals: open ones by term and then weight (or the other way round), closed ones the newest first."""
    query = _narrowed(select(Ticket, Signal), tray, now)
    if tray.closed:
        query = query.order_by(Ticket.settled_at.desc(), Ticket.id)
    elif tray.order is TrayOrder.WEIGHT:
        query = query.order_by(Signal.weight.desc(), Ticket.due_at, Ticket.id)
    else:
        query = query.order_by(Ticket.due_at, Signal.weight.desc(), Ticket.id)
    return session.execute(query.limit(limit)).all()


def count_tray(session: Session, tray: Tray, now: datetime) -> int:
    """How many tickets that are."""
    return session.scalar(_narrowed(select(func.count()).select_from(Ticket), tray, now)) or 0


def _narrowed(query: Select[*Columns], tray: Tray, now: datetime) -> Select[*Columns]:
    helps = exists().where(TicketDepartment.ticket_id == Ticket.id, TicketDepartment.department_id == tray.department_id)
    return query.join(Signal, Signal.id == Ticket.signal_id).where(
        or_(Ticket.department_id == tray.department_id, helps), *_asked(tray, now)
    )


def _asked(tray: Tray, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Ticket.status.in_(CLOSED) if tray.closed else Ticket.status.not_in(CLOSED)]
    if tray.status is not None:
        conditions.append(Ticket.status == tray.status)
    if tray.urgent:
        conditions.append(Signal.urgency >= URGENT)
    if tray.late:
        conditions.append(Ticket.due_at < now)
    if tray.mine is not None:
        conditions.append(Ticket.assignee_id == tray.mine)
    if tray.theme is not None:
        conditions.append(or_(Signal.theme == tray.theme, Signal.sub == tray.theme))
    if tray.area is not None:
        conditions.append(Signal.areas.contains([tray.area]))
    return conditions + [Signal.title.icontains(word, autoescape=True) for word in tray.words.split()]
