"""The looks of every chart: colours for light and dark, one letter, and the way from definition to picture."""

from dataclasses import dataclass
from typing import Any

import vl_convert

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
FONT = "'Segoe UI', Roboto, 'Noto Sans', Ubuntu, 'Liberation Sans', Arial, sans-serif"


@dataclass(frozen=True)
class Inks:
    """Colours of a chart; they are those of tokens.css, which a drawing cannot read."""

    ink: str
    soft: str
    line: str
    paper: str
    bar: str
    pale: str
    rise: str
    other: str


LIGHT = Inks("#1a2530", "#52606c", "#dedbd2", "#ffffff", "#5d8aa0", "#c9d8df", "#a8340c", "#5b3f9b")
DARK = Inks("#e9e7e1", "#a9b5bd", "#2e3a43", "#182128", "#6f9db3", "#37505d", "#ff9f75", "#c4b0ff")


def styled(chart: dict[str, Any], inks: Inks) -> dict[str, Any]:
    """The Vega-Lite definition of a chart, with our letter and lines.

    Written as Vega-Lite itself: to build one of these with Altair takes a hundred times as long as to count what it shows.
    """
    axis = {"labelColor": inks.soft, "labelFontSize": 14, "gridColor": inks.line, "domainColor": inks.soft, "tickColor": inks.line}
    header = {"labelColor": inks.ink, "labelFontSize": 14, "labelAnchor": "start", "labelFontWeight": "bold", "title": None}
    legend = {"labelColor": inks.soft, "titleColor": inks.soft, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal"}
    config = {"font": FONT, "view": {"stroke": None}, "axis": {**axis, "labelPadding": 6}, "header": header, "legend": legend}
    return {"$schema": SCHEMA, "background": "transparent", "config": config, **chart}


def text(colour: str, said: str, **more: Any) -> dict[str, Any]:
    """A mark that says these words."""
    return {"mark": {"type": "text", "color": colour, "text": said, **more}}


def drawn(definition: dict[str, Any]) -> bytes:
    """The chart as an SVG file."""
    svg: str = vl_convert.vegalite_to_svg(definition)
    return svg.encode()


def painted(definition: dict[str, Any]) -> bytes:
    """The chart as a PNG file, twice its size so that it prints sharply; on white, since a picture travels."""
    png: bytes = vl_convert.vegalite_to_png({**definition, "background": LIGHT.paper}, scale=2)
    return png


def painted_svg(svg: str) -> bytes:
    """A drawing of our own as a PNG file, likewise."""
    png: bytes = vl_convert.svg_to_png(svg, scale=2)
    return png
