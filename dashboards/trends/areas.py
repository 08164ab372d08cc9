"""Neighbourhoods in order: a bar for each. Where they lie is told by their map (on_map.py)."""

from collections.abc import Sequence
from typing import Any

from dashboards.trends.inks import Inks, styled
from dashboards.words.notation import tenths
from models.language import _

WIDTH, ROW = 820, 24


def areas_chart(bars: Sequence[tuple[str, float | None]], unit: str, inks: Inks) -> dict[str, Any]:
    """The Vega-Lite definition; what is withheld has no bar, and says so."""
    rows = [
        {
            "buurt": name,
            "waarde": value or 0,
            "getal": "<5" if value is None else tenths(value),
        }
        for name, value in bars
    ]
    y = {"field": "buurt", "type": "nominal", "sort": None, "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 260}}
    x = {"field": "waarde", "type": "quantitative", "axis": None}
    tooltip = [{"field": "buurt", "type": "nominal", "title": _("buurt")}, {"field": "getal", "type": "nominal", "title": unit}]
    label = {"type": "text", "align": "left", "dx": 5, "color": inks.soft, "fontSize": 13}
    layers = [
        {"mark": {"type": "bar", "color": inks.bar, "cornerRadiusEnd": 1.5}, "encoding": {"x": x, "y": y, "tooltip": tooltip}},
        {"mark": label, "encoding": {"x": x, "y": y, "text": {"field": "getal", "type": "nominal"}}},
    ]
    return styled({"width": WIDTH, "height": ROW * max(1, len(rows)), "data": {"values": rows}, "layer": layers}, inks)
