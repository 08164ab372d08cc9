"""The steps of a line: hours, days, weeks, months or years, and how the counts of days are gathered into them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from dashboards.words.notation import day as named_day
from dashboards.words.notation import month_name
from models.language import _, msgid, spoken
from models.trend import Step

MOST = 400
"""Steps that one chart can show; with more the next wider step is taken."""


PLURAL: Mapping[Step, str] = {
    Step.HOUR: msgid("uren"),
    Step.DAY: msgid("dagen"),
    Step.WEEK: msgid("weken"),
    Step.MONTH: msgid("maanden"),
    Step.YEAR: msgid("jaren"),
}
LEAST_DAYS: Mapping[Step, float] = {Step.HOUR: 1 / 24, Step.DAY: 1, Step.WEEK: 7, Step.MONTH: 28, Step.YEAR: 365}


@dataclass(frozen=True)
class Bar:
    """One step: from this day (a Monday for a week) and, where it is an hour, this hour of the clock; for so many days that were asked."""

    first: date
    days: int
    messages: int
    hour: int | None = None

    def label(self, per: Step) -> str:
        match per:
            case Step.HOUR:
                return f"{named_day(self.first)} {self.hour}:00"
            case Step.DAY:
                return named_day(self.first)
            case Step.WEEK:
                return _("week %(week)s", week=self.first.isocalendar().week)
            case Step.MONTH:
                return month_name(self.first)
            case Step.YEAR:
                return str(self.first.year)

    def key(self, per: Step, with_year: bool) -> str:
        """A short name that no other step of a chart has; days of more than a year need theirs."""
        match per:
            case Step.HOUR:
                return format_date(self.first, "d MMM", locale=spoken().locale) + " " + _("%(hour)su", hour=f"{self.hour:02}")
            case Step.DAY:
                return format_date(self.first, "d MMM ’yy" if with_year else "d MMM", locale=spoken().locale)
            case Step.WEEK:
                year, week = self.first.isocalendar()[:2]
                return _("wk %(week)s ’%(year)s", week=week, year=f"{year % 100:02}")
            case Step.MONTH:
                return format_date(self.first, "MMM ’yy", locale=spoken().locale)
            case Step.YEAR:
                return str(self.first.year)

    def stamp(self) -> str:
        """For a table that a program reads: `2026-11-19`, `2026-11-19T14:00`."""
        return self.first.isoformat() if self.hour is None else f"{self.first.isoformat()}T{self.hour:02}:00"

    def whole(self, per: Step) -> bool:
        """Whether all of its days were asked: a week that is not over yet is not whole."""
        return per is Step.HOUR or self.first + timedelta(days=self.days) == after(self.first, per)


def after(first: date, per: Step) -> date:
    """The day after the last of the step that begins on `first`."""
    match per:
        case Step.WEEK:
            return first + timedelta(days=7)
        case Step.MONTH:
            return (first + timedelta(days=31)).replace(day=1)
        case Step.YEAR:
            return first.replace(year=first.year + 1)
        case _:
            return first + timedelta(days=1)


def bounded(per: Step, days: int) -> Step:
    """The narrowest step, from `per` on, that needs at most MOST of them for so many days."""
    wider = list(Step)[list(Step).index(per) :]
    return next((one for one in wider if days / LEAST_DAYS[one] <= MOST), Step.YEAR)


def grouped(days: Iterable[date], per: Step) -> dict[date, list[date]]:
    """The days of each step, under its first."""
    groups: dict[date, list[date]] = {}
    for day in days:
        groups.setdefault(per.first(day), []).append(day)
    return groups


def steps(counts: Mapping[date, int], days: Sequence[date], per: Step, beside: Callable[[date], date] = lambda day: day) -> list[Bar]:
    """The steps for these consecutive days; the first and the last can be shorter than the others.

    `beside` names the day whose count is read for each: how another period is laid along these days.
    """
    return [Bar(first, len(within), sum(counts.get(beside(day), 0) for day in within)) for first, within in grouped(days, per).items()]


def hours(counts: Mapping[tuple[date, int], int], days: Sequence[date], beside: Callable[[date], date] = lambda day: day) -> list[Bar]:
    """A step for each hour of the clock on these days; the hour that comes twice in October is one."""
    return [Bar(day, 1, counts.get((beside(day), hour), 0), hour) for day in days for hour in range(24)]
