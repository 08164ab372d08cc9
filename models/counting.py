"""Counting cells: which of them a choice of names keeps, and how many there are of each kind. Takes values and returns values.

What was counted of a whole month is kept (models.kept): it is asked again by every reader of the same page, and by every period that the
month lies in.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.stretch import Counted, Stretch
from models.tally import DAY, Names, Side

Fits = Callable[[Names], bool]
"""Whether some names are wanted. What is kept is found by it: equal ones must answer equally, always."""
Tells = Callable[[Names], Set[str]]
"""What is told of some names, of which each is counted. Equal ones tell the same, as with `Fits`."""
Rows = NDArray[np.bool] | slice
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Chosen:
    """The messages of a period whose names fit, for each side that anything is asked of."""

    counted: Counted
    fits: Mapping[Side, Fits]
    _rows_of: dict[int, Rows] = field(default_factory=dict, init=False, repr=False, compare=False)

    def total(self) -> int:
        return sum(int(counts.sum()) for _, counts in self._each("day", _per_day))

    def by_day(self) -> dict[date, int]:
        """Messages on each local day that brought any."""
        days: Counter[date] = Counter()
        for stretch, counts in self._each("day", _per_day):
            for n in counts.nonzero()[0].tolist():
                days[stretch.first + n * DAY] += int(counts[n])
        return dict(days)

    def by_hour(self) -> dict[tuple[date, int], int]:
        """Messages in each hour (0 to 23) of each local day that brought any."""
        hours: Counter[tuple[date, int]] = Counter()
        for stretch, counts in self._each("hour", _per_hour):
            for n in counts.nonzero()[0].tolist():
                hours[stretch.first + n // 24 * DAY, n % 24] += int(counts[n])
        return dict(hours)

    def by_weekday_and_hour(self) -> dict[tuple[int, int], int]:
        """Messages by weekday (0: Monday) and hour; those without any are absent."""
        week = np.zeros((7, 24), np.int64)
        for stretch, counts in self._each("hour", _per_hour):
            for n, day in enumerate(counts.reshape(-1, 24)):
                week[(stretch.first.weekday() + n) % 7] += day
        return {(int(day), int(hour)): int(week[day, hour]) for day, hour in np.argwhere(week)}

    def by_names(self, side: Side) -> dict[Names, int]:
        """Messages by what is said of them together on one side."""
        names, sums = self.counted.names[side], self._sums(side)
        return {names[n]: int(sums[n]) for n in sums.nonzero()[0].tolist()}

    def by_each(self, side: Side, of: Tells) -> dict[str, int]:
        """Messages by each of the names that `of` finds in theirs, most first: a message with two of them counts for both."""
        sums, kept = self._sums(side), self.counted.kept
        names = list(self.counted.names[side])
        told = kept.counted((side, of, len(names)), lambda: np.array(sorted({one for some in names for one in of(some)}), str))
        pairs = kept.counted((side, of, len(names), "pairs"), lambda: _pairs(names, told.tolist(), of))
        heard = pairs[pairs[:, 0] < len(sums)]
        counts = np.bincount(heard[:, 1], sums[heard[:, 0]], len(told)).astype(np.int64).tolist()
        found = [(one, count) for one, count in zip(told.tolist(), counts, strict=True) if count]
        return dict(sorted(found, key=lambda item: (-item[1], item[0])))

    def _sums(self, side: Side) -> Counts:
        """Messages by the number that their names on one side go by."""
        sums = np.zeros(len(self.counted.names[side]), np.int64)
        for _, counts in self._each(side, lambda stretch, rows: np.bincount(stretch.sides[side][rows])):
            sums[: len(counts)] += counts
        return sums

    def newest(self, at_least: int) -> list[int]:
        """The numbers of so many of the newest messages, all of the hour in which the last of those was; or all there are."""
        found: list[int] = []
        for n, stretch in reversed(list(enumerate(self.counted.stretches))):
            rows = np.arange(stretch.size)[self._rows(n)]
            hours, wanted = stretch.hour[rows], at_least - len(found)
            if len(rows) > wanted:
                rows = rows[hours >= np.partition(hours, len(hours) - wanted)[len(hours) - wanted]]
            found += stretch.messages(rows).tolist()
            if len(found) >= at_least:
                break
        return found

    def _each(self, what: str, count: Callable[[Stretch, Rows], Counts]) -> Iterator[tuple[Stretch, Counts]]:
        """What is counted in each stretch: of a whole month as it was counted before, where it was."""
        asked = frozenset(self.fits.items())
        for n, stretch in enumerate(self.counted.stretches):
            if stretch.number is None:
                yield stretch, count(stretch, self._rows(n))
            else:
                yield stretch, self.counted.kept.counted((stretch.number, what, asked), lambda: count(stretch, self._rows(n)))  # noqa: B023

    def _rows(self, n: int) -> Rows:
        """The rows of a stretch that fit; a page asks for several counts of the same."""
        if n not in self._rows_of:
            self._rows_of[n] = self._fitting(self.counted.stretches[n])
        return self._rows_of[n]

    def _fitting(self, stretch: Stretch) -> Rows:
        rows: NDArray[np.bool] | None = None
        for side, fits in self.fits.items():
            table = self._table(side, fits)
            if not table.all():
                kept = table[stretch.sides[side]]
                rows = kept if rows is None else np.logical_and(rows, kept, out=rows)
        return slice(None) if rows is None else rows

    def _table(self, side: Side, fits: Fits) -> NDArray[np.bool]:
        """Whether each number's names fit. Numbers are only added: a table of all there were serves as long as there are as many."""
        names = self.counted.names[side]
        many = len(names)
        return self.counted.kept.counted((side, fits, many), lambda: np.array([fits(one) for one in names[:many]], bool))


def _per_day(stretch: Stretch, rows: Rows) -> Counts:
    if isinstance(rows, slice):
        return np.diff(stretch.starts)
    return np.array([np.count_nonzero(rows[begin:end]) for begin, end in pairwise(stretch.starts.tolist())], np.int64)


def _per_hour(stretch: Stretch, rows: Rows) -> Counts:
    return np.bincount(stretch.hour[rows], minlength=24 * stretch.days)


def _pairs(names: Sequence[Names], told: Sequence[str], of: Tells) -> NDArray[np.int64]:
    """The number of each name beside that of each thing that is told of it."""
    number = {one: n for n, one in enumerate(told)}
    return np.array([(n, number[one]) for n, some in enumerate(names) for one in of(some)], np.int64).reshape(-1, 2)


def each(counts: Mapping[Names, int], of: Callable[[Names], set[str]]) -> dict[str, int]:
    """Messages by each of the names that `of` finds in theirs, most first: a message with two of them counts for both."""
    sums: Counter[str] = Counter()
    for names, count in counts.items():
        for name in of(names):
            sums[name] += count
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
