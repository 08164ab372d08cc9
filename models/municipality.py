"""What a municipality writes about itself: name, themes, places and departments, read from its folder and kept in the tables."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.base import Base
from models.configuration import ConfigurationError, Written, read_yaml
from models.town import Department, Place, Theme
from models.words import PlaceKind

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]


class About(Written):
    """municipality.yaml"""

    name: str
    contact: str
    """Who answers for our requests to other people's servers: in the User-Agent."""
    newsroom_email: Address | None = None
    stand_up_at: time = time(8, 45)
    webcare: Slug
    """The department for what fits nowhere else."""
    own_accounts: list[str] = []
    """Handles whose posts are the municipality's own."""


class SubTheme(Written):
    name: str
    hint: str = ""


class MainTheme(Written):
    name: str
    subs: dict[Slug, SubTheme]


class Themes(Written):
    """themes.yaml"""

    themes: dict[Slug, MainTheme]


class Landmark(Written):
    name: str
    kind: str
    aliases: list[str] = []


class District(Written):
    id: Slug
    name: str
    aliases: list[str] = []


class Neighbourhood(Written):
    id: Slug
    name: str
    district: Slug
    inhabitants: Annotated[int, Field(ge=0)] | None = None
    aliases: list[str] = []
    near: list[Slug] = []
    streets: list[str] = []
    landmarks: list[Landmark] = []


class Town(Written):
    id: Slug
    name: str
    inhabitants: Annotated[int, Field(ge=0)] | None = None


class Places(Written):
    """places.yaml"""

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


class DepartmentEntry(Written):
    id: Slug
    name: str
    does: str
    email: Address | None = None
    digest_at: time = time(8, 0)


class Departments(Written):
    """departments.yaml"""

    departments: list[DepartmentEntry]


class Municipality(Written):
    """One municipality's folder, whole."""

    about: About
    themes: Themes
    places: Places
    departments: Departments

    @property
    def theme_names(self) -> dict[str, str]:
        """Name by slug, themes and sub-themes."""
        return {row.slug: row.name for row in theme_rows(self.themes)}


def load_municipality(folder: Path) -> Municipality:
    """Read the municipality's YAML files.

    Raises:
        ConfigurationError: a file cannot be used, or names something that another file does not know.
    """
    loaded = Municipality(
        about=read_yaml(folder / "municipality.yaml", About),
        themes=read_yaml(folder / "themes.yaml", Themes),
        places=read_yaml(folder / "places.yaml", Places),
        departments=read_yaml(folder / "departments.yaml", Departments),
    )
    known = {department.id for department in loaded.departments.departments}
    if loaded.about.webcare not in known:
        raise ConfigurationError(
            f"{folder / 'municipality.yaml'}: webcare: afdeling {loaded.about.webcare!r} staat niet in departments.yaml."
        )
    return loaded


def synchronise(session: Session, municipality: Municipality) -> None:
    """Make the tables say what the files say. What has left the files stays, inactive: history refers to it."""
    _keep(session, Theme, theme_rows(municipality.themes), "slug")
    _keep(session, Place, place_rows(municipality.places), "id")
    _keep(
        session,
        Department,
        (Department(id=d.id, name=d.name, does=d.does, email=d.email, digest_at=d.digest_at) for d in municipality.departments.departments),
        "id",
    )


def theme_rows(themes: Themes) -> Iterator[Theme]:
    for slug, theme in themes.themes.items():
        yield Theme(slug=slug, parent=None, name=theme.name)
        for sub, entry in theme.subs.items():
            yield Theme(slug=f"{slug}/{sub}", parent=slug, name=entry.name)


def place_rows(places: Places) -> Iterator[Place]:
    """All places, parents first; borders between neighbourhoods hold in both directions."""
    town = places.municipality
    yield Place(id=town.id, name=town.name, kind=PlaceKind.MUNICIPALITY, parent=None, aliases=[], near=[], inhabitants=town.inhabitants)
    for district in places.districts:
        yield Place(
            id=district.id, name=district.name, kind=PlaceKind.DISTRICT, parent=town.id, aliases=district.aliases, near=[], inhabitants=None
        )
    borders: dict[str, set[str]] = {n.id: set(n.near) for n in places.neighbourhoods}
    for n in places.neighbourhoods:
        for other in n.near:
            borders[other].add(n.id)
    for n in places.neighbourhoods:
        yield Place(
            id=n.id,
            name=n.name,
            kind=PlaceKind.NEIGHBOURHOOD,
            parent=n.district,
            aliases=n.aliases,
            near=sorted(borders[n.id]),
            inhabitants=n.inhabitants,
        )
        for street in n.streets:
            yield Place(
                id=f"{n.id}/{slug_of(street)}", name=street, kind=PlaceKind.STREET, parent=n.id, aliases=[], near=[], inhabitants=None
            )
        for mark in n.landmarks:
            yield Place(
                id=f"{n.id}/{slug_of(mark.name)}",
                name=mark.name,
                kind=PlaceKind.LANDMARK,
                parent=n.id,
                aliases=mark.aliases,
                near=[],
                inhabitants=None,
            )


def slug_of(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _keep(session: Session, table: type[Base], rows: Iterator[Base], key: str) -> None:
    columns = [column.name for column in table.__table__.columns if column.name != "active"]
    values = [{name: getattr(row, name) for name in columns} | {"active": True} for row in rows]
    statement = insert(table).values(values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[key], set_={name: statement.excluded[name] for name in [*columns, "active"] if name != key}
        )
    )
    session.execute(update(table).where(table.__table__.c[key].not_in([row[key] for row in values])).values(active=False))
