"""One pass over a town's days: every series as it is, and each outbreak in its series, under each detector."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from routing.bursts.evaluation import detectors
from routing.bursts.evaluation.detectors import Alarms, Day, Elsewhere
from routing.bursts.evaluation.outbreaks import HOUR, Outbreak
from routing.bursts.evaluation.town import DAYS, SLOTS, Town
from routing.bursts.rhythm import Rhythm, learn_rhythm
from routing.bursts.surveillance import GUARD, WEEKS, Floats, fit, rarity, recency
from routing.bursts.waves import wave

BACK = 7 * WEEKS
FIRST = 90
"""The first day that is judged; what lies before is history."""
DETECTORS: Mapping[str, Callable[[Day], Alarms]] = {
    "ours": detectors.ours,
    "ours, whole days only": partial(detectors.ours, windows=(24,)),
    "oracle": detectors.oracle,
    "3 × mean": detectors.three_times_the_mean,
    "150% of week": detectors.half_above_the_week,
    "3 sigma": detectors.three_sigma,
    "EARS C2": detectors.ears_c2,
}


@dataclass
class Tried:
    """What one detector did: false alarms by series, on calm days and in storms; and the hours to detection of each outbreak found."""

    weeks: float
    calm: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    stormy: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    found: dict[int, float] = field(default_factory=dict)
    """By the outbreak's number."""
    town_calm: int = 0
    town_stormy: int = 0
    """Alarms over the whole town's sub-themes, of ours only: in a storm they are what it is told by."""

    @property
    def false_alarms(self) -> float:
        """A week, over all series."""
        return (sum(self.calm.values()) + sum(self.stormy.values()) + self.town_calm) / self.weeks

    @property
    def in_storms(self) -> float:
        """Those of them that were in storms, a week."""
        return sum(self.stormy.values()) / self.weeks


def trial(town: Town, outbreaks: Sequence[Outbreak], until: int = DAYS) -> dict[str, Tried]:
    """Judge each day from `FIRST` on and before `until`, in each quarter of an hour."""
    tried = {name: Tried((until - FIRST) / 7) for name in DETECTORS}
    last: dict[tuple[str, int, bool], int] = {}
    daily = town.daily
    for number, rhythm, rare in _known(town, daily, until):
        active = [(index, one) for index, one in enumerate(outbreaks) if one.day <= number <= one.day + len(one.extra)]
        here = _day(town, daily, number, [one for _, one in active], rhythm, rare)
        for name, detector in DETECTORS.items():
            alarms = detector(here)
            plain = len(town.subs)
            for series in np.flatnonzero(alarms[:plain].any(axis=1)):
                storm = bool(town.storm[series, number - 1 : number + 1].any())
                if _is_new(last, (name, int(series), False), number, alarms[series]):
                    (tried[name].stormy if storm else tried[name].calm)[int(series)] += 1
            for row, (index, one) in enumerate(active, start=plain):
                slots = np.flatnonzero(alarms[row]) + (number - one.day) * SLOTS - one.start
                slots = slots[(slots >= 0) & (slots < one.lasts + HOUR)]
                if len(slots):
                    tried[name].found.setdefault(index, float(slots[0] + 1) / HOUR)
        whole = detectors.ours(_whole_town(town, daily, number, rhythm, rare))
        for sub in np.flatnonzero(whole.any(axis=1)):
            if _is_new(last, ("ours", int(sub), True), number, whole[sub]):
                storm = bool(town.storm[town.subs == sub, number - 1 : number + 1].any())
                tried["ours"].town_stormy += storm
                tried["ours"].town_calm += not storm
    return tried


def _is_new(last: dict[tuple[str, int, bool], int], key: tuple[str, int, bool], day: int, alarms: Alarms) -> bool:
    """Whether a series alarms that was silent for the last 24 hours: one story is one false alarm."""
    slots = np.flatnonzero(alarms) + day * SLOTS
    before = last.get(key, -SLOTS)
    last[key] = int(slots[-1])
    return bool(slots[0] - before >= SLOTS)


def _known(town: Town, daily: NDArray[np.int64], until: int) -> Iterator[tuple[int, Rhythm, float]]:
    """Each day to judge, with the rhythm of the eight weeks before it and how rare a burst must be: both learnt anew each week."""
    by_hour = town.counts.sum(axis=0).reshape(DAYS, 24, HOUR).sum(axis=2).astype(float)
    for number in range(FIRST, until):
        if (number - FIRST) % 7 == 0:
            rhythm = learn_rhythm(town.days[number - BACK : number], by_hour[number - BACK : number])
            factors = np.array([rhythm.factor(day) for day in town.days[number - BACK : number]])
            before = daily[:, number - BACK : number].astype(float)
            rare = rarity(fit(np.concatenate([before, _by_sub(town, before)]), factors, recency(BACK))[0])
        yield number, rhythm, rare


def _worth(town: Town, number: int, rhythm: Rhythm) -> tuple[Floats, Floats]:
    """The factors of the days before, and the worth of each slot of yesterday and today."""
    factors = np.array([rhythm.factor(day) for day in town.days[number - BACK : number]])
    shares = np.concatenate([rhythm.shares(day) for day in town.days[number - 1 : number + 1]])
    return factors, np.repeat(shares / HOUR, HOUR)


def _usual(history: Floats, factors: Floats) -> Floats:
    ready = len(factors) - GUARD.days
    return fit(history[:, :ready], factors[:ready], recency(ready))[0]


def _day(town: Town, daily: NDArray[np.int64], number: int, outbreaks: Sequence[Outbreak], rhythm: Rhythm, rare: float) -> Day:
    factors, worth = _worth(town, number, rhythm)
    plain = town.counts[:, (number - 1) * SLOTS : (number + 1) * SLOTS].astype(float)
    before = daily[:, number - BACK : number].astype(float)
    usual = _usual(before, factors)
    of_sub, usual_of_sub = _by_sub(town, plain), _by_sub(town, usual[:, None])[:, 0]
    rows = np.array([*range(len(town.subs)), *(one.series for one in outbreaks)])
    subs = town.subs[rows]
    elsewhere = Elsewhere(
        of_sub[subs] - plain[rows], plain.sum(axis=0) - of_sub[subs], usual_of_sub[subs] - usual[rows], usual.sum() - usual_of_sub[subs]
    )
    history, slots = before[rows], plain[rows]
    for row, one in enumerate(outbreaks, start=len(town.subs)):
        for ahead, extra in enumerate(one.extra):
            day = one.day + ahead
            if day < number:
                history[row, day - number] += extra.sum()
            if number - 1 <= day <= number:
                slots[row, (day - number + 1) * SLOTS : (day - number + 2) * SLOTS] += extra
    truth = town.truth[:, (number - 1) * SLOTS : (number + 1) * SLOTS]
    in_sub = _by_sub(town, before)[subs]
    rest = _rest(factors, in_sub - before[rows], before.sum(axis=0) - in_sub, elsewhere)
    return Day(history, factors, slots, rest, truth[rows], worth, elsewhere, rare)


def _whole_town(town: Town, daily: NDArray[np.int64], number: int, rhythm: Rhythm, rare: float) -> Day:
    """Each sub-theme over all places, against all others."""
    factors, worth = _worth(town, number, rhythm)
    slots = _by_sub(town, town.counts[:, (number - 1) * SLOTS : (number + 1) * SLOTS].astype(float))
    history = _by_sub(town, daily[:, number - BACK : number].astype(float))
    usual = _usual(history, factors)
    nothing = Elsewhere(np.zeros_like(slots), slots.sum(axis=0) - slots, np.zeros(len(slots)), usual.sum() - usual)
    rest = _rest(factors, np.zeros_like(history), history.sum(axis=0) - history, nothing)
    return Day(history, factors, slots, rest, slots, worth, nothing, rare)


def _rest(factors: Floats, there: Floats, beside: Floats, elsewhere: Elsewhere) -> Floats:
    """How many times the usual the rest of the town brought on each day before."""
    return wave(there, elsewhere.usual_there[:, None] * factors, beside, elsewhere.usual_beside[:, None] * factors).times


def _by_sub(town: Town, rows: Floats) -> Floats:
    sums = np.zeros((int(town.subs[-1]) + 1, rows.shape[1]))
    np.add.at(sums, town.subs, rows)
    return sums
