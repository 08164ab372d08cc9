"""The figures that Matomo counts, by month. A day that was not fetched is a gap: it counts for nothing, and the page names it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from dashboards.meetlat.evidence import Days
from dashboards.meetlat.interval import wilson
from dashboards.scorecard.figures.margins import Measured
from dashboards.scorecard.figures.own import Known
from dashboards.scorecard.goals import Counted, CountedIndicator, Unit
from models.language import msgid
from models.measure import figure_by_day
from routing.readers.uptake import SOURCE, days_from, opened_by_day, visits_between

ENOUGH_DAYS, ENOUGH_DIGESTS = 10, 10
DAYS = msgid("dagen")
READ = "/gelezen?maand={month:%Y-%m}"

KNOWN: Mapping[Counted, Known] = {
    Counted.VISITS: Known(
        msgid("Bezoeken per dag"),
        DAYS,
        ENOUGH_DAYS,
        msgid("Bezoeken aan de site volgens Matomo, gemiddeld over de dagen die geteld zijn."),
        "",
        Unit.COUNT,
    ),
    Counted.CONVERSIONS: Known(
        msgid("Gehaalde doelen per dag"),
        DAYS,
        ENOUGH_DAYS,
        msgid("Hoe vaak een bezoek dit doel van Matomo haalde, gemiddeld over de dagen die geteld zijn."),
        "",
        Unit.COUNT,
    ),
    Counted.FROM_DIGESTS: Known(
        msgid("Bezoeken per dag uit berichten"),
        DAYS,
        ENOUGH_DAYS,
        msgid("Bezoeken door links in berichten (mtm_campaign), gemiddeld over de dagen die geteld zijn."),
        READ,
        Unit.COUNT,
    ),
    Counted.DIGESTS_OPENED: Known(
        msgid("Berichten waarvan iemand een link opende"),
        msgid("berichten"),
        ENOUGH_DIGESTS,
        msgid("Van de berichten die gingen op dagen die Matomo telde: het deel met minstens een bezoek door een link, binnen een week."),
        READ,
    ),
}


@dataclass(frozen=True)
class Gapped:
    """A figure, and how many days of the month, of those that are over, were not counted."""

    measured: Measured | None
    gaps: int


def measured(session: Session, indicator: CountedIndicator, months: Sequence[Days]) -> dict[date, Gapped]:
    """One figure of months in a row, by the first day of each; asked of the database once for all of them."""
    first, yesterday = months[0].first, months[0].today - timedelta(days=1)
    last = min(months[-1].last, yesterday)
    if last < first:
        return {}
    if indicator.figure is Counted.DIGESTS_OPENED:
        opened = opened_by_day(session, first, last, months[0].zone)
        return {month.first: _opened(month, opened, yesterday) for month in months}
    by_day = _by_day(session, indicator, first, last)
    return {month.first: _a_day(month, by_day, yesterday) for month in months}


def _a_day(month: Days, by_day: Mapping[date, float], yesterday: date) -> Gapped:
    """The mean of the days that were counted."""
    known = [by_day[day] for day in _over(month, yesterday) if day in by_day]
    return Gapped(Measured(sum(known) / len(known), len(known)) if known else None, len(_over(month, yesterday)) - len(known))


def _opened(month: Days, by_day: Mapping[date, tuple[int, int]], yesterday: date) -> Gapped:
    known = [by_day[day] for day in _over(month, yesterday) if day in by_day]
    whole, opened = sum(gone for gone, _ in known), sum(found for _, found in known)
    gaps = len(_over(month, yesterday)) - len(known)
    if not whole:
        return Gapped(None, gaps)
    low, high = wilson(opened / whole, whole)
    return Gapped(Measured(100 * opened / whole, whole, 100 * low, 100 * high), gaps)


def _over(month: Days, yesterday: date) -> Sequence[date]:
    """The days of a month that are over."""
    last = min(month.last, yesterday)
    return days_from(month.first, last) if last >= month.first else ()


def _by_day(session: Session, indicator: CountedIndicator, first: date, last: date) -> Mapping[date, float]:
    """What was counted on each day that is known."""
    if indicator.figure is Counted.FROM_DIGESTS:
        return {day: float(visits) for day, visits in visits_between(session, first, last).days.items() if visits is not None}
    goal = indicator.goal if indicator.figure is Counted.CONVERSIONS else None
    name = "goal_conversions" if goal else "visits"
    return figure_by_day(session, SOURCE, name, first, last, str(indicator.site), dimension=goal)
