"""What the answers to one question say of everybody who could have answered: a figure with its margin at 95%. Pure.

Shares: Wilson (1927). The mean: Student's t. The Net Promoter Score is a difference of two multinomial shares, with variance
(p + d - (p - d)²) / n; its interval is the adjusted Wald of Rocks (2016, The American Statistician 70(4)), with ¾ added to promoters and to
detractors and 3 to n, so that a small sample in which all agree still has a margin. Where the population is known the finite population
correction (N - n) / (N - 1) makes variances smaller (Cochran 1977, 2.6); who asked everybody has no margin.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, sqrt

from scipy.stats import t

from dashboards.meetlat.interval import CONFIDENCE, Z, wilson

PROMOTERS_FROM, DETRACTORS_TO = 9, 6
ADDED = 0.75
"""To promoters and to detractors, and four times that to all."""


@dataclass(frozen=True)
class Measured:
    """A figure of `of` answers, messages, tickets or days. `low` and `high` are its margin, None where it has none. A wait that has no end
    yet is endless.
    """

    value: float
    of: int
    low: float | None = None
    high: float | None = None


def net_promoter(counts: Mapping[int, int], population: int | None = None) -> Measured | None:
    """From answers by score, 0 to 10: the percentage of 9 and 10 less that of 0 to 6, -100 to 100; None without answers."""
    n = sum(counts.values())
    if not n:
        return None
    promoters = sum(count for score, count in counts.items() if score >= PROMOTERS_FROM)
    detractors = sum(count for score, count in counts.items() if score <= DETRACTORS_TO)
    score = (promoters - detractors) / n
    size = n + 4 * ADDED
    up, down = (promoters + ADDED) / size, (detractors + ADDED) / size
    spread = Z * sqrt((up + down - (up - down) ** 2) / size * _correction(n, population))
    low, high = max(-1.0, min(score, up - down - spread)), min(1.0, max(score, up - down + spread))
    if population == n:
        low = high = score
    return Measured(100 * score, n, 100 * low, 100 * high)


def satisfied(counts: Mapping[int, int], satisfied_from: int, population: int | None = None) -> Measured | None:
    """The percentage that gave this score or a higher one; None without answers."""
    n = sum(counts.values())
    if not n:
        return None
    share = sum(count for score, count in counts.items() if score >= satisfied_from) / n
    low, high = wilson(share, _effective(n, population))
    return Measured(100 * share, n, 100 * low, 100 * high)


def mean(counts: Mapping[int, int], scale: tuple[int, int], population: int | None = None) -> Measured | None:
    """The mean score; without margin of one answer, None without answers."""
    n = sum(counts.values())
    if not n:
        return None
    middle = sum(score * count for score, count in counts.items()) / n
    if population == n:
        return Measured(middle, n, middle, middle)
    if n == 1:
        return Measured(middle, n)
    variance = sum(count * (score - middle) ** 2 for score, count in counts.items()) / (n - 1)
    spread = float(t.ppf((1 + CONFIDENCE) / 2, n - 1)) * sqrt(variance / n * _correction(n, population))
    return Measured(middle, n, max(float(scale[0]), middle - spread), min(float(scale[1]), middle + spread))


def _correction(n: int, population: int | None) -> float:
    """How much of the variance is left when `n` of the population answered."""
    if population is None or population <= 1:
        return 1.0 if population is None else 0.0
    return max(0.0, (population - n) / (population - 1))


def _effective(n: int, population: int | None) -> float:
    """Of how many answers from an endless population one would know as much."""
    left = _correction(n, population)
    return n / left if left else inf
