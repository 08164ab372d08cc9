"""What is usual in this town: daily counts by sub-theme and neighbourhood, and the weekday's factors. Read once a run."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.message import first_published, residents_by_day
from models.signal import series_by_area
from routing.bursts.surveillance import GUARD, WEEKS, Baseline, Rise, baseline, blended_factor, judge, total, weekday_factors, window

Series = Mapping[date, int]
NOWHERE: Series = {}


@dataclass(frozen=True)
class Yardstick:
    """The counts that signals are compared with. `series` is by sub-theme and neighbourhood (None: no place named)."""

    zone: ZoneInfo
    history: date
    factors: tuple[float, ...]
    series: Mapping[str, Mapping[str | None, Series]]

    def baseline(self, sub: str, areas: Sequence[str], began: date, day: date) -> Baseline:
        """An ordinary day of a sub-theme in these neighbourhoods (without any: of its messages without a place), before a rise."""
        places = self.series.get(sub, {})
        counts = total(places.get(area, NOWHERE) for area in areas or (None,))
        since, until = window(day, began, self.history)
        return baseline(counts, since, until, self.factors)

    def judge_day(self, sub: str, areas: Sequence[str], began: date, day: date, voices: int) -> Rise:
        """Judge a whole local day."""
        known = self.baseline(sub, areas, began, day)
        return judge(day, voices, known, self.factors[day.weekday()], (min(began, day) - self.history).days)

    def judge_last_day(self, sub: str, areas: Sequence[str], began: date, now: datetime, voices: int) -> Rise:
        """Judge the 24 hours up to now."""
        local = now.astimezone(self.zone)
        known = self.baseline(sub, areas, began, local.date())
        return judge(local.date(), voices, known, factor_of(now, self.factors, self.zone), (min(began, local.date()) - self.history).days)


def yardstick(session: Session, now: datetime, back_to: datetime, zone: ZoneInfo) -> Yardstick:
    """Read the counts that are needed to judge days from `back_to` on."""
    first = first_published(session) or now
    since = max(first, back_to - timedelta(weeks=WEEKS) - GUARD) - timedelta(seconds=1)
    town = residents_by_day(session, since, now, zone)
    series: dict[str, dict[str | None, dict[date, int]]] = defaultdict(lambda: defaultdict(dict))
    for sub, area, day, count in series_by_area(session, since, now, zone):
        series[sub][area][day] = count
    history = first.astimezone(zone).date()
    return Yardstick(zone, history, weekday_factors(_whole_days(town, since, now, zone)), series)


def usual_in_town(session: Session, now: datetime, zone: ZoneInfo) -> float:
    """How many messages residents usually send in the 24 hours up to now."""
    first = first_published(session) or now
    since = max(first, now - timedelta(weeks=WEEKS))
    town = residents_by_day(session, since - timedelta(seconds=1), now, zone)
    whole = _whole_days(town, since, now, zone)
    today = now.astimezone(zone).date()
    factors = weekday_factors(whole)
    known = baseline(town, min(whole, default=today), today - timedelta(days=1), factors)
    return known.expected(factor_of(now, factors, zone))


def factor_of(now: datetime, factors: Sequence[float], zone: ZoneInfo) -> float:
    """The weekday factor of the 24 hours up to now."""
    local = now.astimezone(zone)
    midnight = datetime.combine(local.date(), time(), zone)
    return blended_factor(factors, local.date(), (local - midnight) / timedelta(days=1))


def _whole_days(town: Series, since: datetime, now: datetime, zone: ZoneInfo) -> dict[date, int]:
    """The counts of the days that were heard from beginning to end; days without messages count 0."""
    first, today = since.astimezone(zone).date(), now.astimezone(zone).date()
    days = [first + timedelta(days=ahead) for ahead in range(1, (today - first).days)]
    return {day: town.get(day, 0) for day in days}
