"""What the municipality is made of: its themes, places and departments, as its configuration names them."""

from collections.abc import Sequence
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
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))


class Department(Base):
    """Who acts. `email` is None where nobody has given an address yet: its digests wait on the mail page."""

    __tablename__ = "department"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    does: Mapped[str]
    """One line for colleagues: what this department is for."""
    email: Mapped[str | None]
    digest_at: Mapped[time]
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
