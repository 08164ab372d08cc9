"""What is to be seen in a trend, said in a sentence; and its days gathered into weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from babel.dates import format_date

from dashboards.dutch import LOCALE, decimal, number, plural
from dashboards.dutch import day as named_day

TOO_FEW = 10
"""Below this many messages nothing is said of a course."""


class Per(StrEnum):
    """How wide one bar is."""

    DAY = "dag"
    WEEK = "week"


@dataclass(frozen=True)
class Step:
    """One bar: from this day (a Monday for a week), for so many days that were asked for."""

    first: date
    days: int
    messages: int

    def label(self, per: Per) -> str:
        return named_day(self.first) if per is Per.DAY else f"week {self.first.isocalendar().week}"

    def key(self, per: Per, with_year: bool) -> str:
        """A short name that no other bar of a chart has; days of more than a year need theirs."""
        if per is Per.WEEK:
            year, week, _ = self.first.isocalendar()
            return f"wk {week} ’{year % 100:02}"
        return format_date(self.first, "d MMM ’yy" if with_year else "d MMM", locale=LOCALE)


def steps(counts: Mapping[date, int], days: Sequence[date], per: Per) -> list[Step]:
    """The bars for these consecutive days. The first and the last week can be shorter than seven days."""
    gathered: dict[date, list[date]] = {}
    for day in days:
        first = day if per is Per.DAY else day - timedelta(days=day.weekday())
        gathered.setdefault(first, []).append(day)
    return [Step(first, len(within), sum(counts.get(day, 0) for day in within)) for first, within in gathered.items()]


def to_be_seen(bars: Sequence[Step], per: Per, before: int | None) -> str:
    """One or two sentences about these bars; `before` is the total of as many days before them, None where nobody listened then."""
    total = sum(bar.messages for bar in bars)
    days = sum(bar.days for bar in bars)
    if total == 0:
        return "In deze periode was er geen bericht dat hierbij past."
    if total < TOO_FEW:
        return f"{plural(total, 'bericht', 'berichten')} in {plural(days, 'dag', 'dagen')}: te weinig om iets over een verloop te zeggen."
    highest = max(bars, key=lambda bar: bar.messages)
    so_far = ", die nog niet om is" if per is Per.WEEK and highest is bars[-1] and highest.days < 7 else ""
    said = f"{number(total)} berichten, gemiddeld {decimal(total / days)} per dag; {_compared(total, before, days)}."
    return f"{said} De meeste kwamen {'op' if per is Per.DAY else 'in'} {highest.label(per)}{so_far}: {number(highest.messages)}."


def _compared(total: int, before: int | None, days: int) -> str:
    period = plural(days, "dag", "dagen")
    if before is None:
        return "verder terug luisterden wij nog niet lang genoeg om te vergelijken"
    if before < TOO_FEW:
        return f"in de {period} ervoor waren het er {number(before)}"
    change = round(100 * (total - before) / before)
    if abs(change) < 10:
        return f"dat is ongeveer evenveel als in de {period} ervoor ({number(before)})"
    return f"dat is {abs(change)}% {'meer' if change > 0 else 'minder'} dan in de {period} ervoor ({number(before)})"
