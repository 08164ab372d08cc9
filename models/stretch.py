"""Cells of consecutive days, as columns: what is counted (models.counting), wherever it was read (models.cells). Values, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.kept import Kept
from models.tally import DAY, Cells, Names, Side

Numbers = NDArray[np.unsignedinteger[Any]]
Hours = NDArray[np.uint16]
Messages = NDArray[np.int64]
NONE = np.zeros(0, np.uint8)
numbers = count()


@dataclass(frozen=True)
class Stretch:
    """For each message a number on each side, the hour counted from the beginning of the first day, and how far its own number lies above
    `base`."""

    first: date
    days: int
    sides: Mapping[Side, Numbers]
    hour: Hours
    base: int
    above: Numbers
    starts: NDArray[np.int64]
    """Where each day begins, and where the last one ends."""
    number: int | None = None
    """Of a whole month: its own, never given again."""

    @property
    def size(self) -> int:
        return len(self.hour)

    def messages(self, rows: NDArray[Any] | slice) -> Messages:
        """The numbers of the messages in some rows."""
        return self.above[rows].astype(np.int64) + self.base

    def part(self, low: int, high: int) -> "Stretch":
        """The days from the one with number `low`, counted from 0, up to the one with number `high`."""
        if low <= 0 and high >= self.days:
            return self
        starts = self.starts[low : high + 1]
        rows = slice(starts[0], starts[-1])
        sides = {side: column[rows] for side, column in self.sides.items()}
        hour = self.hour[rows] - np.uint16(24 * low)
        return Stretch(self.first + low * DAY, high - low, sides, hour, self.base, self.above[rows], starts - starts[0])

    def hours(self, low: int, high: int) -> "Stretch":
        """Of the same days what was said from hour `low` up to hour `high`, counted from the beginning of the first day."""
        return self if low <= 0 and high >= 24 * self.days else self._only((self.hour >= low) & (self.hour < high))

    def among(self, messages: Messages) -> "Stretch":
        """Of the same days only these messages."""
        highest = self.base + int(self.above.max(initial=0))
        near = messages[(messages >= self.base) & (messages <= highest)] - self.base
        return self._only(np.isin(self.above, near.astype(self.above.dtype)))

    def _only(self, rows: NDArray[np.bool]) -> "Stretch":
        starts = np.concatenate([[0], np.cumsum(rows)])[self.starts]
        sides = {side: column[rows] for side, column in self.sides.items()}
        return Stretch(self.first, self.days, sides, self.hour[rows], self.base, self.above[rows], starts)


@dataclass(frozen=True)
class Counted:
    """What was said in a period, in stretches of days; what its numbers stand for; and what was counted of whole months before."""

    stretches: Sequence[Stretch]
    names: Mapping[Side, Sequence[Names]]
    kept: Kept


def one_day(day: date, cells: Cells) -> Stretch:
    base = int(cells["message"].min(initial=0) if len(cells) == 0 else cells["message"].min())
    sides = {side: cells[side] for side in Side}
    return Stretch(day, 1, sides, cells["hour"].astype(np.uint16), base, cells["message"] - np.uint64(base), np.array([0, len(cells)]))


def joined(days: Sequence[date], parts: Mapping[date, Stretch]) -> Stretch:
    """Consecutive days as one stretch with a number of its own, its columns no wider than they must be."""
    present = [(day, parts[day]) for day in days if day in parts]
    starts = np.concatenate([[0], np.cumsum([parts[day].size if day in parts else 0 for day in days])]).astype(np.int64)
    sides = {side: _narrow(np.concatenate([NONE, *(part.sides[side] for _, part in present)])) for side in Side}
    hours = [part.hour + np.uint16(24 * (day - days[0]).days) for day, part in present]
    messages = np.concatenate([NONE, *(part.messages(slice(None)) for _, part in present)]).astype(np.int64)
    base = int(messages.min()) if len(messages) else 0
    hour = np.concatenate([NONE, *hours]).astype(np.uint16)
    return Stretch(days[0], len(days), sides, hour, base, _narrow(messages - base), starts, next(numbers))


def _narrow(column: NDArray[Any]) -> Numbers:
    return column.astype(np.min_scalar_type(column.max(initial=0)))
