"""Terms in working hours: Monday to Friday from nine to five, Dutch public holidays left out."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

OPENS = time(9)
CLOSES = time(17)
DAY_OFF_SEARCH = 366


@lru_cache(maxsize=16)
def _free_days(year: int) -> frozenset[date]:
    """Days on which a town hall is closed: the public holidays of the law; Good Friday and Liberation Day are working days."""
    return frozenset(holidays.country_holidays("NL", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _free_days(day.year)


def is_working_time(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the town hall is open at a moment."""
    local = moment.astimezone(zone)
    return is_working_day(local.date()) and OPENS <= local.time() < CLOSES


def is_holiday(day: date) -> bool:
    """Whether it is one of the public holidays of the law, also where that is a Sunday."""
    return day in _free_days(day.year)


def term(start: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """The moment at which `hours` working hours have passed since `start` (aware; the answer is in the zone of `start`)."""
    left = timedelta(hours=hours)
    for opens, closes in _openings(start, zone):
        begin = max(start, opens)
        if begin + left <= closes:
            return begin + left
        left -= closes - begin
    raise AssertionError("a year without working days")


def between(start: datetime, end: datetime, zone: ZoneInfo) -> float:
    """Working hours from `start` to `end`; negative when `end` lies before `start`."""
    if end < start:
        return -between(end, start, zone)
    total = timedelta()
    for opens, closes in _openings(start, zone):
        if opens >= end:
            break
        total += max(timedelta(), min(closes, end) - max(opens, start))
    return total / timedelta(hours=1)


def by_the_clock(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    """Whether a term from `start` to `end` cannot be one in working hours, because it ends while the town hall is closed."""
    return abs(term(start, between(start, end, zone), zone) - end) > timedelta(seconds=1)


def moment_at(share: float, start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """When this share (0 to 1) of a term has passed: in working hours, or on the clock where the term is by the clock."""
    if by_the_clock(start, end, zone):
        return start + share * (end - start)
    return term(start, share * between(start, end, zone), zone)


def term_like(start: datetime, end: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The end of a term that begins now and is as long as the one from `start` to `end`."""
    if by_the_clock(start, end, zone):
        return now + (end - start)
    return term(now, between(start, end, zone), zone)


def openings(start: datetime, end: datetime, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """When the town hall is open between two moments."""
    found = []
    for opens, closes in _openings(start, zone):
        if opens >= end:
            break
        found.append((opens, closes))
    return found


def _openings(start: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Opening hours from the day of `start` on that end after `start`, in the zone of `start`."""
    first = start.astimezone(zone).date()
    for ahead in range(DAY_OFF_SEARCH * 10):
        day = first + timedelta(days=ahead)
        if is_working_day(day):
            closes = datetime.combine(day, CLOSES, zone).astimezone(start.tzinfo)
            if closes > start:
                yield datetime.combine(day, OPENS, zone).astimezone(start.tzinfo), closes
