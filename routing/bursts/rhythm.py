"""The calendar of a town's messages: what each weekday and each hour usually brings. Public holidays are Sundays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays
import numpy as np

from routing.bursts.surveillance import Floats

SUNDAY = 6
DRAWN = 2.0
"""Ordinary days that every weekday is thought to have had, so that one odd Monday does not make a calendar."""
LEAST = 0.2
"""No weekday is expected to bring less than this share of the mean day."""
AT_ANY_HOUR = 0.1
"""Share of a day's messages that may come at any hour, so that the first at night are no wonder."""


@dataclass(frozen=True)
class Rhythm:
    """`weekdays`: what each (Monday first) brings against the mean day. `hours`: the share of each hour, on working days and weekends."""

    weekdays: tuple[float, ...]
    hours: Floats

    def factor(self, day: date) -> float:
        return self.weekdays[weekday(day)]

    def shares(self, day: date) -> Floats:
        """What each hour of a day brings, in mean days."""
        return np.asarray(self.hours[int(weekday(day) >= 5)] * self.factor(day), float)

    def between(self, since: datetime, until: datetime) -> float:
        """How many mean days' worth of messages lie between two moments on the same local clock."""
        day, worth = since.date(), -self._until(since)
        while day < until.date():
            worth += self.factor(day)
            day += timedelta(days=1)
        return worth + self._until(until)

    def _until(self, moment: datetime) -> float:
        """The same from midnight."""
        hour, shares = moment.hour, self.shares(moment.date())
        return float(shares[:hour].sum() + shares[hour] * (moment.minute * 60 + moment.second) / 3600)


EVEN = Rhythm((1.0,) * 7, np.full((2, 24), 1 / 24))


def weekday(day: date) -> int:
    """Monday is 0; a public holiday is a Sunday."""
    return SUNDAY if day in _free_days(day.year) else day.weekday()


@lru_cache(maxsize=16)
def _free_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NL", years=year))


def learn_rhythm(days: Sequence[date], counts: Floats) -> Rhythm:
    """Learn from whole days: `counts` has a row for each, with the town's messages in each of its 24 hours."""
    if not days or counts.sum() <= 0:
        return EVEN
    kinds = np.array([weekday(day) for day in days])
    sums = counts.sum(axis=1) / counts.sum(axis=1).mean()
    factors = [max(LEAST, float((sums[kinds == kind].sum() + DRAWN) / ((kinds == kind).sum() + DRAWN))) for kind in range(7)]
    hours = [_shares(counts[free]) for free in (kinds < 5, kinds >= 5)]
    return Rhythm(tuple(factors), np.array(hours))


def _shares(counts: Floats) -> Floats:
    seen = counts.sum(axis=0) + 1.0
    return np.asarray((1 - AT_ANY_HOUR) * seen / seen.sum() + AT_ANY_HOUR / 24, float)
