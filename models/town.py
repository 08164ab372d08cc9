"""What the municipality is made of: its themes, places and departments, as its configuration names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy import ForeignKey, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.words import PlaceKind


class Theme(Base):
    """A theme (`afval`) or sub-theme (`afval/bijplaatsing`, with its theme as parent)."""

    __tablename__ = "theme"

    slug: Mapped[str] = mapped_column(primary_key=True)
    parent: Mapped[str | None] = mapped_column(ForeignKey("theme.slug"))
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class Place(Base):
    """A place of the gazetteer; `parent` is what it lies in, `near` the neighbourhoods that border a neighbourhood."""

    __tablename__ = "place"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[PlaceKind] = mapped_column(words(PlaceKind))
    parent: Mapped[str | None] = mapped_column(ForeignKey("place.id"))
    aliases: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    near: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    inhabitants: Mapped[int | None]
    outside: Mapped[str | None]
    """The municipality it lies in, where that is not ours."""
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class Department(Base):
    """Who acts. `email` is None where nobody has given an address yet: its digests wait on the mail page."""

    __tablename__ = "department"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    does: Mapped[str]
    """One line for colleagues: what this department is for."""
    email: Mapped[str | None]
    escalation: Mapped[str | None]
    """Who hears of a ticket that is past its term and still open: the head of the department."""
    digest_at: Mapped[time]
    edit_minutes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How long before its hour its digest is built, so that somebody can edit it."""
    target: Mapped[str | None]
    """The system of its own that its tickets go into: a name in targets.yaml."""
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


def departments(session: Session) -> Sequence[Department]:
    """The departments in use, by name."""
    return session.scalars(select(Department).where(Department.active).order_by(Department.name)).all()


def department_names(session: Session) -> dict[str, str]:
    """Name by id, also of departments no longer in use: history names them."""
    return {row[0]: row[1] for row in session.execute(select(Department.id, Department.name))}


def place_ids(session: Session) -> frozenset[str]:
    """Every place that the tables know, active or not."""
    return frozenset(session.scalars(select(Place.id)))


def inhabitants_of(session: Session, area: str | None = None) -> int | None:
    """How many people live in a neighbourhood, in a district (the sum of its neighbourhoods) or, without one, in the town; None where that
    is not known of all of it."""
    if area is None:
        return session.scalar(select(Place.inhabitants).where(Place.active, Place.kind == PlaceKind.MUNICIPALITY))
    parts = list(
        session.scalars(select(Place.inhabitants).where(Place.active, (Place.parent == area) & (Place.kind == PlaceKind.NEIGHBOURHOOD)))
    )
    known = parts or [session.scalar(select(Place.inhabitants).where(Place.id == area))]
    return None if None in known else sum(filter(None, known))


def inhabitants_by_area(session: Session) -> dict[str, int]:
    """How many people live in each neighbourhood of which that is known."""
    query = select(Place.id, Place.inhabitants).where(Place.active, Place.kind == PlaceKind.NEIGHBOURHOOD, Place.inhabitants > 0)
    return {row[0]: row[1] for row in session.execute(query) if row[1]}


@dataclass(frozen=True)
class Surroundings:
    """Where a neighbourhood lies. `near` are itself, its neighbours and the districts of all these; `outside` the other municipality."""

    district: str
    near: frozenset[str]
    outside: str | None


def surroundings(session: Session) -> dict[str, Surroundings]:
    """The surroundings of every neighbourhood in use."""
    query = select(Place.id, Place.parent, Place.near, Place.outside).where(Place.active, Place.kind == PlaceKind.NEIGHBOURHOOD)
    rows = {row.id: row for row in session.execute(query)}
    district = {id: row.parent or "" for id, row in rows.items()}
    around = {id: {id, *(other for other in row.near if other in rows)} for id, row in rows.items()}
    return {
        id: Surroundings(district[id], frozenset(around[id] | {district[other] for other in around[id]}), row.outside)
        for id, row in rows.items()
    }
