"""Small charts beside each other, all on one scale: the themes of a question, or its neighbourhoods."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.trends.few import Withheld, figures
from dashboards.trends.inks import Inks, styled
from dashboards.trends.steps import Bar
from models.language import _
from models.trend import Step

MOST = 12
COLUMNS = 4
WIDTH, HEIGHT = 240, 90


def withheld(courses: Mapping[str, Sequence[Bar]], traits: int) -> dict[str, list[int | Withheld]]:
    """The counts of each course as they may be shown."""
    return {name: figures([bar.messages for bar in bars], traits) for name, bars in courses.items()}


def many_chart(courses: Mapping[str, Sequence[Bar]], per: Step, traits: int, inks: Inks) -> dict[str, Any]:
    """The Vega-Lite definition: a small area for each course, in the order given; what is withheld is left out of the line."""
    rows = [
        {"naam": name, "dag": bar.stamp(), "berichten": None if isinstance(figure, Withheld) else figure, "wanneer": bar.label(per)}
        for name, said in withheld(courses, traits).items()
        for bar, figure in zip(courses[name], said, strict=True)
    ]
    x = {"field": "dag", "type": "ordinal", "axis": None, "scale": {"padding": 0}}
    y = {"field": "berichten", "type": "quantitative", "axis": {"title": None, "tickCount": 3, "tickMinStep": 1, "domain": False}}
    facet = {"field": "naam", "type": "nominal", "sort": list(courses), "title": None}
    tooltip = [
        {"field": "naam", "type": "nominal", "title": _("naam")},
        {"field": "wanneer", "type": "nominal", "title": _("wanneer")},
        {"field": "berichten", "type": "quantitative", "title": _("berichten")},
    ]
    chart = {
        "data": {"values": rows},
        "facet": facet,
        "columns": COLUMNS,
        "spacing": {"row": 26, "column": 22},
        "spec": {
            "width": WIDTH,
            "height": HEIGHT,
            "mark": {"type": "bar", "color": inks.bar, "width": {"band": 0.85}},
            "encoding": {"x": x, "y": y, "tooltip": tooltip},
        },
    }
    return styled(chart, inks)
