"""Months that are long over: counted once a day, and remembered by the process."""

from collections.abc import Callable
from datetime import date, timedelta

from dashboards.meetlat.evidence import Days

OVER = timedelta(days=62)
"""After this much time a month seldom changes: what was counted of it today holds for today."""
Parts = tuple[int, int]
"""Of how many, and how many of these."""


class Past:
    """What was counted of long past months, by day, month and figure."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._parts: dict[tuple[date, str], Parts] = {}

    def parts(self, figure: str, days: Days, count: Callable[[], Parts]) -> Parts:
        """What was counted of a month today, or else is counted now; a month that may still change is always counted."""
        if days.today - days.last < OVER:
            return count()
        if self._day != days.today:
            self._day, self._parts = days.today, {}
        kept = self._parts
        if (days.first, figure) not in kept:
            kept[days.first, figure] = count()
        return kept[days.first, figure]
