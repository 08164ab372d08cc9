"""Reading tallies: the cells of a period, whole days from what is stored and marked days from the messages themselves.

What was read stays in the memory of this process, a month at a time, and is read again as soon as a day was counted or marked anew. So an
answer is that of the tables at this moment, however long ago the last count was. A page that asks many times over may say so
(`hold_still`): then all its answers are of one moment, and only the first asks the database.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import TypeVar, cast
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Engine, TextClause, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from models.kept import Kept
from models.stretch import Counted, Numbers, Stretch, joined, one_day
from models.tally import CELL, DAY, Cells, Names, Side, Tally, beginning, local_days, numbers_of, packed, runs, said

KEPT = 12_000_000
"""Cells that a process keeps at most; ten years of a large town are ten million, of some ten bytes each."""
KEPT_COUNTS = 64_000_000
"""Bytes of what was counted in whole months that a process keeps at most."""
NONE = np.zeros(0, np.uint32)
UNKNOWN = np.uint32(2**32 - 1)
MOMENT = timedelta(microseconds=1)
"""The smallest difference between two moments in the tables."""

STATE = """
    SELECT 'stored' AS what, {day} AS day, count(*) AS many, sum(uuid_hash_extended(version, 0)) AS total
    FROM tally WHERE day BETWEEN :first AND :last GROUP BY {day}
    UNION ALL
    SELECT 'marked', day, count(*), sum(id) FROM tally_due WHERE day BETWEEN :first - 1 AND :last + 1 GROUP BY day
"""
"""In one statement, so that a count which ends meanwhile is seen wholly or not at all."""
MONTHS, DAYS = sql(STATE.format(day="date_trunc('month', tally.day::timestamp)::date")), sql(STATE.format(day="tally.day"))
Answered = TypeVar("Answered")
HELD = "counts of one moment"


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


_Marks = tuple[tuple[date, int, int], ...]
"""Days of UTC with marks, how many, and the sum of their numbers."""


@dataclass(frozen=True)
class _State:
    """What tells whether days are still those that were read: their versions, hashed and added up, and their marks."""

    stored: Mapping[date, tuple[int, int]]
    """By day or by month: how many days, and the sum of the hashes of their versions."""
    marked: Mapping[date, _Marks]
    """By local day."""

    def of(self, first: date, last: date) -> "_Key":
        days = list(_days(first, last))
        within = [self.stored[day] for day in days if day in self.stored]
        marks = tuple(mark for day in days for mark in self.marked.get(day, ()))
        return sum(many for many, _ in within), sum(total for _, total in within), marks


_Key = tuple[int, int, _Marks]
NOTHING: _Key = (0, 0, ())


@dataclass(frozen=True)
class _Month:
    """The days of one calendar month: its key, and the key of each day that may have messages."""

    key: _Key
    keys: Mapping[date, _Key]
    whole: Stretch

    def part(self, since: date, until: date) -> Stretch:
        """The days from `since` to `until`, both included, as far as they are in this month."""
        return self.whole.part(max(0, (since - self.whole.first).days), min(self.whole.days, (until - self.whole.first).days + 1))


@dataclass
class _Memory:
    known: Known = field(default_factory=Known)
    months: OrderedDict[date, _Month] = field(default_factory=OrderedDict)
    kept: Kept = field(default_factory=lambda: Kept(KEPT_COUNTS))
    lock: Lock = field(default_factory=Lock)

    def same(self, first: date, key: "_Key") -> "_Month | None":
        """The month as it was read, where nothing changed in it since."""
        with self.lock:
            month = self.months.get(first)
            if month is None or month.key != key:
                return None
            self.months.move_to_end(first)
            return month

    def keep(self, month: _Month) -> None:
        """Keep a month, and forget those that nobody asked for the longest while there are too many."""
        with self.lock:
            self.months[month.whole.first] = month
            self.months.move_to_end(month.whole.first)
            while len(self.months) > 1 and sum(one.whole.size for one in self.months.values()) > KEPT:
                self.months.popitem(last=False)


_memories: WeakKeyDictionary[Engine, dict[str, _Memory]] = WeakKeyDictionary()


def hold_still(session: Session) -> None:
    """From now on what this session counts is of one moment, for each question the first at which it is asked: for who only reads."""
    session.info.setdefault(HELD, {})


def held(session: Session, asked: Hashable, answer: Callable[[], Answered]) -> Answered:
    """The answer to what was asked; where the session holds still, the one that was given before."""
    answers = session.info.get(HELD)
    if answers is None:
        return answer()
    if asked not in answers:
        answers[asked] = answer()
    return cast(Answered, answers[asked])


def counted(session: Session, first: date, last: date, zone: ZoneInfo) -> Counted:
    """What was said on these local days, both included."""
    session.flush()
    return held(session, (first, last, zone.key), lambda: _counted(session, first, last, zone))


def counted_between(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Counted:
    """What was said after `since`, up to and including `until`: whole hours as they are kept, and of the first and the last what falls
    within, from the messages."""
    begin, end = since + MOMENT, until + MOMENT
    low, high = _hour_of(begin, zone), _hour_of(end, zone)
    if begin > _moment(low, zone):
        low += 1
    edges = [(begin, _moment(low, zone)), (_moment(high, zone), end)] if low < high else [(begin, end)]
    first, last = date.fromordinal(low // 24), date.fromordinal((high - 1) // 24)
    days = counted(session, first, last, zone).stretches if low < high else ()
    hours = [stretch.hours(low - 24 * stretch.first.toordinal(), high - 24 * stretch.first.toordinal()) for stretch in days]
    memory = _memory(session, zone)
    partly = [
        held(session, (zone.key, begin, end), lambda: packed(said(session, begin, end, zone), memory.known.number))  # noqa: B023
        for begin, end in edges
        if begin < end
    ]
    return Counted([*hours, *(one_day(day, cells) for part in partly for day, cells in part.items())], memory.known.names, memory.kept)


def _hour_of(moment: datetime, zone: ZoneInfo) -> int:
    """The number of the local hour that a moment is in, counted from the beginning of the calendar; one that comes twice is one hour."""
    local = moment.astimezone(zone)
    return 24 * local.toordinal() + local.hour


def _moment(hour: int, zone: ZoneInfo) -> datetime:
    """When a local hour begins; one that the clock skips begins when the next does."""
    return datetime.combine(date.fromordinal(hour // 24), time(hour % 24), zone).astimezone(UTC)


def _counted(session: Session, first: date, last: date, zone: ZoneInfo) -> Counted:
    memory, months = _memory(session, zone), list(_months(first, last))
    state = _state(session, MONTHS, months[0], _end(months[-1]), zone) if months else _State({}, {})
    keys = {month: state.of(month, _end(month)) for month in months}
    present = {month: kept for month in months if (kept := memory.same(month, keys[month])) is not None}
    missing = [month for month in months if month not in present]
    if missing:
        state = _state(session, DAYS, missing[0], _end(missing[-1]), zone)
        present |= {month: _month(session, memory, month, state, zone) for month in missing}
    return Counted([present[month].part(first, last) for month in months], memory.known.names, memory.kept)


def _memory(session: Session, zone: ZoneInfo) -> _Memory:
    engine = session.connection().engine
    return _memories.setdefault(engine, {}).setdefault(zone.key, _Memory())


def _end(month: date) -> date:
    return month_after(month) - DAY


def _months(first: date, last: date) -> Iterator[date]:
    """The first day of each month from that of `first` to that of `last`."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = month_after(month)


def month_after(month: date) -> date:
    return (month.replace(day=1) + 31 * DAY).replace(day=1)


def _state(session: Session, query: TextClause, first: date, last: date, zone: ZoneInfo) -> _State:
    stored: dict[date, tuple[int, int]] = {}
    marked: dict[date, _Marks] = {}
    for what, day, many, total in session.execute(query, {"first": first, "last": last}):
        if what == "stored":
            stored[day] = many, int(total)
            continue
        for local in local_days(day, zone):
            marked[local] = tuple(sorted((*marked.get(local, ()), (day, many, int(total)))))
    return _State(stored, marked)


def _month(session: Session, memory: _Memory, first: date, state: _State, zone: ZoneInfo) -> _Month:
    """A month as it is now: days that did not change as they were read before, the others read."""
    kept, days = memory.months.get(first), list(_days(first, _end(first)))
    keys = {day: key for day in days if (key := state.of(day, day)) != NOTHING}
    same = {day for day, key in keys.items() if kept is not None and kept.keys.get(day) == key}
    parts = {day: kept.part(day, day) for day in same if kept is not None}
    others = [day for day in keys if day not in same]
    parts |= {day: one_day(day, cells) for day, cells in _read(session, memory.known, others, keys, zone)}
    month = _Month(state.of(first, _end(first)), keys, joined(days, parts))
    memory.keep(month)
    return month


def _read(session: Session, known: Known, days: Sequence[date], keys: Mapping[date, _Key], zone: ZoneInfo) -> Iterator[tuple[date, Cells]]:
    """The cells of some days of one month: of marked ones from the messages, of the others as they are stored."""
    stored = [day for day in days if not keys[day][-1]]
    for day, cells in session.execute(select(Tally.day, Tally.cells).where(Tally.day.in_(stored))) if stored else ():
        yield day, known.translated(session, np.frombuffer(cells, CELL))
    for first, last in runs([day for day in days if keys[day][-1]]):
        yield from packed(said(session, beginning(first, zone), beginning(last + DAY, zone), zone), known.number).items()


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))
