"""A made-up town's messages of 18 months: weekday, hour, season, holidays, storms, and more scatter than chance alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from routing.bursts.rhythm import weekday
from routing.bursts.surveillance import Floats

FIRST = date(2025, 1, 6)
DAYS = 548
SLOTS = 96
"""Quarters of an hour in a day."""
PLACES = 5
LEVELS = {0.05: 30, 0.2: 30, 0.5: 25, 1.0: 20, 2.0: 18, 5.0: 13, 10.0: 7, 20.0: 5, 50.0: 2}
"""Messages a day, and how many of the 150 series have so many."""
WEEK = (1.15, 1.1, 1.05, 1.05, 1.0, 0.85, 0.8)
HOLIDAY, SCHOOL_HOLIDAY = 0.6, 0.85
SCHOOL_FREE = ((7, 12, 8, 23), (12, 21, 12, 31), (1, 1, 1, 4), (10, 12, 10, 19), (4, 26, 5, 4), (2, 15, 2, 23))
SEASON = 0.5
"""Largest swing of a sub-theme's year: between half and one and a half times its mean."""
SCATTER = 0.015
"""Variance of the chance factor of each day: once for the town, once for a sub-theme, once for a series."""
STORMS = 18
"""Waves in each of three groups of sub-themes: twelve a year."""
GROUPS = (range(5), range(5, 9), range(9, 12))


@dataclass(frozen=True)
class Town:
    """`counts` (series × slots); `usual` (series × days) is what chance varies round, without storms; `shares` (days × slots) of a day."""

    days: Sequence[date]
    subs: NDArray[np.int64]
    usual: Floats
    shares: Floats
    storm: NDArray[np.bool_]
    """Series × days on which a storm blew."""
    truth: Floats
    """What chance varies around in each slot, storms and all."""
    counts: NDArray[np.int32]

    @property
    def daily(self) -> NDArray[np.int64]:
        return np.asarray(self.counts.reshape(len(self.subs), len(self.days), SLOTS).sum(axis=2), np.int64)


def simulate(seed: int) -> Town:
    """The same town for the same seed."""
    random = np.random.default_rng(seed)
    levels = np.repeat(list(LEVELS), list(LEVELS.values()))
    random.shuffle(levels)
    subs = np.arange(len(levels)) // PLACES
    number = int(subs[-1]) + 1
    days = [FIRST + timedelta(days=ahead) for ahead in range(DAYS)]
    swing, phase = random.uniform(0, SEASON, (number, 1)), random.uniform(0, 2 * np.pi, (number, 1))
    season = 1 + swing * np.sin(2 * np.pi * np.arange(DAYS) / 365 + phase)
    usual = levels[:, None] * np.array([calendar(day) for day in days]) * season[subs]
    scatter = [random.gamma(1 / SCATTER, SCATTER, size) for size in ((1, DAYS), (number, DAYS), (len(levels), DAYS))]
    shares = np.array([hours_of(day) for day in days])
    blows = storms(random, number)
    truth = usual[:, :, None] * shares * blows[subs].reshape(len(levels), DAYS, SLOTS)
    counts = random.poisson(truth * (scatter[0] * scatter[1][subs] * scatter[2])[:, :, None])
    stormy = (blows.reshape(number, DAYS, SLOTS) > 1).any(axis=2)
    return Town(
        days,
        subs,
        usual,
        shares,
        np.asarray(stormy)[subs],
        truth.reshape(len(levels), -1),
        counts.reshape(len(levels), -1).astype(np.int32),
    )


def calendar(day: date) -> float:
    """What weekday and holidays make of a day."""
    holiday = weekday(day) == 6 and day.weekday() != 6
    school = any(first <= (day.month, day.day) <= last for first, last in ((s[:2], s[2:]) for s in SCHOOL_FREE))
    return WEEK[weekday(day)] * (HOLIDAY if holiday else 1.0) * (SCHOOL_HOLIDAY if school else 1.0)


def hours_of(day: date) -> Floats:
    """The share of each slot: calls in office hours and posts in the evening; in weekends a broad afternoon."""
    hour = (np.arange(SLOTS) + 0.5) * 24 / SLOTS
    if weekday(day) < 5:
        shape = 0.3 * np.exp(-(((hour - 11) / 3) ** 2)) + 0.22 * np.exp(-(((hour - 19.5) / 3) ** 2)) + 0.004
    else:
        shape = 0.2 * np.exp(-(((hour - 14) / 4.5) ** 2)) + 0.22 * np.exp(-(((hour - 20) / 3) ** 2)) + 0.006
    return np.asarray(shape / shape.sum(), float)


def storms(random: np.random.Generator, number: int) -> Floats:
    """What waves multiply each sub-theme by in each slot: eight to 36 hours, rising to two to six times the usual and calming down."""
    blows = np.ones((number, DAYS * SLOTS))
    for group in GROUPS:
        for _ in range(STORMS):
            begin, lasts, times = random.integers(0, (DAYS - 2) * SLOTS), random.integers(32, 144), random.uniform(2, 6)
            blows[list(group), begin : begin + lasts] *= 1 + (times - 1) * np.sin(np.linspace(0.3, np.pi - 0.1, lasts))
    return blows
