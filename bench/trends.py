"""Questions of trends and searches, asked at random, beside the same questions as plain SQL of the message table in the same run."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.years import NOW, fill
from models import trend as asked
from models.annotation import AnnotationPlace, AnnotationTheme
from models.database import transaction
from models.message import Message, local_day
from models.search import Search, search
from models.settings import settings
from models.sight import OPEN, readable
from models.trend import Step, Trend
from models.words import Channel, Kind, Tone

QUESTIONS = 60
PLAIN = 10
"""Of those, how many are asked as plain SQL as well: it takes its time."""
WORDS = (
    "container",
    "zakken afval",
    '"kapot straat"',
    "speel*",
    "woordbcd",
    "putdeksel -riool",
    "woordbcda lantaarn",
    "geparkeerd stoep fiets",
)
ZONE = settings().zone
Ask = Callable[[Session, Trend], object]


def measure(rows: int, days: int = 3650) -> list[str]:
    """Lines for a person. Needs a running database with the example municipality; fills it with `rows` messages."""
    return [fill(rows, days), *measure_questions(days)]


def measure_questions(days: int) -> list[str]:
    """Lines for a person about what is in the tables now."""
    random = Random(1)
    with transaction() as session:
        subjects = [theme.slug for theme in asked.themes_to_ask(session)]
        areas = [area.id for area in asked.areas_to_ask(session)]
        questions = [question(random, days, subjects, areas) for _ in range(QUESTIONS)]
        first = _seconds(lambda: asked.by_day(session, Trend(_back(days), _back(0)), ZONE))
        took = {name: [_asking(session, ask, one) for one in questions] for name, ask in OURS.items()}
        pairs = [
            (_asking(session, ask, one), _asking(session, OURS[name], one)) for one in questions[:PLAIN] for name, ask in PLAINLY.items()
        ]
        searching = [_searching(session, Search(words, theme)) for words in WORDS for theme in (None, subjects[0])]
    plain, ours = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    every = [seconds for kind in took.values() for seconds in kind]
    return [
        f"trends: {len(every)} random questions over a day to {days:,} days, none to six filters: {spread(every)}; "
        f"the very first, of all days: {1000 * first:.0f} ms",
        *(f"trends: {name}: {spread(seconds)}" for name, seconds in took.items()),
        f"trends: {len(pairs)} of them as plain SQL of the message table take {plain / ours:.0f} times as long together "
        f"(median {statistics.median(one / other for one, other in pairs):.0f} times); the longest {max(pairs)[0]:.2f} s",
        f"search: {len(searching)} searches of everyday and rare words, phrases and beginnings, half in a theme: {spread(searching)}",
    ]


def question(random: Random, days: int, subjects: Sequence[str], areas: Sequence[str]) -> Trend:
    """Any period of these days, with filters as they come."""
    length = min(days, random.choice([1, 7, 30, 91, 365, 1095, 3650]))
    last = random.randint(0, days - length)

    def perhaps(choices: Sequence[Any]) -> Any:
        return random.choice(choices) if random.random() < 0.35 else None

    theme, area, channel, kind = perhaps(subjects), perhaps(areas), perhaps(list(Channel)), perhaps(list(Kind))
    return Trend(
        _back(last + length - 1), _back(last), theme, area, channel, kind, tone=perhaps(list(Tone)), language=perhaps(["nl", "tr"])
    )


def _plain_by_day(session: Session, one: Trend) -> object:
    day = local_day(Message.published_at, ZONE)
    return session.execute(select(day, func.count()).where(*asked.asked(one, ZONE)).group_by(day)).all()


def _plain_by_theme(session: Session, one: Trend) -> object:
    query = select(AnnotationTheme.theme, func.count(Message.id.distinct())).join(Message, Message.id == AnnotationTheme.message_id)
    return session.execute(query.where(*asked.asked(one, ZONE)).group_by(AnnotationTheme.theme)).all()


def _plain_by_area(session: Session, one: Trend) -> object:
    query = select(AnnotationPlace.area, func.count(Message.id.distinct())).join(Message, Message.id == AnnotationPlace.message_id)
    return session.execute(query.where(*asked.asked(one, ZONE)).group_by(AnnotationPlace.area)).all()


OURS: dict[str, Ask] = {
    "by day": lambda session, one: asked.by_day(session, one, ZONE),
    "by theme": lambda session, one: asked.by_theme(session, one, ZONE),
    "by area": lambda session, one: asked.by_area(session, one, ZONE),
    "by month": lambda session, one: asked.counts(session, one, Step.MONTH, ZONE),
    "by weekday and hour": lambda session, one: asked.by_weekday_and_hour(session, one, ZONE),
    "newest": lambda session, one: asked.newest_of(session, one, ZONE, 6, readable(OPEN)),
}
PLAINLY: dict[str, Ask] = {"by day": _plain_by_day, "by theme": _plain_by_theme, "by area": _plain_by_area}


def spread(seconds: Sequence[float]) -> str:
    """Middle and slow end, in milliseconds."""
    ordered = sorted(1000 * one for one in seconds)
    return f"p50 {statistics.median(ordered):.1f} ms, p95 {ordered[int(0.95 * (len(ordered) - 1))]:.1f} ms, longest {ordered[-1]:.1f} ms"


def _asking(session: Session, ask: Ask, one: Trend) -> float:
    return _seconds(lambda: ask(session, one))


def _searching(session: Session, wanted: Search) -> float:
    return _seconds(lambda: search(session, wanted, readable(OPEN)))


def _back(days: int) -> date:
    return NOW.date() - timedelta(days=days)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
