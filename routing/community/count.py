"""Counting the months: the last ones again, as answers still come, and older ones once."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.community import (
    WORKING_HOURS,
    CommunityMonth,
    Hours,
    Span,
    answers_by_hours,
    answers_by_medium,
    ideas_met,
    keep_month,
    months_between,
    new_writers,
    openings_and_reactions,
    own_posts,
    posts_by_writer,
)
from models.database import transaction
from models.message import first_published
from models.settings import settings
from models.ticket import settled_since
from models.words import Channel
from routing.answers.effect import Change, Verdict, effects
from routing.community.month import Answering, Conversations, Medium, Month
from routing.tickets.working_hours import openings

SETTLES = timedelta(days=3)
"""After how long it may be said that nobody answered. Our own choice: three days bridge a weekend."""
CHANGES = timedelta(days=45)
"""How long after its end a month is counted again."""
MONTHS_BACK = 36
MOST_JUDGED = 200
"""Settled tickets of one month that are judged, the newest: each takes a look at the messages around it."""
KNOWN_BEFORE = timedelta(days=28)
"""How much of the time before a month must be known to say who is new in it."""
MARGIN = timedelta(days=14)
"""Around a month, to know the opening hours on both sides of every holiday."""
COLUMNS = ("wanting", "people", "answered", "within_day", "came_shut", "met_shut")
MONTH = TypeAdapter(Month)


def count_months(now: datetime) -> int:
    """Count every month that is not counted yet or may have changed, each in a transaction of its own; how many were counted."""
    zone = settings().zone
    today = now.astimezone(zone).date()
    with transaction() as session:
        begun = first_published(session)
        if begun is None:
            return 0
        oldest = max(first_of(begun.astimezone(zone).date()), earlier(first_of(today), MONTHS_BACK))
        done = {row.month for row in months_between(session, oldest, today) if today - later(row.month) > CHANGES and _final(row, zone)}
    due = [month for month in months_from(oldest, today) if month not in done]
    for month in due:
        with transaction() as session:
            keep_month(session, month, MONTH.dump_python(count(session, month, now, zone), mode="json"), now)
    return len(due)


def count(session: Session, month: date, now: datetime, zone: ZoneInfo) -> Month:
    """One month as it is now."""
    since, until = (datetime.combine(day, time(), zone) for day in (month, later(month)))
    span = Span(since, min(until, now), min(until, now - SETTLES))
    around = openings(since - MARGIN, until + MARGIN, zone)
    hours = Hours([opens for opens, _ in around], [closes for _, closes in around])
    media = [Medium(row.channel.value, row.medium, _answering(row)) for row in answers_by_medium(session, span, hours)]
    unknown = [one.medium for one in media if one.channel == Channel.CONTACT_CENTRE.value and not one.fared.answered]
    fared = {row.shut: _answering(row) for row in answers_by_hours(session, span, hours, unknown)}
    begun = {own: Conversations(*counts) for own, counts in openings_and_reactions(session, span).items()}
    own, replies, joined = own_posts(session, span)
    ideas, met = ideas_met(session, span)
    judged, helped = _effects(session, span, now)
    history = first_published(session)
    return Month(
        posts_by_writer=tuple((row[0], row[1], row[2]) for row in posts_by_writer(session, span)),
        newcomers=new_writers(session, span) if history is not None and history <= since - KNOWN_BEFORE else None,
        residents=begun.get(False, Conversations()),
        municipality=begun.get(True, Conversations()),
        own=own,
        own_replies=replies,
        own_joined=joined,
        ideas=ideas,
        ideas_met=met,
        judged=judged,
        helped=helped,
        all=fared.get(None, Answering()),
        open_hours=fared.get(False, Answering()),
        shut_hours=fared.get(True, Answering()),
        media=tuple(media),
    )


def counted(session: Session, first: date, last: date) -> dict[date, Month]:
    """The months that were counted whose first day lies between these, both included, oldest first."""
    return {row.month: MONTH.validate_python(row.content) for row in months_between(session, first, last)}


def first_of(day: date) -> date:
    return day.replace(day=1)


def later(month: date) -> date:
    """The first day of the month after."""
    return first_of(month + timedelta(days=31))


def earlier(month: date, months: int) -> date:
    """The first day of the month so many months before."""
    number = month.year * 12 + month.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def months_from(first: date, last: date) -> Sequence[date]:
    """The first days of the months from that of `first` to that of `last`."""
    months, month = [], first_of(first)
    while month <= last:
        months.append(month)
        month = later(month)
    return months


def _effects(session: Session, span: Span, now: datetime) -> tuple[int, int]:
    """Of the tickets that were settled: of how many can be said whether it helped, and after how many clearly fewer people wrote."""
    settled = settled_since(session, span.since, span.until)[:MOST_JUDGED]
    found = effects(session, [Change(ticket.signal_id, ticket.settled_at) for ticket in settled if ticket.settled_at is not None], now)
    judged = [effect.verdict for effect in found if effect.verdict not in (Verdict.TOO_EARLY, Verdict.TOO_FEW)]
    return len(judged), judged.count(Verdict.LESS)


def _final(row: CommunityMonth, zone: ZoneInfo) -> bool:
    """Whether a month was counted when it no longer changed."""
    return row.counted_at.astimezone(zone).date() - later(row.month) > CHANGES


def _answering(row: Row[Any]) -> Answering:
    known = {name: getattr(row, name) for name in COLUMNS}
    worked = {hours: getattr(row, f"within_{hours}") for hours in WORKING_HOURS}
    return Answering(**known, median=_hours(row.median), ninetieth=_hours(row.ninetieth), worked=worked)


def _hours(wait: float | None) -> float | None:
    return round(wait, 2) if wait is not None and isfinite(wait) else None
