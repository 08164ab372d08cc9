"""Neighbourhoods in order: a bar for each. The gazetteer knows names and borders, no shapes, so there is no map to be drawn."""

from collections.abc import Sequence
from typing import Any

from dashboards.trends.inks import Inks, styled

WIDTH, ROW = 820, 24


def areas_chart(bars: Sequence[tuple[str, float | None]], unit: str, inks: Inks) -> dict[str, Any]:
    """The Vega-Lite definition; what is withheld has no bar, and says so."""
    rows = [
        {
            "buurt": name,
            "waarde": value or 0,
            "getal": "<5" if value is None else f"{value:.1f}".replace(".", ",") if value % 1 else f"{value:.0f}",
        }
        for name, value in bars
    ]
    y = {"field": "buurt", "type": "nominal", "sort": None, "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 260}}
    x = {"field": "waarde", "type": "quantitative", "axis": None}
    tooltip = [{"field": "buurt", "type": "nominal"}, {"field": "getal", "type": "nominal", "title": unit}]
    label = {"type": "text", "align": "left", "dx": 5, "color": inks.soft, "fontSize": 13}
    layers = [
        {"mark": {"type": "bar", "color": inks.bar, "cornerRadiusEnd": 1.5}, "encoding": {"x": x, "y": y, "tooltip": tooltip}},
        {"mark": label, "encoding": {"x": x, "y": y, "text": {"field": "getal", "type": "nominal"}}},
    ]
    return styled({"width": WIDTH, "height": {"step": ROW}, "data": {"values": rows}, "layer": layers}, inks)
