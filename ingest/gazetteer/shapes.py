"""The shapes of neighbourhoods as a map of a page needs them: fewer points, and borders that still fit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from models.shapes import Properties, Shape, Shapes

FINEST = 1 / 800
"""What is left out at least, as a part of the width of the map: a pixel or so."""
COARSEST = 1 / 40
MOST_POINTS = 6_000
"""Of all shapes together; the file stays under 200 kB, and a page that shows it under 50 kB compressed."""
DEGREES = 180


def shapes_of(neighbourhoods: Mapping[str, BaseGeometry], water: Sequence[BaseGeometry]) -> Shapes:
    """The shapes of neighbourhoods, by id, and of water, simplified together so that what touched still touches.

    Points are left out by Visvalingam's method over the whole coverage (shapely.coverage_simplify), coarser until few enough are left.
    """
    ids = [*sorted(neighbourhoods), *(None for _ in water)]
    drawn = [_faces(geometry) for geometry in [*(neighbourhoods[id] for id in sorted(neighbourhoods)), *water]]
    if not any(not face.is_empty for face in drawn):
        return Shapes()
    west, south, east, north = shapely.total_bounds(drawn)
    width = max(east - west, north - south)
    decimals = 5 if max(abs(west), abs(east)) <= DEGREES else 0
    simple = [shapely.transform(face, lambda points: np.round(points, decimals)) for face in _simplified(drawn, width)]
    return Shapes(features=[_shape(id, face) for id, face in zip(ids, simple, strict=True) if not face.is_empty])


def _simplified(faces: Sequence[MultiPolygon], width: float) -> Sequence[BaseGeometry]:
    tolerance, simple = FINEST, list(faces)
    while tolerance <= COARSEST:
        simple = list(shapely.coverage_simplify(faces, tolerance * width))
        if sum(map(shapely.get_num_coordinates, simple)) <= MOST_POINTS:
            break
        tolerance *= 2
    return simple


def _faces(geometry: BaseGeometry) -> MultiPolygon:
    """What of a shape covers ground, flat."""
    return MultiPolygon([part for part in _parts(shapely.force_2d(geometry)) if part.area > 0])


def _parts(geometry: BaseGeometry) -> Iterator[Polygon]:
    for part in shapely.get_parts(geometry):
        if isinstance(part, Polygon):
            yield part
        elif hasattr(part, "geoms"):
            yield from _parts(part)


def _shape(id: str | None, face: BaseGeometry) -> Shape:
    geometry: dict[str, Any] = mapping(face)
    return Shape.model_validate({"properties": Properties(id=id, water=id is None), "geometry": geometry})
