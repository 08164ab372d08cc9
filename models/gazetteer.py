"""The places of a municipality: what people write in places.yaml, and what `places import` keeps beside it in gazetteer.json."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints, ValidationError, model_validator

from models.configuration import ConfigurationError, Written, read_yaml
from models.town import Place
from models.words import PlaceKind

OWN, IMPORTED = "places.yaml", "gazetteer.json"
_WORDS = re.compile(r"[^\W_]+")
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Code = Annotated[str, StringConstraints(pattern=r"^(GM|WK|BU)\d+$")]
"""The number that CBS gave an area; by it an import knows the area again when it has a new name."""


class Landmark(Written):
    name: str
    kind: str
    aliases: list[str] = []


class Street(Written):
    """A street that residents call by other names too."""

    name: str
    aliases: list[str]


class District(Written):
    id: Slug
    name: str
    aliases: list[str] = []
    code: Code | None = None


class Neighbourhood(Written):
    id: Slug
    name: str
    district: Slug
    inhabitants: Annotated[int, Field(ge=0)] | None = None
    aliases: list[str] = []
    near: list[Slug] = []
    streets: list[str | Street] = []
    landmarks: list[Landmark] = []
    code: Code | None = None
    outside: str | None = Field(default=None, min_length=1, description="de gemeente waarin de buurt ligt, als dat niet de onze is")


class Town(Written):
    id: Slug
    name: str
    inhabitants: Annotated[int, Field(ge=0)] | None = None
    code: Code | None = None


class Places(Written):
    """places.yaml, and gazetteer.json"""

    municipality: Town
    districts: list[District]
    neighbourhoods: list[Neighbourhood]

    @model_validator(mode="after")
    def _names_exist(self) -> "Places":
        districts = {district.id for district in self.districts}
        neighbourhoods = {n.id for n in self.neighbourhoods}
        for n in self.neighbourhoods:
            if n.district not in districts:
                raise ValueError(f"buurt {n.id} ligt in wijk {n.district}, en die staat er niet bij")
            if strange := set(n.near) - neighbourhoods:
                raise ValueError(f"buurt {n.id} grenst aan {', '.join(sorted(strange))}, en die staat er niet bij")
        return self


@dataclass(frozen=True, slots=True)
class Entry:
    """One place with the names it goes by. `parent` is what it lies in."""

    id: str
    name: str
    kind: PlaceKind
    parent: str | None
    aliases: Sequence[str] = ()
    near: Sequence[str] = ()
    inhabitants: int | None = None
    outside: str | None = None


def load_places(folder: Path) -> Places:
    """What people wrote in places.yaml, joined with what was imported; where both say something, people's word stands.

    Raises:
        ConfigurationError: a file cannot be used.
    """
    own = read_yaml(folder / OWN, Places)
    imported = folder / IMPORTED
    return joined(own, read_imported(imported)) if imported.exists() else own


def read_imported(path: Path) -> Places:
    """What an earlier import kept: JSON, since YAML of fifty thousand names takes seconds to read.

    Raises:
        ConfigurationError: the file is damaged.
    """
    try:
        return Places.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ConfigurationError(
            f"{path}: kan niet gelezen worden. Dit bestand schrijft `luisterpost places import`: haal het weg en importeer opnieuw."
        ) from error


def joined(own: Places, imported: Places) -> Places:
    """Both lists of places as one; `own` goes before `imported`, and their lists are put together."""
    return Places(
        municipality=_filled(own.municipality, imported.municipality),
        districts=_areas(own.districts, imported.districts),
        neighbourhoods=_areas(own.neighbourhoods, imported.neighbourhoods),
    )


Area = TypeVar("Area", District, Neighbourhood)
Filled = TypeVar("Filled", Town, District, Neighbourhood)


def _areas(own: Iterable[Area], imported: Iterable[Area]) -> list[Area]:
    further: dict[str, Area] = {area.id: area for area in imported}
    first: list[Area] = [_filled(area, further.pop(area.id, area)) for area in own]
    return first + list(further.values())


def _filled(own: Filled, imported: Filled) -> Filled:
    """`own`, with what it leaves open taken from `imported`, and its lists lengthened by what only `imported` has."""
    known: dict[str, object] = {}
    for field in type(own).model_fields:
        ours, theirs = getattr(own, field), getattr(imported, field)
        known[field] = _lengthened(ours, theirs) if isinstance(ours, list) else theirs if ours is None else ours
    return own.model_copy(update=known)


def _lengthened(ours: list[object], theirs: list[object]) -> list[object]:
    names = {_called(one) for one in ours}
    return [*ours, *(one for one in theirs if _called(one) not in names)]


def _called(one: object) -> str:
    return slug_of(one.name if isinstance(one, Street | Landmark) else str(one))


def entries(places: Places) -> Iterator[Entry]:
    """All places, parents first; borders between neighbourhoods hold in both directions."""
    yield from areas(places)
    for n in places.neighbourhoods:
        for street in n.streets:
            name, aliases = (street, []) if isinstance(street, str) else (street.name, street.aliases)
            yield Entry(f"{n.id}/{slug_of(name)}", name, PlaceKind.STREET, n.id, aliases)
        for mark in n.landmarks:
            yield Entry(f"{n.id}/{slug_of(mark.name)}", mark.name, PlaceKind.LANDMARK, n.id, mark.aliases)


def areas(places: Places) -> Iterator[Entry]:
    """The places that others lie in: the municipality, its districts and its neighbourhoods."""
    town = places.municipality
    yield Entry(town.id, town.name, PlaceKind.MUNICIPALITY, None, inhabitants=town.inhabitants)
    for district in places.districts:
        yield Entry(district.id, district.name, PlaceKind.DISTRICT, town.id, district.aliases)
    borders: dict[str, set[str]] = {n.id: set(n.near) for n in places.neighbourhoods}
    for n in places.neighbourhoods:
        for other in n.near:
            borders[other].add(n.id)
    for n in places.neighbourhoods:
        yield Entry(n.id, n.name, PlaceKind.NEIGHBOURHOOD, n.district, n.aliases, sorted(borders[n.id]), n.inhabitants, n.outside)


def place_rows(places: Places) -> Iterator[Place]:
    """`entries` as rows of the table."""
    for e in entries(places):
        yield Place(
            id=e.id,
            name=e.name,
            kind=e.kind,
            parent=e.parent,
            aliases=[*e.aliases],
            near=[*e.near],
            inhabitants=e.inhabitants,
            outside=e.outside,
        )


def slug_of(name: str) -> str:
    return "-".join(_WORDS.findall(name.lower()))
