"""The neighbourhoods of an answer as a map, now or in the period before, on one scale."""

from collections.abc import Mapping

from dashboards.maps.choropleth import Choropleth, Look, Value, choropleth, scale_of
from dashboards.maps.town import TownMap
from dashboards.trends.answer import Answer
from dashboards.trends.few import FEWEST, TRAITS, Figure, Withheld, figures, rate
from models import trend as asked
from models.trend import Trend

PEOPLE_COUNTED = 100
"""Of neighbourhoods with fewer messages than this it is looked up how many people wrote them."""


def by_area(answer: Answer, trend: Trend) -> dict[str, Figure]:
    """The messages of each neighbourhood, most first; withheld of fewer than five messages or people, whatever else is asked.

    A map says where: that sets people apart more than a list does.
    """
    counts = asked.by_area(answer.session, trend, answer.zone)
    doubtful = [area for area, count in counts.items() if FEWEST <= count < PEOPLE_COUNTED]
    few = asked.areas_of_few(answer.session, trend, answer.zone, doubtful, FEWEST)
    said = figures([1 if area in few else count for area, count in counts.items()], TRAITS)
    return dict(zip(counts, said, strict=True))


def on_map(
    answer: Answer, town: TownMap, now: Mapping[str, Figure], before: Mapping[str, Figure] | None, inhabitants: Mapping[str, int]
) -> Choropleth:
    """The map of `now` or, where the question asks for that and it is known, of `before`; the colours mean the same on both."""
    question = answer.question
    by_inhabitant = question.by_inhabitant and bool(inhabitants)
    values, earlier = (
        {area: _value(figure, inhabitants.get(area), by_inhabitant) for area, figure in period.items()} for period in (now, before or {})
    )
    scale = scale_of([*values.values(), *earlier.values()], by_inhabitant)
    shown = earlier if question.earlier and before is not None else values
    if question.trend.area is not None:
        asked_for = asked.inside(answer.session, question.trend.area)
        shown = {spot.id: shown.get(spot.id, Look.NOTHING) if spot.id in asked_for else Look.OUTSIDE for spot in town.spots}
    return choropleth(town, shown, scale, lambda area: question.link(plek=area, beeld=None, kaart=None), answer.area_name)


def _value(figure: Figure, inhabitants: int | None, by_inhabitant: bool) -> Value:
    if isinstance(figure, Withheld):
        return Look.FEW if figure is Withheld.FEW else Look.HIDDEN
    if not by_inhabitant or figure == 0:
        return figure or Look.NOTHING
    share = rate(figure, inhabitants)
    if share is None:
        return Look.FEW if inhabitants else Look.UNKNOWN
    return max(1, round(10 * share))
