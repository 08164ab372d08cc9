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


def _openings(start: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Opening hours from the day of `start` on that end after `start`, in the zone of `start`."""
    first = start.astimezone(zone).date()
    for ahead in range(DAY_OFF_SEARCH * 10):
        day = first + timedelta(days=ahead)
        if is_working_day(day):
            closes = datetime.combine(day, CLOSES, zone).astimezone(start.tzinfo)
            if closes > start:
                yield datetime.combine(day, OPENS, zone).astimezone(start.tzinfo), closes
