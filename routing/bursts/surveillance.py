"""Bursts: more messages than weekday and season explain.

Method: an ordinary day is learnt from the eight weeks before the rise, recent weeks counting more (so that a slow seasonal rise is
followed), days that were far above the rest counting less (so that a past burst does not hide the next), each day divided by its
weekday's factor over the whole town. Idea of Farrington et al. 1996 and Noufaily et al. 2013, without their regression. The chance of
today's count is the upper tail of a negative binomial: the predictive distribution of a Poisson count whose rate is known from so many
days, widened by the dispersion seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import sqrt

from scipy.special import betainc

WEEKS = 8
GUARD = timedelta(days=3)
"""A rise that has been going on for days must not raise its own yardstick."""
HALF_LIFE = 28.0
FAR = 2.0
"""Standard deviations from which a past day counts less."""
ROUNDS = 3
"""Times that the yardstick is fitted anew with the far days counting less."""
PRIOR = 0.5
"""Messages one might have seen where none were: Jeffreys' prior of a Poisson rate."""
RARE = 0.001
FEWEST = 5
FEWEST_PEOPLE = 4
LEAST_HISTORY = 14
"""Days; with less history nothing can be called unusual, only new."""


@dataclass(frozen=True)
class Baseline:
    """An ordinary day: `mean` messages on a weekday of factor 1, as `days` weighted days tell; `dispersion` is variance over mean."""

    mean: float
    days: float
    dispersion: float

    def expected(self, factor: float) -> float:
        return self.mean * factor


NOTHING_KNOWN = Baseline(0.0, 0.0, 1.0)


def weekday_factors(totals: Mapping[date, int]) -> tuple[float, ...]:
    """How much each weekday (Monday first) brings compared with the mean day; drawn towards 1 where few days were seen."""
    days = len(totals)
    mean = sum(totals.values()) / days if days else 0.0
    if mean <= 0:
        return (1.0,) * 7
    factors = []
    for weekday in range(7):
        counts = [count for day, count in totals.items() if day.weekday() == weekday]
        factors.append((sum(counts) / mean + 2.0) / (len(counts) + 2.0))
    return tuple(max(0.2, factor) for factor in factors)


def blended_factor(factors: Sequence[float], today: date, share_of_today: float) -> float:
    """The factor of the 24 hours up to a moment, of which `share_of_today` (0..1) lies in today and the rest in yesterday."""
    yesterday = today - timedelta(days=1)
    return share_of_today * factors[today.weekday()] + (1 - share_of_today) * factors[yesterday.weekday()]


def window(day: date, first: date, history: date) -> tuple[date, date]:
    """The days to learn from for a signal that began on `first`: from (including), until (excluding). `history` is the first known."""
    until = max(first, day - GUARD)
    return max(history, until - timedelta(weeks=WEEKS)), until


def baseline(counts: Mapping[date, int], since: date, until: date, factors: Sequence[float]) -> Baseline:
    """Learn an ordinary day from the days `since` (including) to `until` (excluding); a day that is not in `counts` brought nothing."""
    days = [since + timedelta(days=ahead) for ahead in range((until - since).days)]
    if not days:
        return NOTHING_KNOWN
    recency = _recency(len(days))
    if not any(since <= day < until for day in counts):
        return Baseline(0.0, sum(recency), 1.0)
    seen = [(counts.get(day, 0), factors[day.weekday()]) for day in days]
    weights: Sequence[float] = recency
    mean, dispersion = _fit(seen, weights)
    for _ in range(ROUNDS):
        trust = [_trust(count, mean * factor, dispersion) if count else 1.0 for count, factor in seen]
        weights = [w * trusted for w, trusted in zip(recency, trust, strict=True)]
        if min(trust) == 1.0:
            break
        mean, dispersion = _fit(seen, weights)
    return Baseline(mean, sum(weights), dispersion)


@lru_cache(maxsize=128)
def _recency(days: int) -> tuple[float, ...]:
    """What each of so many days counts for, oldest first."""
    return tuple(0.5 ** (ago / HALF_LIFE) for ago in range(days, 0, -1))


def _fit(seen: Sequence[tuple[int, float]], weights: Sequence[float]) -> tuple[float, float]:
    exposure = sum(w * factor for w, (_, factor) in zip(weights, seen, strict=True))
    mean = sum(w * count for w, (count, _) in zip(weights, seen, strict=True)) / exposure
    if mean <= 0:
        return 0.0, 1.0
    squares = sum(w * (count - mean * factor) ** 2 / (mean * factor) for w, (count, factor) in zip(weights, seen, strict=True))
    return mean, max(1.0, squares / sum(weights))


def _trust(count: int, expected: float, dispersion: float) -> float:
    distance = (count - expected) / sqrt(dispersion * max(expected, 0.3))
    return 1.0 if distance <= FAR else (FAR / distance) ** 2


def tail(observed: int, known: Baseline, factor: float) -> float:
    """Chance of `observed` or more messages on an ordinary day; 1 where nothing is known."""
    if observed <= 0 or known.days <= 0:
        return 1.0
    mean = (known.mean * known.days + PRIOR) / known.days * factor
    shape = known.mean * known.days + PRIOR
    if known.dispersion > 1.0:
        shape = min(shape, mean / (known.dispersion - 1.0))
    return float(betainc(observed, shape, mean / (mean + shape)))


@dataclass(frozen=True)
class Rise:
    """One day of one signal, judged: `expected` messages, the chance of what came, and whether that is a burst or something new."""

    day: date
    observed: int
    expected: float
    p_value: float
    burst: bool
    new: bool


def judge(day: date, voices: int, known: Baseline, factor: float, history_days: int) -> Rise:
    """Judge a day (or the 24 hours up to now) on which `voices` different people wrote.

    A burst is rarer than one in a thousand and has at least five voices. With less than two weeks of history nothing can be rare:
    then five voices where there was nothing before are a burst because they are new.
    """
    expected = known.expected(factor)
    enough = voices >= FEWEST
    new = enough and known.mean * known.days < 1.0
    if history_days < LEAST_HISTORY:
        return Rise(day, voices, expected, 1.0, new, new)
    p_value = tail(voices, known, factor)
    return Rise(day, voices, expected, p_value, enough and p_value < RARE, new)


def total(series: Iterable[Mapping[date, int]]) -> dict[date, int]:
    """Several daily series as one."""
    together: dict[date, int] = {}
    for one in series:
        for day, count in one.items():
            together[day] = together.get(day, 0) + count
    return together
