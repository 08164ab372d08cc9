"""The scorecard as rows for a spreadsheet, and as a sheet for paper."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from math import isfinite

from dashboards.scorecard import wording
from dashboards.scorecard.card import GoalCard, Indicated
from dashboards.scorecard.standing import State
from dashboards.trends.files import Cell
from dashboards.words.notation import month_name, short_day
from models.language import _, translated
from models.settings import settings
from routing.readers.shapes.wall import Entry, Part, Sheet

HEADER = (
    "maand",
    "doel",
    "eigenaar",
    "cijfer",
    "waarde",
    "eenheid",
    "van",
    "ondergrens",
    "bovengrens",
    "genoeg",
    "dagen niet geteld",
    "streefwaarde",
    "richting",
    "uiterlijk",
    "bron",
    "vraag",
)


def rows(cards: Iterable[GoalCard]) -> Iterator[Sequence[Cell]]:
    """A row for each indicator and month with a figure; of too few no value."""
    for card in cards:
        for one in card.indicators:
            target = one.indicator.target
            for point in one.points:
                if (measured := point.measured) is None:
                    continue
                shown = [
                    round(value, 2) if value is not None and isfinite(value) and point.enough else None
                    for value in (measured.value, measured.low, measured.high)
                ]
                yield (
                    f"{point.month:%Y-%m}",
                    card.goal.name,
                    card.goal.owner,
                    one.name,
                    shown[0],
                    one.unit.value,
                    measured.of if one.origin.of else None,
                    *shown[1:],
                    "ja" if point.enough else "nee",
                    point.gaps,
                    target.value,
                    "minstens" if target.at_least is not None else "hooguit",
                    target.by.isoformat(),
                    one.origin.source,
                    one.origin.query,
                )


def on_paper(cards: Iterable[GoalCard], month: date, town: str) -> Sheet:
    """The scorecard for the wall or a meeting."""
    found = list(cards)
    states = [one.standing.state for card in found for one in card.indicators]
    counts = {state: states.count(state) for state in State if states.count(state)}
    told = ", ".join(f"{count} {translated(wording.STATES[state])}" for state, count in counts.items())
    return Sheet(
        kicker=_("Scorekaart van %(town)s, %(month)s", town=town, month=month_name(month)),
        title=_("Hoe ver zijn we met onze doelen?"),
        opening=_("Van %(count)s cijfers: %(told)s.", count=len(states), told=told) if states else _("Er zijn nog geen doelen."),
        footer=_("Bij elk cijfer staat waar het vandaan komt. Niets hiervan gaat over één mens."),
        sections=tuple(Part(card.goal.name, tuple(_entry(card, one, month) for one in card.indicators)) for card in found),
    )


def _entry(card: GoalCard, one: Indicated, month: date) -> Entry:
    point, target = one.standing.present, one.indicator.target
    now = wording.present(one)
    if point is not None and point.month != month and now != "–":
        now = _("%(now)s (%(month)s)", now=now, month=month_name(point.month))
    figure = _(
        "%(state)s: %(now)s. Doel: %(aim)s, uiterlijk %(by)s. Eigenaar: %(owner)s.",
        state=translated(wording.STATES[one.standing.state]).capitalize(),
        now=now,
        aim=wording.aim(one.unit, target),
        by=f"{short_day(target.by)} {target.by.year}",
        owner=card.goal.owner,
    )
    about = (
        [wording.counted_from(one, point), wording.margin(one.unit, point.measured) if point.enough and point.measured else ""]
        if point
        else []
    )
    known = [each.measured.value for each in one.points if each.enough and each.measured]
    drawn = len(known) > 1 and min(known) >= 0 and isfinite(max(known))
    entered = f"{one.entered.entered_by}: {one.entered.source}" if one.entered else ""
    sure = ", ".join(filter(None, about))
    origin = _("Waar komt dit vandaan: %(source)s. %(query)s", source=one.origin.source, query=one.origin.query)
    return Entry(
        title=one.name,
        link=settings().public_url.rstrip("/") + f"/scorekaart?maand={month:%Y-%m}",
        lines=tuple(
            filter(
                None,
                (figure, wording.doubt(one), " ".join(filter(None, (f"{sure[:1].upper()}{sure[1:]}." if sure else "", origin, entered)))),
            )
        ),
        curve=tuple(round(10 * value) for value in known) if drawn else (),
        curve_words=wording.course(one) if drawn else "",
    )
