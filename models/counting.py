"""Counting cells: which of them a choice of names keeps, and how many there are of each kind. Takes values and returns values."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.cells import Counted, Stretch
from models.tally import DAY, Names, Side

Fits = Callable[[Names], bool]


@dataclass(frozen=True)
class Chosen:
    """The messages of a period whose names fit, for each side that anything is asked of."""

    counted: Counted
    fits: Mapping[Side, Fits]

    def total(self) -> int:
        return sum(len(numbers) for _, numbers in self._columns(Side.WAY))

    def by_day(self) -> dict[date, int]:
        """Messages on each local day that brought any."""
        days: dict[date, int] = {}
        for stretch, hours in self._hours():
            counts = np.bincount(hours // 24, minlength=stretch.days)
            for n in counts.nonzero()[0]:
                days[stretch.first + int(n) * DAY] = days.get(stretch.first + int(n) * DAY, 0) + int(counts[n])
        return days

    def by_hour(self) -> dict[tuple[date, int], int]:
        """Messages in each hour (0 to 23) of each local day that brought any."""
        hours: dict[tuple[date, int], int] = {}
        for stretch, since in self._hours():
            counts = np.bincount(since)
            for n in counts.nonzero()[0]:
                key = stretch.first + int(n) // 24 * DAY, int(n) % 24
                hours[key] = hours.get(key, 0) + int(counts[n])
        return hours

    def by_weekday_and_hour(self) -> dict[tuple[int, int], int]:
        """Messages by weekday (0: Monday) and hour; those without any are absent."""
        week = np.zeros(7 * 24, np.int64)
        for stretch, since in self._hours():
            week += np.bincount((since + 24 * stretch.first.weekday()) % (7 * 24), minlength=7 * 24)
        return {(n // 24, n % 24): int(count) for n, count in enumerate(week) if count}

    def by_names(self, side: Side) -> dict[Names, int]:
        """Messages by what is said of them together on one side."""
        names = self.counted.names[side]
        sums = np.zeros(len(names), np.int64)
        for _, numbers in self._columns(side):
            sums += np.bincount(numbers, minlength=len(names))
        return {of: count for of, count in zip(names, sums.tolist(), strict=False) if count}

    def _columns(self, side: Side) -> Iterator[tuple[Stretch, NDArray[np.uint32]]]:
        return ((stretch, stretch.sides[side][rows]) for stretch, rows in self._kept())

    def _hours(self) -> Iterator[tuple[Stretch, NDArray[np.int64]]]:
        return ((stretch, stretch.hour[rows].astype(np.int64)) for stretch, rows in self._kept())

    def _kept(self) -> Iterator[tuple[Stretch, NDArray[np.bool] | slice]]:
        """The rows of each stretch that fit."""
        tables = {side: np.array([fits(names) for names in list(self.counted.names[side])], bool) for side, fits in self.fits.items()}
        for stretch in self.counted.stretches:
            rows: NDArray[np.bool] | None = None
            for side, table in tables.items():
                if not table.all():
                    kept = table[stretch.sides[side]]
                    rows = kept if rows is None else rows & kept
            yield stretch, slice(None) if rows is None else rows


def each(counts: Mapping[Names, int], of: Callable[[Names], set[str]]) -> dict[str, int]:
    """Messages by each of the names that `of` finds in theirs, most first: a message with two of them counts for both."""
    sums: Counter[str] = Counter()
    for names, count in counts.items():
        for name in of(names):
            sums[name] += count
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
