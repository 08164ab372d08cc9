"""The figures of one year, from what is counted by month and from tickets, choices, calendar and digests."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dashboards.meetlat.interval import wilson
from dashboards.meetlat.score import Figure
from models.assessment import (
    choices_together,
    departments_acting,
    departments_reading,
    occasions_to_answer,
    settled_in_term,
    tickets_with_outcome,
)
from models.words import Channel
from routing.community.count import counted
from routing.community.month import Answering, Month

ENOUGH_IN_A_MEDIUM = 20
RIPE = timedelta(days=30)
"""After how long a ticket without an outcome counts as one."""
ENDLESS = 10_000.0
"""Hours: more than half of the people still wait."""


def evidence(session: Session, year: int, now: datetime, zone: ZoneInfo) -> dict[str, Figure]:
    """Every figure of the method that there is for a year (of the present one: until now)."""
    days = Days(date(year, 1, 1), date(year, 12, 31), now, zone)
    heard = of_months(counted(session, days.first, days.last).values())
    done = {name: ask(session, days) for name, ask in DONE.items()}
    return heard | {name: share(part, whole) for name, (whole, part) in done.items() if whole}


@dataclass(frozen=True)
class Days:
    """From one day to another, both included, as they are seen now."""

    first: date
    last: date
    now: datetime
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


DONE: Mapping[str, Callable[[Session, Days], tuple[int, int]]] = {
    "samen": lambda session, days: choices_together(session, days.since, days.until),
    "agenda": lambda session, days: occasions_to_answer(session, days.first, min(days.last, days.today)),
    "afdelingen": lambda session, days: departments_acting(session, days.since, days.until),
    "termijn": lambda session, days: settled_in_term(session, days.since, days.until),
    "veranderd": lambda session, days: tickets_with_outcome(session, days.since, days.until, days.now - RIPE),
    "gelezen": lambda session, days: departments_reading(session, days.since, days.until),
}
"""What is not counted by month: of how many, and how many of these."""


def of_months(months: Collection[Month]) -> dict[str, Figure]:
    """What the conversations of these months together say."""
    together = reduce(_added, (month.all for month in months), Answering())
    shut = reduce(_added, (month.shut_hours for month in months), Answering())
    counts = {
        "dialoog": (sum(month.own_replies for month in months), sum(month.own for month in months)),
        "aansluiten": (sum(month.own_joined for month in months), sum(month.own_replies for month in months)),
        "ideeen": (sum(month.ideas_met for month in months), sum(month.ideas for month in months)),
        "hielp": (sum(month.helped for month in months), sum(month.judged for month in months)),
        "beantwoord": (together.answered, together.wanting),
        "buiten": (shut.met_shut, shut.came_shut),
    }
    figures = {name: share(part, whole) for name, (part, whole) in counts.items() if whole}
    if together.wanting:
        figures["snelheid"] = Figure(_middle_wait(months), together.wanting)
    return figures | _across_media(_by_medium(months))


def share(part: int, whole: int) -> Figure:
    """A share with its Wilson interval; `whole` above 0."""
    low, high = wilson(part / whole, whole)
    return Figure(part / whole, whole, low, high)


def _across_media(media: Mapping[str, Answering]) -> dict[str, Figure]:
    """Whether it matters by which medium somebody comes; of media with enough messages."""
    large = [fared for fared in media.values() if fared.wanting >= ENOUGH_IN_A_MEDIUM]
    if not large:
        return {}
    served = sum(2 * fared.answered >= fared.wanting for fared in large)
    swift = [fared.within_day / fared.wanting for fared in large]
    return {
        "kanalen": Figure(served / len(large), len(large)),
        "gelijk": Figure(min(swift) / max(swift) if max(swift) else 0.0, len(large)),
    }


def _by_medium(months: Iterable[Month]) -> dict[str, Answering]:
    """Each medium over all months; not calls by a medium of which no answer is ever noted."""
    media: dict[tuple[str, str], Answering] = defaultdict(Answering)
    for month in months:
        for one in month.media:
            media[one.channel, one.medium] = _added(media[one.channel, one.medium], one.fared)
    silent = (Channel.CONTACT_CENTRE.value,)
    return {medium or channel: fared for (channel, medium), fared in media.items() if fared.answered or channel not in silent}


def _middle_wait(months: Iterable[Month]) -> float:
    """The median of the months' medians, each weighing as many as its messages: the medians themselves cannot be added."""
    waits = sorted((ENDLESS if month.all.median is None else month.all.median, month.all.wanting) for month in months if month.all.wanting)
    half, passed = sum(weight for _, weight in waits) / 2, 0
    for wait, weight in waits:
        passed += weight
        if passed >= half:
            return wait
    return ENDLESS


def _added(one: Answering, other: Answering) -> Answering:
    """Both together, without their waits; the people of two months may be the same, so they are not added."""
    names = ("wanting", "answered", "within_day", "came_shut", "met_shut")
    return Answering(**{name: getattr(one, name) + getattr(other, name) for name in names})
