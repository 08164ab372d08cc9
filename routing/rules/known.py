"""What rules may ask of some signals, gathered: a few questions to the tables for all of them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.municipality import WEEKDAYS
from models.rule import earlier_tickets, sources_and_sureness
from models.signal import Signal
from models.town import Surroundings, surroundings
from routing.rules.conditions import Words
from routing.rules.facts import Facts
from routing.rules.wording import counted
from routing.signals.summary import Heard, Summary, times_usual, voices_of
from routing.tickets.working_hours import is_holiday, is_working_time

REMEMBERED = timedelta(days=731)
"""How far back earlier tickets are looked for."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Story:
    """A signal with what is known of it at a moment."""

    signal: Signal
    summary: Summary
    heard: Sequence[Heard]
    areas: tuple[str, ...]
    rising: bool
    usual: float


def facts_of(session: Session, stories: Sequence[Story], asked: Sequence[Words], now: datetime, zone: ZoneInfo) -> dict[int, Facts]:
    """The facts of each story by its signal; `asked` are the words that the rules look for."""
    ids = [story.signal.id for story in stories]
    sources, tickets = sources_and_sureness(session, ids), earlier_tickets(session, ids, now - REMEMBERED)
    map_ = surroundings(session)
    return {
        story.signal.id: _facts(story, sources.get(story.signal.id, (frozenset(), 1.0)), tickets[story.signal.id], map_, asked, now, zone)
        for story in stories
    }


def _facts(
    story: Story,
    sources: tuple[frozenset[str], float],
    tickets: Sequence[tuple[datetime, datetime | None]],
    map_: Mapping[str, Surroundings],
    asked: Sequence[Words],
    now: datetime,
    zone: ZoneInfo,
) -> Facts:
    signal, summary = story.signal, story.summary
    newest = story.heard[-1].at.astimezone(zone)
    around = [map_[area] for area in story.areas if area in map_]
    settled = [now - at for _, at in tickets if at is not None]
    return Facts(
        theme=signal.theme,
        sub=signal.sub,
        areas=story.areas,
        channels=summary.channels,
        kind=summary.kind,
        urgency=summary.urgency,
        ages=tuple(round((now - message.at) / HOUR, 4) for message in story.heard),
        people=summary.people,
        burst=story.rising,
        campaign=summary.campaign,
        times_usual=times_usual(summary.recent, story.usual),
        language=summary.language,
        voices=_numbered(story.heard),
        tone=summary.tone,
        sure=sources[1],
        reach=summary.reach,
        sources=sources[0],
        lasting=signal.lasting,
        districts=frozenset(place.district for place in around),
        surroundings=frozenset().union(*(place.near for place in around)),
        outside=tuple(sorted({place.outside for place in around if place.outside is not None})),
        weekday=WEEKDAYS[newest.weekday()],
        minute=newest.hour * 60 + newest.minute,
        working=is_working_time(newest, zone),
        holiday=is_holiday(newest.date()),
        earlier_tickets=tuple(round((now - opened) / DAY, 3) for opened, _ in tickets),
        settled_days_ago=round(min(settled) / DAY, 3) if settled else None,
        words=counted(asked, (message.text for message in story.heard)),
    )


def _numbered(heard: Sequence[Heard]) -> tuple[int, ...]:
    """Who wrote each message, as a number that says nothing else."""
    voices, numbers = voices_of(heard), dict[str, int]()
    return tuple(numbers.setdefault(voices[message.id], len(numbers)) for message in heard)
