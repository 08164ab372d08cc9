"""Twelve months as a small line: months without a figure break it, and what has no end goes along the top. The words and the table beside
it say the same. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from dashboards.scorecard.standing import Point

WIDTH, HEIGHT, EDGE = 240.0, 64.0, 6.0


@dataclass(frozen=True)
class Drawing:
    """In a box of WIDTH by HEIGHT: the parts of the line as `points` of a polyline, each month's dot, and the height of the target."""

    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    target: float


def draw(points: Sequence[Point], target: float) -> Drawing | None:
    """The months and the target on one scale; None where there is nothing to draw."""
    values = [point.measured.value if point.enough and point.measured else None for point in points]
    known = [value for value in values if value is not None and isfinite(value)]
    if not known:
        return None
    low, high = min(*known, target), max(*known, target)
    places = [
        None if value is None else (_across(number, len(points)), _down(min(value, high), low, high)) for number, value in enumerate(values)
    ]
    return Drawing(tuple(_lines(places)), tuple(place for place in places if place is not None), _down(target, low, high))


def _lines(places: Sequence[tuple[float, float] | None]) -> list[str]:
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [" ".join(f"{x:g},{y:g}" for x, y in run) for run in runs if len(run) > 1]


def _across(number: int, count: int) -> float:
    return round(EDGE + number * (WIDTH - 2 * EDGE) / max(1, count - 1), 1)


def _down(value: float, low: float, high: float) -> float:
    share = 0.5 if high == low else (value - low) / (high - low)
    return round(HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE), 1)
