"""The timetable of duties cut into weeks. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.alerts.timetable import Stretch

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """Monday, and what touches the week: each stretch whole, so that a duty that goes on into the next week stands in both."""

    monday: date
    stretches: Sequence[Stretch]

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def holes(self) -> int:
        return sum(stretch.hole for stretch in self.stretches)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def span_of(monday: date, weeks: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first midnight to the last."""
    return datetime.combine(monday, time(), zone), datetime.combine(monday + weeks * WEEK, time(), zone)


def weeks_of(stretches: Sequence[Stretch], monday: date, weeks: int, zone: ZoneInfo) -> list[Week]:
    """Each week with what is to be told of it: duties and holes, not the hours in which nobody needs to have duty."""
    told = [stretch for stretch in stretches if stretch.person is not None or stretch.hole]
    found = []
    for number in range(weeks):
        first = monday + number * WEEK
        since, until = span_of(first, 1, zone)
        found.append(Week(first, [stretch for stretch in told if stretch.start < until and stretch.end > since]))
    return found
