"""Read and taken up, as the page tells it: each audience, all together, the visits by day, and what was not counted. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.words.notation import listed, plural, short_day
from models.language import _, msgid
from routing.readers.uptake import Uptake, Visits

HEADER = (
    "voor",
    "berichten",
    "exemplaren",
    "bezoeken door links",
    "berichten op getelde dagen",
    "daarvan geopend",
    "gezien",
    "nuttig",
    "niet voor ons",
    "opgepakt",
    "tickets open bij een bericht",
    "binnen een dag opgepakt",
    "binnen een dag afgehandeld",
)
COLUMNS = (
    "digests",
    "copies",
    "visits",
    "measured",
    "opened",
    "seen",
    "useful",
    "not_for_us",
    "taken",
    "tickets",
    "accepted",
    "settled",
)


@dataclass(frozen=True)
class Bar:
    """A day: how high its bar is in a box of 40; None where it was not counted."""

    day: date
    visits: int | None
    height: float | None


@dataclass(frozen=True)
class Told:
    """`gaps` are days that are over and that Matomo did not count; `missing` says which. Of `silent` audiences there is nothing to tell."""

    audiences: Sequence[Uptake]
    all: Uptake
    bars: Sequence[Bar]
    gaps: int
    missing: str
    counted: int
    summary: str

    @property
    def telling(self) -> list[Uptake]:
        return [one for one in self.audiences if _tells(one)]

    @property
    def silent(self) -> str:
        return listed(one.name for one in self.audiences if not _tells(one))


def tell(audiences: Sequence[Uptake], visits: Visits, today: date) -> Told:
    """What became of the digests of some days; today is still to be counted and is no gap."""
    together = Uptake("", "", **{column: sum(getattr(one, column) for one in audiences) for column in COLUMNS})
    gaps = [day for day in visits.gaps if day < today]
    known = {day: count for day, count in visits.days.items() if count is not None}
    most = max(known.values(), default=0)
    bars = [
        Bar(day, count, None if count is None else round(max(1.0, 36 * count / max(1, most)), 1))
        for day, count in visits.days.items()
        if day < today
    ]
    return Told(audiences, together, bars, len(gaps), listed((_stretch(*run) for run in _runs(gaps)), 5), len(known), _summary(known))


def rows(told: Told) -> Iterator[Sequence[str | int]]:
    """For a spreadsheet."""
    for one in told.audiences:
        yield one.name, *(getattr(one, column) for column in COLUMNS)


def _tells(one: Uptake) -> bool:
    return any(getattr(one, column) for column in COLUMNS)


def _summary(known: dict[date, int]) -> str:
    """The bars in words."""
    if not known:
        return ""
    busiest = max(known, key=lambda day: (known[day], day))
    total = plural(sum(known.values()), "bezoek", msgid("bezoeken"))
    days = plural(len(known), "getelde dag", msgid("getelde dagen"))
    if not known[busiest]:
        return _("%(total)s op %(days)s.", total=total, days=days)
    return _("%(total)s op %(days)s; de meeste op %(day)s: %(most)s.", total=total, days=days, day=short_day(busiest), most=known[busiest])


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in a row, as first and last."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and runs[-1][1] == day - timedelta(days=1):
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return runs


def _stretch(first: date, last: date) -> str:
    return short_day(first) if first == last else _("%(first)s tot en met %(last)s", first=short_day(first), last=short_day(last))
