"""Our detector and the rules that products use, over all series of one day at once: each says in which quarters of an hour it alarms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.bursts.evaluation.town import SCATTER, SLOTS
from routing.bursts.surveillance import FEWEST, GUARD, WINDOWS, Floats, fit, recency, tails
from routing.bursts.waves import wave

HOUR = SLOTS // 24
SILENCE = 3
"""Days after which a signal closes (routing.signals.grouping.GAP): the next message begins a new one."""
Alarms = NDArray[np.bool_]


@dataclass(frozen=True)
class Elsewhere:
    """What everything else does, for each row: messages of each slot of yesterday and today, and on an ordinary day."""

    there: Floats
    beside: Floats
    usual_there: Floats
    usual_beside: Floats


@dataclass(frozen=True)
class Day:
    """What is known on a day: `history` (rows × days before it), with the `factors` of those days and how many times the usual the `rest`
    of the town brought on them; `slots` (rows × slots of yesterday and today), with the `worth` of each in ordinary days, and the `truth`,
    what they are made to bring, at which only the oracle may look; and how `rare` a burst must be.
    """

    history: Floats
    factors: Floats
    slots: Floats
    rest: Floats
    truth: Floats
    worth: Floats
    elsewhere: Elsewhere
    rare: float


def ours(day: Day, windows: tuple[int, ...] = WINDOWS) -> Alarms:
    """Luisterpost's own: as `routing.bursts.yardstick` does it, by the same functions."""
    mean, days, dispersion = fit(day.history, day.factors * day.rest, recency(day.history.shape[1]) * _before_the_rise(day.history))
    alarms = np.zeros((len(day.slots), SLOTS), bool)
    for hours in windows:
        seen, worth = _last(day.slots, hours), _last(day.worth[None, :], hours)[0]
        there, beside = _last(day.elsewhere.there, hours), _last(day.elsewhere.beside, hours)
        rest = wave(there, day.elsewhere.usual_there[:, None] * worth, beside, day.elsewhere.usual_beside[:, None] * worth)
        row, slot = np.nonzero((seen >= FEWEST) & (seen > mean[:, None] * worth * rest.times))
        times, doubt = rest.times[row, slot], rest.doubt[row, slot]
        chance = tails(seen[row, slot], mean[row], days[row], dispersion[row], worth[slot] * times, doubt)
        alarms[row, slot] |= chance < day.rare
    return alarms


def oracle(day: Day) -> Alarms:
    """Knows what every series is made to bring, storms and all, and how it scatters: no detector can do better with these windows."""
    alarms = np.zeros((len(day.slots), SLOTS), bool)
    everything = np.ones(len(day.slots))
    for hours in WINDOWS:
        seen, truth = _last(day.slots, hours), _last(day.truth, hours)
        row, slot = np.nonzero((seen >= FEWEST) & (seen > truth))
        many, exact = truth[row, slot], 1e9 * everything[row]
        alarms[row, slot] |= tails(seen[row, slot], many, exact, 1 + 3 * SCATTER * many, everything[row], 0 * many) < day.rare
    return alarms


def _before_the_rise(history: Floats) -> Floats:
    """1 for the days to learn from, 0 for those of the story that goes on, or else for the last three days."""
    days = history.shape[1]
    silent = history == 0
    closed = silent[:, :-2] & silent[:, 1:-1] & silent[:, 2:]
    began = np.where(closed.any(axis=1), days - np.argmax(closed[:, ::-1], axis=1), 0)
    return np.asarray(np.arange(days) < np.maximum(began, days - GUARD.days)[:, None], float)


def three_times_the_mean(day: Day) -> Alarms:
    """Three times the mean of eight weeks."""
    return _at_least(day, 3 * day.history.mean(axis=1))


def half_above_the_week(day: Day) -> Alarms:
    """150% of the mean of the last week."""
    return _at_least(day, 1.5 * day.history[:, -7:].mean(axis=1))


def three_sigma(day: Day) -> Alarms:
    """More than three standard deviations above the mean of eight weeks."""
    return _at_least(day, day.history.mean(axis=1) + 3 * day.history.std(axis=1))


def ears_c2(day: Day) -> Alarms:
    """EARS C2 (Hutwagner et al. 2003): three standard deviations above the mean of seven days, the last two left out."""
    week = day.history[:, -9:-2]
    return _at_least(day, week.mean(axis=1) + 3 * week.std(axis=1, ddof=1))


def _at_least(day: Day, threshold: Floats) -> Alarms:
    """The last 24 hours against a threshold; fewer than five messages are no alarm, as with ours."""
    seen = _last(day.slots, 24)
    return np.asarray((seen >= FEWEST) & (seen > threshold[:, None]))


def _last(slots: Floats, hours: int) -> Floats:
    """What the last so many hours brought, at the end of each slot of today."""
    sums = np.concatenate([np.zeros((len(slots), 1)), np.cumsum(slots, axis=1)], axis=1)
    ends = np.arange(SLOTS + 1, 2 * SLOTS + 1)
    return np.asarray(sums[:, ends] - sums[:, ends - hours * HOUR])
