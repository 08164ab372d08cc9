"""Slow burns put into the same town: so many messages a week more, for eight weeks; and the false ones of all series."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.bursts.evaluation.town import DAYS, Town
from routing.bursts.slow_burn import BEFORE, RARE, RECENT, chances, usual
from routing.bursts.surveillance import Floats
from routing.bursts.waves import wave

FIRST = 7 * (RECENT + BEFORE)
LASTS = 56
EXTRA = (2, 3, 5)
"""Messages a week, each from somebody else."""
LEVELS = (0.0, 0.1, 0.3, 0.7)
"""Told apart by what is usual in a day, from so many messages on; the last up to 1.5."""
OF_EACH = 40


@dataclass(frozen=True)
class SlowTried:
    """Share found within its eight weeks and median days until then, by level and extra; false ones in a year over all series."""

    found: dict[tuple[float, int], tuple[float, float]]
    false_a_year: float


def try_slow(town: Town, seed: int) -> SlowTried:
    """Judge every day from the first with 26 weeks of history on, with one look a day."""
    random, daily = np.random.default_rng(seed), town.daily.astype(float)
    of_sub = np.zeros((int(town.subs[-1]) + 1, DAYS))
    np.add.at(of_sub, town.subs, daily)
    elsewhere = of_sub[town.subs] - daily
    false, last = 0, np.full(len(daily), -LASTS)
    for day in range(FIRST, DAYS):
        for series in np.flatnonzero(_judge(daily, elsewhere, day)):
            false += day - last[series] >= LASTS
            last[series] = day
    found = {}
    for lower, upper in zip(LEVELS, (*LEVELS[1:], 1.5), strict=True):
        mean = town.usual.mean(axis=1)
        fitting = np.flatnonzero((mean >= lower) & (mean < upper))
        for extra in EXTRA:
            after = [_days_to(random, daily, elsewhere, int(random.choice(fitting)), extra) for _ in range(OF_EACH)]
            caught = [days for days in after if days is not None]
            found[lower, extra] = (len(caught) / OF_EACH, float(np.median(caught)) if caught else np.nan)
    return SlowTried(found, false / (DAYS - FIRST) * 365)


def _days_to(random: np.random.Generator, daily: Floats, elsewhere: Floats, series: int, extra: int) -> int | None:
    """Days until a slow burn in this series is seen."""
    begin = int(random.integers(FIRST, DAYS - LASTS))
    row = daily[series : series + 1].copy()
    row[0, begin : begin + LASTS] += random.poisson(extra / 7, LASTS)
    for day in range(begin + 14, begin + LASTS, 2):
        if _judge(row, elsewhere[series : series + 1], day)[0]:
            return day - begin
    return None


def _judge(daily: Floats, elsewhere: Floats, day: int) -> NDArray[np.bool_]:
    voices, others = (_weeks(counts[:, :day]) for counts in (daily, elsewhere))
    none = np.zeros(len(daily))
    season = wave(others[:, :RECENT].sum(axis=1), usual(others), none, none).times
    return np.asarray(chances(voices, voices[:, :RECENT].sum(axis=1), season) < RARE)


def _weeks(daily: Floats) -> Floats:
    """Counts of the last weeks, the last seven days first."""
    days = 7 * (RECENT + BEFORE)
    return np.asarray(daily[:, -days:].reshape(len(daily), -1, 7).sum(axis=2)[:, ::-1], float)
