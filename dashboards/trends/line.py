"""The large chart: a bar for each step, the band of what is usual behind it, what it is compared with as a line, and what happened."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import count
from typing import Any

from dashboards.trends.band import Band
from dashboards.trends.inks import Inks, styled, text
from dashboards.trends.steps import Bar
from models.language import _
from models.trend import Step

WIDTH = 1100
HEIGHT = 340
LABELS = 12
"""About how many steps are named below the chart."""
TIER = 17
"""Height of a line of names above the chart."""
LETTER = 7.5
"""Width of a letter of a name, roughly."""
LETTERS = 34
NOON = 12
"""Where in a line of hours something of a whole day is marked."""
UNSEEN = 2.5
"""How high a step stands whose count is withheld: between 1 and 4."""


class Sort(StrEnum):
    """What is marked on the line; the value is its sign."""

    BURST = "▲"
    EVENT = "●"


@dataclass(frozen=True)
class Mark:
    """Something that happened, from this day on, and its name; `address` is where more of it is told."""

    day: date
    name: str
    sort: Sort = Sort.BURST
    last: date | None = None
    address: str | None = None


@dataclass(frozen=True)
class Line:
    """What the large chart shows. Lists run along `bars`; `divided` is by how much counts are divided (1 for messages themselves)."""

    bars: Sequence[Bar]
    per: Step
    withheld: Sequence[bool]
    usual: Sequence[Band | None]
    other: Sequence[Bar]
    """The steps of what it is compared with; empty where there is none."""
    name: str
    other_name: str
    marks: Sequence[Mark]
    unit: str = ""
    divided: float = 1.0
    other_divided: float = 1.0


def line_chart(line: Line, inks: Inks) -> dict[str, Any]:
    """The Vega-Lite definition."""
    keys = [bar.key(line.per, with_year=line.per is Step.DAY and len(line.bars) > 360) for bar in line.bars]
    shown = keys[::-1][:: -(-len(keys) // LABELS)]
    x = {
        "field": "key",
        "type": "ordinal",
        "sort": None,
        "scale": {"paddingInner": 0.22, "paddingOuter": 0.1, "domain": keys},
        "axis": {"title": None, "values": shown, "labelAngle": 0, "labelOverlap": True, "grid": False},
    }
    layers: list[dict[str, Any]] = [_columns(x, line, inks)]
    if any(line.usual):
        layers.insert(0, _band(x, inks))
    if any(mark.sort is Sort.BURST for mark in line.marks):
        sign = text(inks.rise, "▲", dy=-10, fontSize=14)
        layers.append({"transform": [{"filter": "datum.piek !== ''"}], **sign, "encoding": {"x": x, "y": _height("waarde")}})
    other = [
        {"key": key, "ander": round(bar.messages / line.other_divided, 4), "naam": line.other_name}
        for key, bar in zip(keys, line.other, strict=False)
    ]
    if other:
        layers += _compared(other, x, inks)
    for name in _named(line, keys):
        layers += _name(name, x, inks)
    return styled({"width": WIDTH, "height": HEIGHT, "data": {"values": _rows(line, keys)}, "layer": layers}, inks)


def _height(field: str, line: Line | None = None) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": None, "tickCount": 5, "domain": False}
    if line is None or line.divided == 1:
        axis["tickMinStep"] = 1
    return {"field": field, "type": "quantitative", "axis": axis, "scale": {"zero": True, "nice": True}}


def _rows(line: Line, keys: Sequence[str]) -> list[dict[str, Any]]:
    peaks = {line.per.first(mark.day): mark.name for mark in reversed(line.marks) if mark.sort is Sort.BURST}
    return [
        {
            "key": key,
            "wanneer": bar.label(line.per),
            "waarde": round((UNSEEN if hidden else bar.messages) / line.divided, 4),
            "aantal": "<5" if hidden else round(bar.messages / line.divided, 2) if line.divided != 1 else bar.messages,
            "piek": peaks.get(bar.first, "") if bar.hour in (None, NOON) else "",
            "stil": hidden,
            "laag": None if band is None else band.low / line.divided,
            "hoog": None if band is None else band.high / line.divided,
        }
        for bar, key, hidden, band in zip(line.bars, keys, line.withheld, line.usual, strict=True)
    ]


def _band(x: dict[str, Any], inks: Inks) -> dict[str, Any]:
    return {
        "transform": [{"filter": "isValid(datum.hoog)"}],
        "mark": {"type": "area", "color": inks.pale, "opacity": 0.55, "interpolate": "step"},
        "encoding": {"x": x, "y": _height("laag"), "y2": {"field": "hoog"}},
    }


def _columns(x: dict[str, Any], line: Line, inks: Inks) -> dict[str, Any]:
    tooltip = [{"field": "wanneer", "title": _("wanneer")}, {"field": "aantal", "title": line.unit}, {"field": "piek", "title": _("piek")}]
    return {
        "mark": {"type": "bar", "cornerRadiusTopLeft": 1.5, "cornerRadiusTopRight": 1.5},
        "encoding": {
            "x": x,
            "y": _height("waarde", line),
            "tooltip": [{**one, "type": "nominal"} for one in tooltip],
            "color": {"condition": {"test": "datum.piek !== ''", "value": inks.rise}, "value": inks.bar},
            "opacity": {"condition": {"test": "datum.stil", "value": 0.35}, "value": 1},
        },
    }


def _compared(other: list[dict[str, Any]], x: dict[str, Any], inks: Inks) -> list[dict[str, Any]]:
    """A line, with its name at its end."""
    course = {"type": "line", "color": inks.other, "strokeWidth": 2.5, "strokeDash": [7, 3], "point": {"color": inks.other, "size": 22}}
    place = {"align": "right", "dx": -2, "dy": -12, "fontSize": 13, "fontWeight": "bold"}
    at = {"x": x, "y": _height("ander")}
    named = {"data": {"values": other[-1:]}, "encoding": {**at, "text": {"field": "naam", "type": "nominal"}}}
    return [
        {"data": {"values": other}, "mark": course, "encoding": at},
        {"mark": {"type": "text", "stroke": inks.paper, "strokeWidth": 5, **place}, **named},
        {"mark": {"type": "text", "color": inks.other, **place}, **named},
    ]


@dataclass(frozen=True)
class _Name:
    """A mark's name above the chart, on the lowest tier where it is free; in the right half names stand to the left of their day."""

    key: str
    name: str
    tier: int
    right: bool
    sort: Sort


def _named(line: Line, keys: Sequence[str]) -> list[_Name]:
    at = {bar.first: index for index, bar in enumerate(line.bars) if bar.hour in (None, NOON)}
    names: list[_Name] = []
    taken: dict[int, list[tuple[float, float]]] = defaultdict(list)
    told: set[str] = set()
    for mark in sorted(line.marks, key=lambda one: one.day):
        index = at.get(line.per.first(max(mark.day, min(at, default=mark.day))))
        if index is None or (mark.sort is Sort.BURST and mark.name in told):
            continue
        told.add(mark.name)
        name = mark.name if len(mark.name) <= LETTERS else mark.name[: LETTERS - 1].rstrip() + "…"
        right = index > len(keys) / 2
        said = f"{name} {mark.sort.value}" if right else f"{mark.sort.value} {name}"
        day, length = (index + 0.5) * WIDTH / len(keys), len(said) * LETTER
        span = (day - length, day) if right else (day, day + length)
        tier = next(tier for tier in count() if all(span[1] < begin or span[0] > end for begin, end in taken[tier]))
        taken[tier].append(span)
        names.append(_Name(keys[index], said, tier, right, mark.sort))
    return names


def _name(name: _Name, x: dict[str, Any], inks: Inks) -> list[dict[str, Any]]:
    colour = inks.rise if name.sort is Sort.BURST else inks.ink
    at = {"data": {"values": [{"key": name.key}]}}
    rule = {"type": "rule", "strokeDash": [2, 3], "color": inks.soft, "opacity": 0.7}
    label = text(colour, name.name, align="right" if name.right else "left", dx=4 if name.right else -4, fontSize=13)
    return [
        {**at, "mark": rule, "encoding": {"x": x, "y": {"value": -6}, "y2": {"value": HEIGHT}}},
        {**at, **label, "encoding": {"x": x, "y": {"value": -8 - TIER * name.tier}}},
    ]
