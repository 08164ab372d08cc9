"""Where words fit on a map: within a shape, or beside each other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

LETTER = 0.52
"""The width of a letter, as a part of its height."""
LINE = 1.22
ROWS = 15
"""Heights at which room is looked for."""


@dataclass(frozen=True)
class Box:
    """Room for words around a point."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: "Box") -> bool:
        return abs(self.x - other.x) * 2 < self.width + other.width and abs(self.y - other.y) * 2 < self.height + other.height


def width_of(words: str, size: float) -> float:
    """About how wide a line of words is."""
    return len(words) * size * LETTER


def room_for(face: BaseGeometry, width: float, height: float) -> tuple[float, float] | None:
    """The middle of a free rectangle of this size within the shape, near its own middle; None where it has no such room."""
    best = max(_rows(face, width, height), default=None)
    return None if best is None else (best[1], best[2])


Span = tuple[float, float]
Edges = npt.NDArray[np.float64]


def _rows(face: BaseGeometry, width: float, height: float) -> Iterator[tuple[float, float, float]]:
    """How good each height is that has room, with the middle of the room there."""
    _, bottom, _, top = face.bounds
    centre, edges = face.centroid, _edges(face)
    for row in range(1, ROWS):
        y = bottom + (top - bottom) * row / ROWS
        for span in _spans(edges, y):
            left, right = _common(span, [_spans(edges, y - height / 2), _spans(edges, y + height / 2)])
            if right - left >= width:
                x = min(max(centre.x, left + width / 2), right - width / 2)
                yield -abs(y - centre.y) - abs(x - (left + right) / 2), (x + (left + right) / 2) / 2, y


def _common(span: Span, rows: Iterable[Sequence[Span]]) -> Span:
    """The widest part of a span that is free in the other rows too."""
    for others in rows:
        shared = [(max(span[0], left), min(span[1], right)) for left, right in others]
        span = max(shared, key=lambda one: one[1] - one[0], default=(0.0, 0.0))
    return span


def _edges(face: BaseGeometry) -> Edges:
    """The sides of all rings: from east and north to east and north."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(face))]
    return np.concatenate([np.hstack([ring[:-1], ring[1:]]) for ring in rings])


def _spans(edges: Edges, y: float) -> list[Span]:
    """From where to where a horizontal line runs within the rings."""
    x0, y0, x1, y1 = edges[(edges[:, 1] <= y) != (edges[:, 3] <= y)].T
    crossed = np.sort(x0 + (x1 - x0) * (y - y0) / (y1 - y0)).tolist()
    return list(zip(crossed[::2], crossed[1::2], strict=True))


def apart(boxes: Sequence[Box], within: tuple[float, float]) -> list[Box]:
    """The boxes, each moved up or down as little as is needed to meet none before it, and kept on the drawing."""
    placed: list[Box] = []
    for box in boxes:
        x = min(max(box.x, box.width / 2), within[0] - box.width / 2)
        tries = (Box(x, min(max(box.y + step, box.height / 2), within[1] - box.height / 2), box.width, box.height) for step in _steps(box))
        first = next(tries)
        placed.append(next((one for one in (first, *tries) if not any(one.meets(other) for other in placed)), first))
    return placed


def _steps(box: Box) -> Iterator[float]:
    """No step, then ever larger ones down and up."""
    yield 0
    for step in range(1, 9):
        yield box.height * step / 4
        yield -box.height * step / 4
