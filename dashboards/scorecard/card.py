"""The scorecard of one month: every goal with its indicators, their twelve months, and where each number comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isinf

from sqlalchemy.orm import Session

from dashboards.meetlat.evidence import Days
from dashboards.scorecard.figures import counted, own
from dashboards.scorecard.figures.margins import Measured, mean, net_promoter, satisfied
from dashboards.scorecard.figures.past import Past
from dashboards.scorecard.goals import (
    Asked,
    AskedIndicator,
    CountedIndicator,
    Goal,
    GoalsFile,
    HandIndicator,
    OwnIndicator,
    Question,
    Unit,
)
from dashboards.scorecard.standing import Point, Standing, stand
from models.hand_figure import HandFigure, hand_figures
from models.language import _, msgid, translated
from models.survey import Scores, survey_months
from routing.community.count import earlier, months_from
from routing.community.month import FEWEST_PEOPLE

MONTHS = 12
ENOUGH_ANSWERS = 30
ENTRY = "/scorekaart/cijfers?maand={month:%Y-%m}"
AnyIndicator = OwnIndicator | CountedIndicator | AskedIndicator | HandIndicator


@dataclass(frozen=True)
class Origin:
    """Where a number comes from. `of`: what it is counted from; `margin`: how its margin is reckoned; `page`: what shows its evidence."""

    source: str
    query: str
    of: str = ""
    margin: str = ""
    page: str = ""


@dataclass(frozen=True)
class Indicated:
    """One indicator of a goal."""

    indicator: AnyIndicator
    name: str
    unit: Unit
    least: int
    points: tuple[Point, ...]
    standing: Standing
    origin: Origin
    entered: HandFigure | None = None
    """Of a figure entered by hand: by whom, when, and from where."""

    @property
    def endless(self) -> bool:
        """Whether more than half of the people still wait, so that the wait has no end yet."""
        present = self.standing.present
        return present is not None and present.measured is not None and isinf(present.measured.value)


@dataclass(frozen=True)
class GoalCard:
    """One goal."""

    goal: Goal
    indicators: tuple[Indicated, ...]


@dataclass(frozen=True)
class Asking:
    """What every indicator is asked with."""

    session: Session
    file: GoalsFile
    months: Sequence[date]
    days: Days
    heard: Mapping[date, own.Heard]
    sites: Mapping[int, str]
    past: Past

    def of_month(self, month: date) -> Days:
        return own.month_of(month, self.days)


def card(session: Session, file: GoalsFile, days: Days, sites: Mapping[int, str], past: Past) -> list[GoalCard]:
    """The goals as they stood at the end of the month that `days` are of. `sites` are the names of Matomo's sites; `past` is what was
    counted before of months that are long over.
    """
    months = months_from(earlier(days.first, MONTHS - 1), days.first)
    asking = Asking(session, file, months, days, own.heard_between(session, months[0], months[-1]), sites, past)
    return [GoalCard(goal, tuple(_indicated(asking, indicator) for indicator in goal.indicators)) for goal in file.goals]


def _indicated(asking: Asking, indicator: AnyIndicator) -> Indicated:
    match indicator:
        case OwnIndicator():
            found = _own(asking, indicator)
        case CountedIndicator():
            found = _counted(asking, indicator)
        case AskedIndicator():
            found = _asked(asking, indicator)
        case HandIndicator():
            found = _by_hand(asking, indicator)
    return replace(found, name=indicator.name or found.name)


def _own(asking: Asking, indicator: OwnIndicator) -> Indicated:
    known = own.KNOWN[indicator.figure]
    heard = asking.heard

    def of(month: date) -> tuple[Measured | None, int]:
        return own.measured(asking.session, indicator, asking.of_month(month), heard.get(month), asking.past), 0

    origin = Origin(
        _("Luisterpost zelf"),
        translated(known.how),
        translated(known.of),
        _("Wilson-interval van 95%%") if known.unit is Unit.PERCENT else "",
        known.page,
    )
    name = _(known.name, hours=indicator.hours) if indicator.hours else translated(known.name)
    floor = FEWEST_PEOPLE if indicator.figure in own.COUNTED_BY_MONTH else 1
    return _told(asking, indicator, name, known.unit, max(indicator.least or known.least, floor), of, origin)


def _counted(asking: Asking, indicator: CountedIndicator) -> Indicated:
    known = counted.KNOWN[indicator.figure]

    months = counted.measured(asking.session, indicator, [asking.of_month(month) for month in asking.months])

    def of(month: date) -> tuple[Measured | None, int]:
        found = months.get(month)
        return (found.measured, found.gaps) if found else (None, 0)

    about = asking.sites.get(indicator.site or 0, "")
    origin = Origin(
        _("Matomo, %(site)s", site=about) if about else _("Matomo"),
        " ".join(filter(None, (translated(known.how), _("Doel: %(goal)s.", goal=indicator.goal) if indicator.goal else ""))),
        translated(known.of),
        _("Wilson-interval van 95%%") if known.unit is Unit.PERCENT else "",
        known.page,
    )
    return _told(asking, indicator, translated(known.name), known.unit, indicator.least or known.least, of, origin)


UNITS = {Asked.NPS: Unit.POINTS, Asked.SATISFIED: Unit.PERCENT, Asked.MEAN: Unit.MARK}
NAMES = {Asked.NPS: msgid("Net Promoter Score"), Asked.SATISFIED: msgid("Tevreden"), Asked.MEAN: msgid("Gemiddelde score")}
MARGINS = {
    Asked.NPS: msgid("variantie van het verschil van twee aandelen, bijgesteld volgens Rocks (2016), 95%%"),
    Asked.SATISFIED: msgid("Wilson-interval van 95%%"),
    Asked.MEAN: msgid("t-interval van 95%%"),
}


def _asked(asking: Asking, indicator: AskedIndicator) -> Indicated:
    survey, question = asking.file.survey(indicator.survey), asking.file.question(indicator)
    assert survey is not None
    answers = survey_months(asking.session, survey.id, question.id, asking.months[0], asking.months[-1])

    def of(month: date) -> tuple[Measured | None, int]:
        return (_from_scores(indicator.figure, question, answers[month]) if month in answers else None), 0

    corrected = any(scores.population for scores in answers.values())
    margin = _(MARGINS[indicator.figure]) + (_(", gecorrigeerd voor een eindige groep") if corrected else "")
    query = _("“%(question)s” Gevraagd aan: %(among)s", question=question.asks, among=survey.among)
    origin = Origin(_("Vragenlijst %(name)s", name=survey.name), query, _("antwoorden"), margin, ENTRY)
    name = translated(NAMES[indicator.figure])
    return _told(asking, indicator, name, UNITS[indicator.figure], max(indicator.least or ENOUGH_ANSWERS, FEWEST_PEOPLE), of, origin)


def _by_hand(asking: Asking, indicator: HandIndicator) -> Indicated:
    entered = hand_figures(asking.session, indicator.id, asking.months[0], asking.months[-1])

    def of(month: date) -> tuple[Measured | None, int]:
        return (Measured(entered[month].value, 1) if month in entered else None), 0

    origin = Origin(_("Met de hand ingevuld"), indicator.how, page=ENTRY)
    told = _told(asking, indicator, indicator.id, indicator.unit, 1, of, origin)
    present = told.standing.present
    return replace(told, entered=entered.get(present.month) if present else None)


def _told(
    asking: Asking,
    indicator: AnyIndicator,
    name: str,
    unit: Unit,
    least: int,
    of: Callable[[date], tuple[Measured | None, int]],
    origin: Origin,
) -> Indicated:
    points = tuple(_point(month, *of(month), least) for month in asking.months)
    return Indicated(indicator, name, unit, least, points, stand(indicator.target, points), origin)


def _point(month: date, measured: Measured | None, gaps: int, least: int) -> Point:
    return Point(month, measured, measured is not None and measured.of >= least, gaps)


def _from_scores(figure: Asked, question: Question, scores: Scores) -> Measured | None:
    match figure:
        case Asked.NPS:
            return net_promoter(scores.counts, scores.population)
        case Asked.SATISFIED:
            return satisfied(scores.counts, question.satisfied_from or question.scale[1], scores.population)
        case Asked.MEAN:
            return mean(scores.counts, question.scale, scores.population)
