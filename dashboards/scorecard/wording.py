"""How figures, targets and their course are said on the page and on paper."""

from math import isinf

from babel.numbers import format_decimal

from dashboards.scorecard.card import Indicated
from dashboards.scorecard.figures.margins import Measured
from dashboards.scorecard.goals import Target, Unit
from dashboards.scorecard.standing import Point, State
from dashboards.words.notation import month_name, number, plural
from models.language import _, msgid, spoken

STATES = {
    State.REACHED: msgid("gehaald"),
    State.ON_THE_WAY: msgid("op weg"),
    State.BEHIND: msgid("loopt achter"),
    State.NOT_YET: msgid("nog niet gehaald"),
    State.TOO_FEW: msgid("te weinig om te zeggen"),
    State.UNKNOWN: msgid("nog geen cijfer"),
}
UNITS = {
    Unit.PERCENT: msgid("procent"),
    Unit.HOURS: msgid("uren"),
    Unit.COUNT: msgid("aantal"),
    Unit.POINTS: msgid("punten"),
    Unit.MARK: msgid("cijfer"),
    Unit.EUROS: msgid("euro"),
}
SAME = 0.5
"""A difference of less than this, in the figure's unit, is none: of marks a tenth of it."""


def amount(unit: Unit, value: float) -> str:
    """`84%`, `3,4 uur`, `1.204`, `+12`, `7,4`, `€ 1.200`"""
    if isinf(value):
        return _("de helft wacht nog")
    match unit:
        case Unit.PERCENT:
            return f"{_plain(value, 0)}%"
        case Unit.HOURS:
            return _("%(hours)s uur", hours=_plain(value, 0 if value >= 10 else 1))
        case Unit.POINTS:
            return f"{'+' if round(value) > 0 else ''}{_plain(value, 0)}"
        case Unit.MARK:
            return _plain(value, 1)
        case Unit.EUROS:
            return f"€ {_plain(value, 0)}"
        case Unit.COUNT:
            return _plain(value, 0 if abs(value) >= 10 else 1)


def margin(unit: Unit, measured: Measured) -> str:
    """`tussen 78% en 89%`; empty where it has none."""
    if measured.low is None or measured.high is None:
        return ""
    return _("tussen %(low)s en %(high)s", low=amount(unit, measured.low), high=amount(unit, measured.high))


def aim(unit: Unit, target: Target) -> str:
    """`minstens 80%`, `hooguit 4 uur`"""
    if target.at_least is not None:
        return _("minstens %(amount)s", amount=amount(unit, target.value))
    return _("hooguit %(amount)s", amount=amount(unit, target.value))


def present(one: Indicated) -> str:
    """The figure itself, or why there is none."""
    point = one.standing.present
    if one.standing.state in (State.UNKNOWN, State.TOO_FEW) or point is None or point.measured is None:
        return "–"
    return amount(one.unit, point.measured.value)


def counted_from(one: Indicated, point: Point) -> str:
    """`van 84 tickets`; what is too little says how much is needed. Empty where a person counted."""
    if point.measured is None or not one.origin.of:
        return ""
    if point.enough:
        return _("van %(count)s %(what)s", count=number(point.measured.of), what=one.origin.of)
    return _(
        "van %(count)s %(what)s; pas vanaf %(least)s is er iets te zeggen",
        count=number(point.measured.of),
        what=one.origin.of,
        least=one.least,
    )


def size(one: Indicated, point: Point) -> str:
    """In a table: from how many, how sure, and what was not counted."""
    if point.measured is None:
        return gaps(point)
    many = number(point.measured.of) if point.enough and one.origin.of else counted_from(one, point)
    return "; ".join(filter(None, (many, margin(one.unit, point.measured) if point.enough else "", gaps(point))))


def gaps(point: Point) -> str:
    """What Matomo did not count."""
    return plural(point.gaps, "dag niet geteld", msgid("dagen niet geteld")) if point.gaps else ""


def course(one: Indicated) -> str:
    """Where it came from and where it is: `Van 71% in juni 2026 naar 84% in oktober 2026.`"""
    known = [point for point in one.points if point.enough and point.measured is not None]
    if len(known) < 2:
        return _("Nog één maand met een cijfer is te weinig voor een lijn.") if known else ""
    first, last = known[0], known[-1]
    assert first.measured is not None and last.measured is not None
    if isinf(first.measured.value) or isinf(last.measured.value):
        return ""
    small = SAME / 10 if one.unit in (Unit.MARK, Unit.HOURS) else SAME
    told = {
        "first": amount(one.unit, first.measured.value),
        "then": month_name(first.month),
        "last": amount(one.unit, last.measured.value),
        "now": month_name(last.month),
    }
    if abs(first.measured.value - last.measured.value) < small:
        return _("In %(then)s en in %(now)s %(last)s.", **told)
    return _("Van %(first)s in %(then)s naar %(last)s in %(now)s.", **told)


def expected(one: Indicated) -> str:
    """Where it should be by now; empty where that says nothing."""
    if one.standing.expected is None or one.standing.state not in (State.ON_THE_WAY, State.BEHIND):
        return ""
    return _("Op een rechte weg naar het doel was het nu %(amount)s.", amount=_told_apart(one, one.standing.expected))


def doubt(one: Indicated) -> str:
    """What the margin leaves open."""
    if one.standing.certain or one.standing.state in (State.UNKNOWN, State.TOO_FEW):
        return ""
    return _("Het doel ligt binnen de marge: of het gehaald is, is bij zo weinig niet zeker.")


def _told_apart(one: Indicated, value: float) -> str:
    """An amount, with a decimal where it would else look the same as the figure it is set beside."""
    rough = amount(one.unit, value)
    if rough != present(one):
        return rough
    return f"{_plain(value, 1)}{'%' if one.unit is Unit.PERCENT else ''}"


def _plain(value: float, digits: int) -> str:
    return format_decimal(round(value, digits) + 0.0, format="#,##0.###", locale=spoken().locale)
