"""Reading tallies: the cells of a period, whole days from what is stored and marked days from the messages themselves.

What was read stays in the memory of this process, a month at a time, and is read again as soon as a day was counted or marked anew. So an
answer is that of the tables at this moment, however long ago the last count was.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from models.tally import CELL, DAY, Cells, Names, Side, Tally, beginning, local_days, numbers_of, packed, runs, said

KEPT = 12_000_000
"""Cells that a process keeps at most; ten years of a large town are ten million."""
Numbers = NDArray[np.uint32]
Hours = NDArray[np.uint16]
NONE = np.zeros(0, np.uint32)
UNKNOWN = np.uint32(2**32 - 1)
MOMENT = timedelta(microseconds=1)
"""The smallest difference between two moments in the tables."""

STATE = sql("""
    SELECT 'stored' AS what, day, version::text AS version, 0 AS marks, 0 AS last FROM tally WHERE day BETWEEN :first AND :last
    UNION ALL
    SELECT 'marked', day, '', count(*), sum(id) FROM tally_due WHERE day BETWEEN :first - 1 AND :last + 1 GROUP BY day
""")
"""In one statement, so that a count which ends meanwhile is seen wholly or not at all."""


class Known:
    """What the numbers in cells stand for, in this process: numbers of its own, as a marked day may hold names that none counted yet."""

    def __init__(self) -> None:
        self.names: dict[Side, list[Names]] = {side: [] for side in Side}
        self._numbers: dict[tuple[Side, Names], int] = {}
        self._of_table: Mapping[Side, Numbers] = {}
        self._lock = Lock()

    def number(self, side: Side, names: Names) -> int:
        found = self._numbers.get((side, names))
        if found is not None:
            return found
        with self._lock:
            if (side, names) not in self._numbers:
                self.names[side].append(names)
                self._numbers[side, names] = len(self.names[side]) - 1
            return self._numbers[side, names]

    def translated(self, session: Session, cells: Cells) -> Cells:
        """Stored cells in the numbers of this process."""
        ours = self._looked_up(cells)
        if ours is None:
            self._learn(session)
            ours = self._looked_up(cells)
        assert ours is not None, "a tally is kept with its names"
        return ours

    def _looked_up(self, cells: Cells) -> Cells | None:
        """None where a number is not known yet: numbers are given by several at once, so a larger one being known says nothing."""
        ours = cells.copy()
        for side in Side:
            of_table = self._of_table.get(side, NONE)
            if len(cells) and cells[side].max() >= of_table.size:
                return None
            ours[side] = of_table[cells[side]]
            if (ours[side] == UNKNOWN).any():
                return None
        return ours

    def _learn(self, session: Session) -> None:
        table = numbers_of(session)
        size = max(table.values(), default=0) + 1
        of_table = {side: np.full(size, UNKNOWN, np.uint32) for side in Side}
        for (side, names), number in table.items():
            of_table[side][number] = self.number(side, names)
        self._of_table = of_table


@dataclass(frozen=True)
class Stretch:
    """The cells of consecutive days: for each side a number a message, and the hour counted from the beginning of the first day."""

    first: date
    days: int
    sides: Mapping[Side, Numbers]
    hour: Hours

    @property
    def messages(self) -> int:
        return len(self.hour)


@dataclass(frozen=True)
class Counted:
    """What was said in a period, in stretches of days, and what its numbers stand for."""

    stretches: Sequence[Stretch]
    names: Mapping[Side, Sequence[Names]]


@dataclass(frozen=True)
class _Month:
    """The days of one calendar month: the key of each that may have messages, and where in the columns each day begins."""

    keys: Mapping[date, "_Key"]
    whole: Stretch
    starts: NDArray[np.int64]

    def part(self, since: date, until: date) -> Stretch:
        """The days from `since` to `until`, both included, as far as they are in this month."""
        low, high = max(0, (since - self.whole.first).days), min(self.whole.days, (until - self.whole.first).days + 1)
        if low == 0 and high == self.whole.days:
            return self.whole
        rows = slice(self.starts[low], self.starts[high])
        sides = {side: column[rows] for side, column in self.whole.sides.items()}
        return Stretch(self.whole.first + low * DAY, high - low, sides, self.whole.hour[rows] - np.uint16(24 * low))


class _Key(NamedTuple):
    """What tells whether a day is still the one that was read: its version, and its marks (how many, and the sum of their numbers)."""

    version: str
    marks: tuple[tuple[int, int], ...]


@dataclass
class _Memory:
    known: Known = field(default_factory=Known)
    months: OrderedDict[date, _Month] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def keep(self, month: _Month) -> None:
        """Keep a month, and forget those that nobody asked for the longest while there are too many."""
        with self.lock:
            self.months[month.whole.first] = month
            self.months.move_to_end(month.whole.first)
            while len(self.months) > 1 and sum(one.whole.messages for one in self.months.values()) > KEPT:
                self.months.popitem(last=False)


_memories: WeakKeyDictionary[Engine, dict[str, _Memory]] = WeakKeyDictionary()


def counted(session: Session, first: date, last: date, zone: ZoneInfo) -> Counted:
    """What was said on these local days, both included."""
    session.flush()
    memory = _memory(session, zone)
    months = list(_months(first, last))
    keys = _keys(session, months[0], _month_after(months[-1]) - DAY, zone) if months else {}
    return Counted([_month(session, memory, month, keys, zone).part(first, last) for month in months], memory.known.names)


def counted_between(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Counted:
    """What was said after `since`, up to and including `until`: the days between the first and the last as they are kept, and of
    those two what falls within, from the messages."""
    begin, end = since + MOMENT, until + MOMENT
    first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
    between = counted(session, first + DAY, last - DAY, zone)
    known = _memory(session, zone).known
    edges = [(begin, end)] if first == last else [(begin, beginning(first + DAY, zone)), (beginning(last, zone), end)]
    partly = [_stretch(day, cells) for edge in edges for day, cells in packed(said(session, *edge, zone), known.number).items()]
    return Counted([*between.stretches, *partly], known.names)


def counted_of(session: Session, numbers: Sequence[int], since: datetime, until: datetime, zone: ZoneInfo) -> Counted:
    """What was said in these messages of the time from `since` up to `until`."""
    known = _memory(session, zone).known
    cells = packed(said(session, since, until, zone, numbers), known.number)
    return Counted([_stretch(day, of) for day, of in cells.items()], known.names)


def _memory(session: Session, zone: ZoneInfo) -> _Memory:
    engine = session.connection().engine
    return _memories.setdefault(engine, {}).setdefault(zone.key, _Memory())


def _months(first: date, last: date) -> Iterator[date]:
    """The first day of each month from that of `first` to that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = _month_after(month)


def _month_after(month: date) -> date:
    return (month.replace(day=1) + 31 * DAY).replace(day=1)


def _keys(session: Session, first: date, last: date, zone: ZoneInfo) -> dict[date, _Key]:
    keys: dict[date, _Key] = {}
    for what, day, version, marks, total in session.execute(STATE, {"first": first, "last": last}):
        if what == "stored":
            keys[day] = _Key(version, keys[day].marks if day in keys else ())
            continue
        for local in local_days(day, zone):
            if first <= local <= last:
                before = keys.get(local, _Key("", ()))
                keys[local] = _Key(before.version, tuple(sorted((*before.marks, (marks, int(total))))))
    return keys


def _month(session: Session, memory: _Memory, first: date, keys: Mapping[date, _Key], zone: ZoneInfo) -> _Month:
    last = _month_after(first) - DAY
    mine = {day: keys[day] for day in _days(first, last) if day in keys}
    kept = memory.months.get(first)
    if kept is not None and kept.keys == mine:
        with memory.lock:
            if first in memory.months:
                memory.months.move_to_end(first)
        return kept
    same = {day for day, key in mine.items() if kept is not None and kept.keys.get(day) == key}
    parts = {day: kept.part(day, day) for day in same if kept is not None}
    others = [day for day in mine if day not in same]
    parts |= {day: _stretch(day, cells) for day, cells in _read(session, memory.known, others, keys, zone)}
    month = _joined(first, last, mine, parts)
    memory.keep(month)
    return month


def _read(session: Session, known: Known, days: Sequence[date], keys: Mapping[date, _Key], zone: ZoneInfo) -> Iterator[tuple[date, Cells]]:
    """The cells of some days of one month: of marked ones from the messages, of the others as they are stored."""
    stored = [day for day in days if not keys[day].marks]
    for day, cells in session.execute(select(Tally.day, Tally.cells).where(Tally.day.in_(stored))) if stored else ():
        yield day, known.translated(session, np.frombuffer(cells, CELL))
    for first, last in runs([day for day in days if keys[day].marks]):
        yield from packed(said(session, beginning(first, zone), beginning(last + DAY, zone), zone), known.number).items()


def _stretch(day: date, cells: Cells) -> Stretch:
    return Stretch(day, 1, {side: np.ascontiguousarray(cells[side]) for side in Side}, cells["hour"].astype(np.uint16))


def _joined(first: date, last: date, keys: Mapping[date, _Key], parts: Mapping[date, Stretch]) -> _Month:
    days = list(_days(first, last))
    present = [day for day in days if day in parts]
    starts = np.concatenate([[0], np.cumsum([parts[day].messages if day in parts else 0 for day in days])]).astype(np.int64)
    sides = {side: np.concatenate([NONE, *(parts[day].sides[side] for day in present)]) for side in Side}
    hour = np.concatenate([NONE, *(parts[day].hour + np.uint16(24 * (day - first).days) for day in present)]).astype(np.uint16)
    return _Month(keys, Stretch(first, len(days), sides, hour), starts)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))
