"""Bursts: more messages than the calendar explains.

Method: an ordinary day is learnt from the eight weeks before the rise, recent weeks counting more (so that a slow seasonal rise is
followed), days that were far above the rest counting less (so that a past burst does not hide the next), each day divided by its
factor in the town's rhythm. Idea of Farrington et al. 1996 and Noufaily et al. 2013, without their regression. The chance of
a count is the upper tail of a negative binomial: the predictive distribution of a Poisson count whose rate is known from so many
days, widened by the dispersion seen.

Arrays have a row for each series and a column for each day, so that a whole town is learnt at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc

Floats = NDArray[np.float64]

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
WINDOWS = (24, 6, 2)
"""Hours up to a message that are judged together, longest first."""
RARE = 0.001
"""No chance above this is called unusual, however few series there are."""
FEWEST = 5
LEAST_HISTORY = 14
"""Days; with less history nothing can be called unusual, only new."""
FALSE_ALARMS = 0.75
"""That a town puts up with in a week, over all its series."""
LOOKS = 45.0
"""Independent tests that a day of looks through every window comes down to; measured by `routing.bursts.evaluation`."""


@dataclass(frozen=True)
class Baseline:
    """An ordinary day: `mean` messages on a day of factor 1, as `days` weighted days tell; `dispersion` is variance over mean."""

    mean: float
    days: float
    dispersion: float


NOTHING_KNOWN = Baseline(0.0, 0.0, 1.0)


def window(day: date, first: date, history: date) -> tuple[date, date]:
    """The days to learn from for a signal that began on `first`: from (including), until (excluding). `history` is the first known."""
    until = max(first, day - GUARD)
    return max(history, until - timedelta(weeks=WEEKS)), until


def baseline(counts: Floats, factors: Floats) -> Baseline:
    """Learn an ordinary day from the counts of consecutive days, oldest first; `factors` say what each would bring against the mean day."""
    if not len(counts):
        return NOTHING_KNOWN
    mean, days, dispersion = fit(counts[None, :], factors, recency(len(counts)))
    return Baseline(float(mean[0]), float(days[0]), float(dispersion[0]))


def recency(days: int) -> Floats:
    """What each of so many days counts for, oldest first."""
    return np.asarray(0.5 ** (np.arange(days, 0, -1) / HALF_LIFE), float)


def fit(counts: Floats, factors: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, weighted days and dispersion of each row of daily `counts`; `factors` and `weights` are of each day, or of each row and day."""
    factors, weights = np.broadcast_to(factors, counts.shape), np.broadcast_to(weights, counts.shape)
    trusted = weights
    for _ in range(ROUNDS):
        mean, dispersion = _moments(counts, factors, trusted)
        expected = mean[:, None] * factors
        distance = (counts - expected) / np.sqrt(dispersion[:, None] * np.maximum(expected, 0.3))
        trusted = weights * (FAR / np.maximum(distance, FAR)) ** 2
    mean, dispersion = _moments(counts, factors, trusted)
    return mean, trusted.sum(axis=1), dispersion


def _moments(counts: Floats, factors: Floats, weights: Floats) -> tuple[Floats, Floats]:
    mean = (weights * counts).sum(axis=1) / np.maximum((weights * factors).sum(axis=1), 1e-9)
    expected = np.maximum(mean[:, None] * factors, 1e-9)
    squares = (weights * (counts - expected) ** 2 / expected).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9)
    return mean, np.where(mean > 0, np.maximum(1.0, squares), 1.0)


def tails(observed: Floats, mean: Floats, days: Floats, dispersion: Floats, exposure: Floats, doubt: Floats) -> Floats:
    """Chance of `observed` (1 or more) or more messages in `exposure` ordinary days, for each of the elements.

    `doubt` is the relative variance of what was expected, beside that of the mean.
    """
    known = mean * days + PRIOR
    a_day = known / days
    spread = a_day / np.maximum(dispersion - 1.0, 1e-9)
    shape = np.where(dispersion > 1.0, np.minimum(known, spread), known)
    shape = 1.0 / (1.0 / shape + doubt)
    return np.asarray(betainc(observed, shape, 1.0 / (1.0 + shape / np.maximum(a_day * exposure, 1e-12))), float)


def tail(observed: int, known: Baseline, exposure: float, doubt: float = 0.0) -> float:
    """Chance of `observed` or more messages in `exposure` ordinary days; 1 where nothing is known."""
    if observed <= 0 or known.days <= 0:
        return 1.0
    figures = (float(observed), known.mean, known.days, known.dispersion, exposure, doubt)
    return float(tails(*(np.asarray(figure) for figure in figures)))


def rarity(usual: Floats) -> float:
    """How rare a count must be to be a burst, in a town whose series bring so many messages on an ordinary day.

    A false alarm needs five voices, so a series that hardly brings one cannot give many: each takes of the town's false alarms what it can,
    and the others share the rest evenly (as Tarone 1990 leaves out of Bonferroni's correction what can never be significant).
    """
    affordable = FALSE_ALARMS / 7.0 / LOOKS
    most = np.sort(gammainc(FEWEST, np.asarray(usual, float)))
    spent = np.concatenate([[0.0], np.cumsum(most)[:-1]])
    shares = (affordable - spent) / np.arange(len(most), 0, -1)
    fair = shares[shares <= most]
    return float(min(RARE, fair[0])) if len(fair) else RARE


def total(series: Iterable[Mapping[date, int]]) -> dict[date, int]:
    """Several daily series as one."""
    together: dict[date, int] = {}
    for one in series:
        for day, count in one.items():
            together[day] = together.get(day, 0) + count
    return together
