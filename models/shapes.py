"""The shapes on the map: neighbourhoods and water, in shapes.geojson beside places.yaml. `places import` writes it, or people draw it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.configuration import ConfigurationError

SHAPES = "shapes.geojson"
MAX_BYTES = 5_000_000


class _Feature(BaseModel):
    """GeoJSON may hold more than is read here: drawing programs add their own."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


Position = Annotated[list[float], Field(min_length=2)]
"""East and north, in metres (RD) or in degrees; a height is not looked at."""
Ring = Annotated[list[Position], Field(min_length=4)]
"""Closed: its last position is its first."""


class Polygon(_Feature):
    type: Literal["Polygon"] = "Polygon"
    coordinates: Annotated[list[Ring], Field(min_length=1)]


class MultiPolygon(_Feature):
    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[Annotated[list[Ring], Field(min_length=1)]]


class Properties(_Feature):
    id: str | None = None
    """The neighbourhood, as places.yaml or gazetteer.json calls it."""
    water: bool = False

    @model_validator(mode="after")
    def _is_something(self) -> "Properties":
        if self.water == bool(self.id):
            raise ValueError("een vorm heeft het id van een buurt, of water: true")
        return self


class Shape(_Feature):
    """One neighbourhood, or water."""

    type: Literal["Feature"] = "Feature"
    properties: Properties
    geometry: Annotated[Polygon | MultiPolygon, Field(discriminator="type")]

    @property
    def rings(self) -> Iterator[list[Position]]:
        """Every ring, those of holes among them."""
        polygons = [self.geometry.coordinates] if isinstance(self.geometry, Polygon) else self.geometry.coordinates
        for polygon in polygons:
            yield from polygon


class Shapes(_Feature):
    """shapes.geojson"""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[Shape] = []


def read_shapes(folder: Path) -> Shapes:
    """The shapes of a municipality; none where it has no such file.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    path = folder / SHAPES
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        return Shapes()
    except OSError as error:
        raise ConfigurationError(f"{path}: kan niet gelezen worden ({error.strerror}). Zet het bestand terug of haal het weg.") from error
    if len(source) > MAX_BYTES:
        raise ConfigurationError(
            f"{path}: is groter dan {MAX_BYTES // 1_000_000} MB. "
            "Neem het bestand van CBS op met `luisterpost places import`: dat maakt de vormen kleiner."
        )
    try:
        return Shapes.model_validate_json(source)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigurationError(
            f"{path}: {where}: dit is geen vlak van een buurt of van water ({first['msg']}). "
            "Neem de buurten opnieuw op met `luisterpost places import`, of haal het bestand weg: dan ziet u lijsten in plaats van kaarten."
        ) from error
