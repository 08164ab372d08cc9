"""A ticket's term in words: in working hours, or on the clock where its term is by the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboards.words.notation import number, plural, until
from models.language import _
from models.ticket import Ticket
from routing.tickets.working_hours import between, by_the_clock

A_DAY = 8.0
"""Working hours in a working day."""


def left(ticket: Ticket, now: datetime, zone: ZoneInfo) -> str:
    """`nog 6 werkuren`, `nog 3 werkdagen`, `2 werkuren te laat`, `nog 40 minuten`"""
    if by_the_clock(ticket.running_since, ticket.due_at, zone):
        return until(ticket.due_at, now)
    hours = between(now, ticket.due_at, zone)
    if abs(hours) < 1:
        return until(ticket.due_at, now) if abs((ticket.due_at - now).total_seconds()) < 5400 else _said(hours, _("minder dan 1 werkuur"))
    days = abs(hours) / A_DAY
    span = _("%(days)s werkdagen", days=number(round(days))) if days >= 2 else _hours(round(abs(hours)))
    return _said(hours, span)


def _hours(hours: int) -> str:
    return plural(hours, "werkuur", "werkuren")


def _said(hours: float, span: str) -> str:
    return _("nog %(span)s", span=span) if hours >= 0 else _("%(span)s te laat", span=span)
