"""What the tables say to a question; each part is asked when it is first needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dashboards.trends.band import AHEAD, Band, bands, rhythm_of
from dashboards.trends.few import FEWEST, Figure, Withheld, figure, figures, rate
from dashboards.trends.line import Line, Mark, Sort
from dashboards.trends.question import Beside, Question, View
from dashboards.trends.sentence import newest, risen, to_be_seen
from dashboards.trends.steps import Bar, grouped, hours, steps
from dashboards.words.notation import plural
from models import trend as asked
from models.calendar import events_between
from models.language import _
from models.message import first_published
from models.settings import settings
from models.town import inhabitants_of
from models.trend import Step, Trend, fewer_people

Ask = Callable[[Session, Trend, ZoneInfo], dict[str, int]]

BURSTS = 4
EVENTS = 6
SHARE = 0.4
"""Of a rise that a neighbourhood must bring for the sentence to name it."""


@dataclass(frozen=True)
class Row:
    """One line of a list: a name, its messages now and in what it is compared with (None: not known), and per 1,000 inhabitants."""

    name: str
    now: Figure
    before: Figure | None
    rate: float | None = None


class Answer:
    """The answer to one question of one visitor. `names` says what a neighbourhood is called."""

    def __init__(self, session: Session, question: Question, area_name: Callable[[str], str] = str) -> None:
        self.session = session
        self.zone = settings().zone
        self.question = question
        self.area_name = area_name

    @cached_property
    def steps(self) -> list[Bar]:
        return self._steps(self.question.trend)

    @cached_property
    def total(self) -> int:
        return sum(step.messages for step in self.steps)

    @cached_property
    def too_few_people(self) -> bool:
        """Whether the question sets fewer than five people apart; then nothing is told of them."""
        return self.question.narrow and self.total > 0 and fewer_people(self.session, self.question.trend, self.zone, FEWEST)

    @cached_property
    def figures(self) -> list[Figure]:
        """The count of each step, withheld where it stands for too few."""
        return figures([step.messages for step in self.steps], self.question.traits)

    @cached_property
    def heard_since(self) -> date | None:
        first = first_published(self.session)
        return None if first is None else first.astimezone(self.zone).date()

    @cached_property
    def compared(self) -> Trend | None:
        """What the line is compared with; None where that is nothing, or where we did not listen yet."""
        other = self.question.compared()
        if other is None or self.heard_since is None or (self.heard_since > other.first and self.question.beside_area is None):
            return None
        return other

    @cached_property
    def beside(self) -> list[Bar]:
        """The steps of what it is compared with, laid along those of the line."""
        return [] if self.compared is None else self._steps(self.compared, self.question.laid_along)

    @property
    def beside_figures(self) -> list[Figure]:
        return figures([bar.messages for bar in self.beside], self.question.traits)

    @cached_property
    def before(self) -> int | None:
        return None if self.compared is None else asked.total(self.session, self.compared, self.zone)

    @cached_property
    def usual(self) -> list[Band | None]:
        """The band of each step; of hours and years none."""
        question = self.question
        if question.trend.words or question.per in (Step.HOUR, Step.YEAR) or self.heard_since is None:
            return [None] * len(self.steps)
        longer = replace(question.trend, first=question.trend.first - AHEAD)
        town = asked.by_day(self.session, Trend(longer.first, longer.last), self.zone)
        rhythm = rhythm_of(town, max(longer.first, self.heard_since), longer.last)
        groups = list(grouped(question.trend.days, question.per).values())
        return bands(asked.by_day(self.session, longer, self.zone), rhythm, groups, self.heard_since)

    @cached_property
    def marks(self) -> list[Mark]:
        """Bursts, and what stands in the municipality's calendar."""
        trend = self.question.trend
        bursts = [
            Mark(burst.day, signal.title, Sort.BURST, address=f"/signalen/{signal.id}")
            for burst, signal in asked.bursts_in(self.session, trend, BURSTS)
        ]
        areas = asked.inside(self.session, trend.area) if trend.area else ()
        events = events_between(self.session, trend.first, trend.last, trend.theme, sorted(areas))
        named = [Mark(one.first, one.title, Sort.EVENT, one.last, f"/agenda/{one.id}") for one in events[-EVENTS:]]
        return sorted([*bursts, *named], key=lambda mark: mark.day)

    @property
    def than(self) -> str:
        """What it is compared with, within a sentence."""
        question = self.question
        if question.beside_area is not None:
            return _("in %(area)s", area=self.area_name(question.beside_area))
        return _("een jaar eerder") if question.beside is Beside.YEAR else _("in de %(period)s ervoor", period=self._period)

    @property
    def other_name(self) -> str:
        """What it is compared with, by itself."""
        question = self.question
        if question.beside_area is not None:
            return self.area_name(question.beside_area)
        return self.than if question.beside is Beside.YEAR else _("de %(period)s ervoor", period=self._period)

    @property
    def _period(self) -> str:
        return plural(len(self.question.trend.days), "dag", "dagen")

    @cached_property
    def sentence(self) -> str:
        question = self.question
        if self.too_few_people:
            return _("Dit gaat om minder dan vijf mensen. Om hen te beschermen staan er geen cijfers en geen berichten.")
        than = None if question.compared() is None else self.than
        said = to_be_seen(self.steps, question.per, len(question.trend.days), self.before, than)
        return f"{risen(self.steps, self.usual, question.per, self._mostly)} {said}".strip()

    @property
    def _mostly(self) -> str | None:
        """The neighbourhood that brought most of the rise the sentence tells of."""
        run = newest(self.steps, self.usual, self.question.per)
        if run is None or self.question.narrow:
            return None
        bars = self.steps[run.first : run.last + 1]
        rising = replace(
            self.question.trend,
            first=max(bars[0].first, self.question.trend.first),
            last=bars[-1].first + timedelta(days=bars[-1].days - 1),
        )
        here = asked.by_area(self.session, rising, self.zone)
        before = asked.by_area(self.session, rising.before(), self.zone)
        more = {area: count - before.get(area, 0) for area, count in here.items() if area != self.question.trend.area}
        most = max(more, key=lambda area: more[area], default=None)
        if most is None or more[most] < max(FEWEST, SHARE * sum(bar.messages for bar in bars)):
            return None
        return self.area_name(most)

    @property
    def inhabitants(self) -> int | None:
        """Who live in the area asked, or the town; None where that is not known of all of it."""
        return inhabitants_of(self.session, self.question.trend.area)

    @property
    def beside_inhabitants(self) -> int | None:
        area = self.question.beside_area or self.question.trend.area
        return inhabitants_of(self.session, area)

    @property
    def by_inhabitant(self) -> bool:
        """Whether the chart can count per 1,000 inhabitants as was asked."""
        return self.question.by_inhabitant and bool(self.inhabitants) and bool(self.beside_inhabitants)

    @property
    def notes(self) -> list[str]:
        """What could not be done as it was asked."""
        question, said = self.question, list(self.question.misfits)
        if question.by_inhabitant and not self.by_inhabitant:
            said.append(_("Van deze plek is niet bekend hoeveel mensen er wonen; u ziet aantallen."))
        if question.view is View.AREAS and question.compared() and self.compared is None and self.total and not self.too_few_people:
            said.append(_("Zo ver terug luisterden wij nog niet; er is niets om mee te vergelijken."))
        return said

    def line(self) -> Line:
        divided = (self.inhabitants or 1000) / 1000 if self.by_inhabitant else 1.0
        other_divided = (self.beside_inhabitants or 1000) / 1000 if self.by_inhabitant else 1.0
        beside = [
            replace(bar, messages=0) if isinstance(said, Withheld) else bar
            for bar, said in zip(self.beside, self.beside_figures, strict=True)
        ]
        return Line(
            self.steps,
            self.question.per,
            [isinstance(one, Withheld) for one in self.figures],
            self.usual,
            beside,
            _("nu"),
            self.other_name,
            self.marks,
            _("per 1.000 inwoners") if self.by_inhabitant else _("berichten"),
            divided,
            other_divided,
        )

    def listed(self, ask: Ask, most: int | None = None, inhabitants: Mapping[str, int] | None = None) -> list[Row]:
        """The largest rows of a breakdown, beside those of what it is compared with. Each row adds a trait."""
        traits = self.question.traits + 1
        now = ask(self.session, self.question.trend, self.zone)
        before = None if self.compared is None else ask(self.session, self.compared, self.zone)
        said = figures(list(now.values()), traits)
        rows = [
            Row(
                name,
                one,
                None if before is None else figure(before.get(name, 0), traits),
                None if inhabitants is None else rate(one, inhabitants.get(name)),
            )
            for name, one in zip(now, said, strict=True)
        ]
        return rows[:most]

    def _steps(self, trend: Trend, beside: Callable[[date], date] = lambda day: day) -> list[Bar]:
        days, per = self.question.trend.days, self.question.per
        if per is Step.HOUR:
            counted: dict[datetime, int] = asked.counts(self.session, trend, Step.HOUR, self.zone)
            by_hour: dict[tuple[date, int], int] = {}
            for moment, count in counted.items():
                by_hour[moment.date(), moment.hour] = by_hour.get((moment.date(), moment.hour), 0) + count
            return hours(by_hour, days, beside)
        return steps(asked.by_day(self.session, trend, self.zone), days, per, beside)
