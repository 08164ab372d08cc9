"""The map of the town: each neighbourhood as a path of SVG, with the place where its name and its figure fit. Made once for each file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from dashboards.maps.labels import LINE, room_for, width_of
from models.shapes import SHAPES, Position, Shape, Shapes, read_shapes

WIDTH, TALLEST, MARGIN = 820, 760, 10
"""Of the drawing, in units of its own: on a wide page one is a pixel or less."""
NAME, FIGURE = 14.5, 18.0
NARROW = 42.0
"""The height of a figure where the drawing is shown on a telephone."""
DEGREES = 180


@dataclass(frozen=True)
class Spot:
    """One neighbourhood on the map."""

    id: str
    name: str
    outline: str
    x: float
    y: float
    """The middle of what is written in it."""
    lines: tuple[str, ...]
    """Its name as far as it fits; none where only a figure or nothing fits."""
    fits: bool
    """Whether a figure fits."""
    fits_narrow: bool
    """Whether it does on a telephone."""

    @property
    def rows(self) -> tuple[tuple[float, str], ...]:
        """Each line of the name, with the height of its foot."""
        top = self.y - (len(self.lines) * NAME * LINE + FIGURE) / 2
        return tuple((round(top + NAME * (LINE * n + 0.9), 1), line) for n, line in enumerate(self.lines))

    @property
    def figure_at(self) -> float:
        """The height of the figure's foot."""
        return round(self.y + (len(self.lines) * NAME * LINE + FIGURE) / 2 - FIGURE * 0.12, 1)


@dataclass(frozen=True)
class TownMap:
    """The neighbourhoods that have a shape, and the water; without any there is no map."""

    height: int
    spots: tuple[Spot, ...]
    water: str
    width: int = WIDTH

    def __bool__(self) -> bool:
        return bool(self.spots)


def town_map(folder: Path, names: Mapping[str, str]) -> TownMap:
    """The map of a municipality; `names` are its neighbourhoods by id. Shapes of others are left out.

    Raises:
        ConfigurationError: its shapes.geojson cannot be used.
    """
    path = folder / SHAPES
    written = path.stat().st_mtime_ns if path.exists() else 0
    return _made(folder, written, tuple(sorted(names.items())))


@lru_cache(maxsize=4)
def _made(folder: Path, written: int, names: tuple[tuple[str, str], ...]) -> TownMap:  # noqa: ARG001 - another moment is another file
    return drawn(read_shapes(folder), dict(names))


def drawn(shapes: Shapes, names: Mapping[str, str]) -> TownMap:
    """The shapes as a drawing: north up, degrees made as wide as they are there."""
    areas = [(one.properties.id, one) for one in shapes.features if one.properties.id in names]
    if not areas:
        return TownMap(0, (), "")
    faces = [_face(one) for _, one in areas]
    flat, height = _flattened(faces)
    water = [_onto(_face(one), flat) for one in shapes.features if one.properties.water]
    frame = shapely.box(0, 0, WIDTH, height)
    wet = shapely.union_all([shapely.make_valid(one) for one in water]).intersection(frame)
    spots = [_spot(id or "", names[id or ""], _onto(face, flat), wet) for (id, _), face in zip(areas, faces, strict=True)]
    return TownMap(height, tuple(sorted(spots, key=lambda spot: spot.name)), _path(wet))


def _spot(id: str, name: str, face: BaseGeometry, water: BaseGeometry) -> Spot:
    outline, split = _path(face), tuple(name.replace("-", "- ").split())
    pieces = [part for part in shapely.get_parts(shapely.make_valid(face).difference(water)) if isinstance(part, Polygon)]
    if not pieces:
        west, north, east, south = face.bounds
        return Spot(id, name, outline, *_rounded(((west + east) / 2, (north + south) / 2)), (), False, False)
    dry = max(pieces, key=lambda part: part.area)
    for lines in ((name,), split) if len(split) > 1 else ((name,),):
        wide = max(width_of(line, NAME) for line in lines)
        if middle := room_for(dry, wide, len(lines) * NAME * LINE + FIGURE):
            return Spot(id, name, outline, *_rounded(middle), lines, True, room_for(dry, NARROW * 1.3, NARROW * 0.8) is not None)
    middle = room_for(dry, FIGURE * 1.6, FIGURE)
    at = middle or (dry.representative_point().x, dry.representative_point().y)
    return Spot(id, name, outline, *_rounded(at), (), middle is not None, False)


def _face(shape: Shape) -> BaseGeometry:
    geometry = shape.geometry
    polygons = [geometry.coordinates] if geometry.type == "Polygon" else geometry.coordinates
    return MultiPolygon([Polygon(_flat(rings[0]), [_flat(ring) for ring in rings[1:]]) for rings in polygons])


def _flat(ring: Iterable[Position]) -> list[tuple[float, float]]:
    return [(position[0], position[1]) for position in ring]


Affine = tuple[float, float, float, float, float, float]


def _flattened(faces: list[BaseGeometry]) -> tuple[Affine, int]:
    """How coordinates become places on the drawing, and how high that is."""
    west, south, east, north = (float(bound) for bound in shapely.total_bounds(np.array(faces)))
    narrower = cos(radians((south + north) / 2)) if max(abs(west), abs(east)) <= DEGREES and max(abs(south), abs(north)) <= 90 else 1.0
    wide, high = max((east - west) * narrower, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
    aside = (WIDTH - scale * wide) / 2
    return (scale * narrower, 0, 0, -scale, aside - west * narrower * scale, MARGIN + north * scale), round(high * scale + 2 * MARGIN)


def _onto(face: BaseGeometry, flat: Affine) -> BaseGeometry:
    return affine_transform(face, flat)


def _path(face: BaseGeometry) -> str:
    """The rings of a shape as the `d` of a path, to a tenth of a unit."""
    rings = [ring for part in shapely.get_parts(face) if isinstance(part, Polygon) for ring in (part.exterior, *part.interiors)]
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}".replace(".0", "") for x, y in ring.coords[:-1]) + "Z" for ring in rings)


def _rounded(middle: tuple[float, float]) -> tuple[float, float]:
    return round(middle[0], 1), round(middle[1], 1)
