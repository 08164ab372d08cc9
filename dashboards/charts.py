"""The large chart of a trend: one definition, drawn as SVG on the server and made interactive by Vega in the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import altair as alt
import vl_convert

from dashboards.trend_words import Per, Step

WIDTH = 1100
HEIGHT = 340
LABELS = 12
"""About how many days or weeks are named below the chart."""


@dataclass(frozen=True)
class Inks:
    """Colours of a chart; they are those of tokens.css, which a drawing cannot read."""

    soft: str
    line: str
    bar: str
    rise: str


LIGHT = Inks(soft="#52606c", line="#dedbd2", bar="#5d8aa0", rise="#a8340c")
DARK = Inks(soft="#a9b5bd", line="#2e3a43", bar="#6f9db3", rise="#ff9f75")
FONT = "'Segoe UI', Roboto, 'Noto Sans', Ubuntu, 'Liberation Sans', Arial, sans-serif"


@dataclass(frozen=True)
class Mark:
    """A day on which something stood out, and its name."""

    day: date
    name: str


def trend_chart(bars: Sequence[Step], per: Per, usual: float | None, marks: Sequence[Mark], inks: Inks) -> dict[str, Any]:
    """The Vega-Lite definition: a bar for each day or week, a line at `usual` (per bar) where that is known, a sign above marked days."""
    named = {_first(mark.day, per): mark.name for mark in reversed(marks)}
    keys = [bar.key(per, with_year=len(bars) > 360) for bar in bars]
    rows = [
        {"key": key, "wanneer": bar.label(per), "berichten": bar.messages, "piek": named.get(bar.first, "")}
        for key, bar in zip(keys, bars, strict=True)
    ]
    every = -(-len(bars) // LABELS)
    base = alt.Chart(alt.InlineData(values=rows))
    x = alt.X(
        "key:O",
        sort=None,
        scale=alt.Scale(paddingInner=0.22, paddingOuter=0.1),
        axis=alt.Axis(title=None, values=keys[::-1][::every], labelAngle=0, labelOverlap=True, grid=False),
    )
    y = alt.Y("berichten:Q", axis=alt.Axis(title=None, tickMinStep=1, tickCount=5, domain=False), scale=alt.Scale(zero=True, nice=True))
    tooltip = [alt.Tooltip("wanneer:N"), alt.Tooltip("berichten:Q"), alt.Tooltip("piek:N")]
    columns = base.mark_bar(cornerRadiusTopLeft=1.5, cornerRadiusTopRight=1.5).encode(
        x=x, y=y, tooltip=tooltip, color=alt.condition("datum.piek !== ''", alt.value(inks.rise), alt.value(inks.bar))
    )
    peaks = base.transform_filter("datum.piek !== ''").mark_text(dy=-10, color=inks.rise, fontSize=14)
    layers: list[alt.Chart] = [columns, peaks.encode(x=x, y=y, text=alt.value("▲"))]
    if usual is not None:
        level = alt.Chart(alt.InlineData(values=[{"gewoon": usual}]))
        layers.append(level.mark_rule(color=inks.soft, strokeDash=[5, 4]).encode(y="gewoon:Q"))
    chart = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, background="transparent").configure(font=FONT)
    styled = chart.configure_view(stroke=None).configure_axis(
        labelColor=inks.soft, labelFontSize=14, gridColor=inks.line, domainColor=inks.soft, tickColor=inks.line, labelPadding=6
    )
    definition: dict[str, Any] = styled.to_dict()
    return definition


def drawn(definition: dict[str, Any]) -> bytes:
    """The chart as an SVG file."""
    svg: str = vl_convert.vegalite_to_svg(definition)
    return svg.encode()


def _first(day: date, per: Per) -> date:
    return day if per is Per.DAY else day - timedelta(days=day.weekday())
