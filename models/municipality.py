"""What a municipality writes about itself: name, themes, places and departments, read from its folder and kept in the tables."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints
from sqlalchemy import any_, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, insert
from sqlalchemy.orm import Session

from models.base import Base
from models.configuration import ConfigurationError, Written, read_yaml
from models.gazetteer import Places as Places
from models.gazetteer import Slug as Slug
from models.gazetteer import load_places, place_rows
from models.town import Department, Place, Theme
from models.words import CampaignLinks

Weekday = Literal["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
Address = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class Reminders(Written):
    """Who hears when of a ticket that is still open. Hours are working hours; those of an alert are hours on the clock."""

    share: float | None = Field(default=0.75, gt=0, lt=1)
    """The department hears when this share of the term has passed (and once more at the term itself)."""
    head_after_hours: float | None = Field(default=4, ge=0)
    """The department's `escalation` address hears this long after the term."""
    newsroom_after_hours: float | None = Field(default=16, ge=0)
    """The newsroom hears this long after the term."""


class About(Written):
    """municipality.yaml"""

    name: str
    contact: str
    """Who answers for our requests to other people's servers: in the User-Agent."""
    newsroom_email: Address | None = None
    administrator: Address | None = None
    """Who hears of a source that keeps failing; else the newsroom."""
    stand_up_at: time = time(8, 45)
    digest_days: list[Weekday] = [*WEEKDAYS[:5]]
    """On which days digests appear; what happens on other days is told on the next of these."""
    edit_minutes: int = Field(default=20, ge=0, le=12 * 60)
    """How long before its hour the newsroom's digest and the weekly report are built, so that somebody can edit them."""
    weekly_at: time = time(9, 0)
    """The weekly report, on Mondays."""
    weekly_to: list[Slug] = []
    """Departments that want the weekly report too."""
    executive_email: Address | None = None
    executive_at: time = time(8, 30)
    reminders: Reminders = Reminders()
    confirm_rules: bool = False
    """Whether changed rules wait until somebody has seen what they change and confirms them on the page."""
    webcare: Slug
    """The department for what fits nowhere else."""
    pdok: bool = False
    """Whether PDOK may be asked for streets that the gazetteer does not know: only the street's name leaves the building."""
    own_accounts: list[str] = []
    """Handles whose posts are the municipality's own."""
    public_names: list[str] = []
    """People in public office, as residents name them: the mayor, aldermen. Their names are not masked."""
    accepted_errors: float = Field(default=0.05, ge=0.01, le=0.5)
    """Of the themes that are called sure, this share may be wrong; of the rest we say that we doubt."""
    campaign_links: CampaignLinks = CampaignLinks.ALL
    """Which links in digests can be counted by Matomo, by audience and day."""
    reader_domains: list[Domain] = []
    """Whoever has an address here may ask for digests; empty: only an administrator adds readers."""


class SubTheme(Written):
    name: str
    hint: str = ""


class MainTheme(Written):
    name: str
    subs: dict[Slug, SubTheme]


class Themes(Written):
    """themes.yaml"""

    themes: dict[Slug, MainTheme]


class DepartmentEntry(Written):
    id: Slug
    name: str
    does: str
    email: Address | None = None
    escalation: Address | None = None
    """Who hears of a ticket that is past its term and still open."""
    digest_at: time = time(8, 0)
    edit_minutes: int = Field(default=0, ge=0, le=12 * 60)
    """How long before its hour the digest is built, so that somebody can edit it; afterwards it goes as it is."""
    target: Slug | None = None
    """Its own system, by its name in targets.yaml: its tickets go there too."""


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
        places=load_places(folder),
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
        (
            Department(
                id=d.id,
                name=d.name,
                does=d.does,
                email=d.email,
                escalation=d.escalation,
                digest_at=d.digest_at,
                edit_minutes=d.edit_minutes,
                target=d.target,
            )
            for d in municipality.departments.departments
        ),
        "id",
    )


def theme_rows(themes: Themes) -> Iterator[Theme]:
    for slug, theme in themes.themes.items():
        yield Theme(slug=slug, parent=None, name=theme.name)
        for sub, entry in theme.subs.items():
            yield Theme(slug=f"{slug}/{sub}", parent=slug, name=entry.name)


def _keep(session: Session, table: type[Base], rows: Iterator[Base], key: str) -> None:
    columns = [column.name for column in table.__table__.columns if column.name != "active"]
    values = [{name: getattr(row, name) for name in columns} | {"active": True} for row in rows]
    statement = insert(table)
    kept = {name: statement.excluded[name] for name in [*columns, "active"] if name != key}
    session.execute(statement.on_conflict_do_update(index_elements=[key], set_=kept), values)
    column = table.__table__.c[key]
    gone = set(session.scalars(select(column).where(table.__table__.c["active"]))) - {row[key] for row in values}
    session.execute(update(table).where(column == any_(literal(sorted(gone), ARRAY(TEXT)))).values(active=False))
