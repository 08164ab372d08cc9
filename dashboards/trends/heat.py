"""When people write: a square for each hour of each weekday, darker where more messages came."""

from collections.abc import Mapping
from typing import Any

from dashboards.trends.few import FEWEST, Figure, Withheld, figures
from dashboards.trends.inks import Inks, styled
from dashboards.words.dutch import number

WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
NAMES = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
HOURS = range(24)
WIDTH, HEIGHT = 1000, 260
MIDDLE = 2
"""How dark a square is whose count is withheld."""


def squares(counts: Mapping[tuple[int, int], int], traits: int) -> list[list[Figure]]:
    """The counts of each weekday (Monday first), hour by hour, as they may be shown."""
    flat = figures([counts.get((day, hour), 0) for day in range(7) for hour in HOURS], traits)
    return [flat[24 * day : 24 * day + 24] for day in range(7)]


def heat_chart(week: list[list[Figure]], inks: Inks) -> dict[str, Any]:
    """The Vega-Lite definition."""
    rows = [
        {
            "dag": WEEKDAYS[day],
            "uur": hour,
            "berichten": MIDDLE if isinstance(one, Withheld) else one,
            "aantal": str(one),
            "toen": f"{NAMES[day]} {hour}:00",
        }
        for day, hours in enumerate(week)
        for hour, one in enumerate(hours)
    ]
    colour = {
        "field": "berichten",
        "type": "quantitative",
        "scale": {"range": [inks.line, inks.bar, inks.ink], "zero": True},
        "legend": {"title": "berichten", "orient": "bottom", "direction": "horizontal"},
    }
    axis = {"title": None, "labelAngle": 0, "domain": False, "ticks": False}
    tooltip = [{"field": "toen", "type": "nominal", "title": "wanneer"}, {"field": "aantal", "type": "nominal", "title": "berichten"}]
    chart = {
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": rows},
        "mark": {"type": "rect", "stroke": inks.paper, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "uur", "type": "ordinal", "axis": axis},
            "y": {"field": "dag", "type": "ordinal", "sort": list(WEEKDAYS), "axis": axis},
            "color": colour,
            "tooltip": tooltip,
        },
    }
    return styled(chart, inks)


def said(counts: Mapping[tuple[int, int], int]) -> str:
    """When most was written, and how much outside office hours."""
    total = sum(counts.values())
    if total < 2 * FEWEST:
        return "Te weinig berichten om iets over dagen en uren te zeggen."
    (day, hour), most = max(counts.items(), key=lambda item: item[1])
    office = sum(count for (weekday, at), count in counts.items() if weekday < 5 and 9 <= at < 17)
    busiest = f"De drukste uren vallen op {NAMES[day]} rond {hour}:00 ({number(most)} berichten)"
    outside = f"{round(100 * (total - office) / total)}% kwam buiten kantooruren (werkdagen 9 tot 17 uur)."
    return f"{busiest if most >= FEWEST else 'Geen uur springt eruit'}; {outside}"
