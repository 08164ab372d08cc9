"""The band of what is usual: what the eight weeks before each step lead one to expect of it.

Method: as for bursts (routing.bursts.surveillance): an ordinary day is learnt from the eight weeks that ended three days before the step
began, recent days counting more and days far above the rest less, each day divided by what its weekday brings in this town. A step is
expected to bring the ordinary day times its days; the band holds 98 of 100 counts of a negative binomial with the dispersion seen, widened
by how little so few messages tell of their own mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.stats import nbinom

from routing.bursts.rhythm import Rhythm, learn_rhythm
from routing.bursts.surveillance import GUARD, LEAST_HISTORY, PRIOR, WEEKS, Floats, fit, recency

LEARNT = WEEKS * 7
WITHIN = 0.98
AHEAD = GUARD + timedelta(days=LEARNT)
"""How long before the first day asked the counts must begin."""


@dataclass(frozen=True)
class Band:
    """What a step usually brings: in the middle, and between which counts 98 of 100 lie."""

    low: float
    usual: float
    high: float


def rhythm_of(town: Mapping[date, int], first: date, last: date) -> Rhythm:
    """What each weekday brings in this town, from its messages a day."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counts = np.array([town.get(day, 0) for day in days], float)
    return learn_rhythm(days, np.repeat(counts[:, None] / 24, 24, axis=1))


def bands(counts: Mapping[date, int], rhythm: Rhythm, groups: Sequence[Sequence[date]], heard_since: date) -> list[Band | None]:
    """The band of each step, given as its days; None where fewer than two weeks are known before it."""
    if not groups:
        return []
    learnt = [[group[0] - GUARD - timedelta(days=back) for back in range(LEARNT, 0, -1)] for group in groups]
    seen = np.array([[counts.get(day, 0) for day in row] for row in learnt], float)
    factors = np.array([[rhythm.factor(day) for day in row] for row in learnt])
    known = np.array([[float(day >= heard_since) for day in row] for row in learnt])
    mean, days, dispersion = fit(seen, factors, recency(LEARNT) * known)
    exposure = np.array([sum(rhythm.factor(day) for day in group) for group in groups])
    return [
        Band(*limits) if enough >= LEAST_HISTORY else None
        for limits, enough in zip(_limits(mean, days, dispersion, exposure), known.sum(axis=1), strict=True)
    ]


def _limits(mean: Floats, days: Floats, dispersion: Floats, exposure: Floats) -> list[tuple[float, float, float]]:
    told = mean * days + PRIOR
    expected = np.maximum(told / np.maximum(days, 1e-9) * exposure, 1e-9)
    shape = 1.0 / ((dispersion - 1.0) / expected + 1.0 / told)
    low, high = (nbinom.ppf(chance, shape, shape / (shape + expected)) for chance in ((1 - WITHIN) / 2, (1 + WITHIN) / 2))
    return [(float(a), float(b), float(c)) for a, b, c in zip(low, mean * exposure, high, strict=True)]
