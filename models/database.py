"""Reaching the database: its address, sessions, and its schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from models import embedded
from models.settings import ROOT, settings

DATABASE = "luisterpost"
MESSAGES_CAME = "luisterpost_messages"
"""The channel on which PostgreSQL tells that a source brought messages of its own accord."""

TICKETS_CHANGED = "luisterpost_tickets"
"""The channel on which the database tells that a ticket has a new line of history: JSON with `ticket` and `departments`."""


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what to do."""


def database_url(database: str = DATABASE, driver: str = "psycopg") -> str:
    """Address of the user's own server (`DATABASE_URL`), or of the running embedded one.

    Raises:
        DatabaseError: no server of your own is named and the embedded one does not run.
    """
    own = settings().database_url
    if own is not None:
        return make_url(own.get_secret_value()).set(drivername=f"postgresql+{driver}").render_as_string(hide_password=False)
    running = embedded.running(settings().data / "postgres")
    if running is None:
        raise DatabaseError("De ingebouwde database draait niet. Start haar met `make run`, of noem een eigen server in DATABASE_URL.")
    return running.url(database, driver)


@lru_cache
def engine() -> Engine:
    """The engine of this process."""
    return create_engine(database_url(), pool_pre_ping=True)


@contextmanager
def transaction() -> Iterator[Session]:
    """A session whose work is kept whole at the end, or not at all."""
    with Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def database() -> Iterator[str]:
    """The database, up to date, for as long as this block runs: connects to a running server or, where none runs, owns one.

    Raises:
        DatabaseError: the schema was made by a newer Luisterpost.
        embedded.EmbeddedError: the embedded server cannot be started; the message says why.
    """
    if settings().database_url is not None:
        migrate()
        yield database_url()
        return
    with embedded.server(settings().data / "postgres") as running:
        running.ensure_database(DATABASE)
        try:
            migrate()
            yield running.url(DATABASE)
        finally:
            engine().dispose()
            engine.cache_clear()


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "models" / "migrations"))
    return config


def migrate() -> None:
    """Bring the schema to this version, or refuse one that is newer.

    Raises:
        DatabaseError: the database was made by a newer version.
    """
    config = alembic_config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine().connect() as connection:
        present = set(MigrationContext.configure(connection).get_current_heads())
    if strange := present - known:
        raise DatabaseError(
            f"Deze database is gemaakt door een nieuwere Luisterpost (versie {', '.join(sorted(strange))}). "
            "Werk Luisterpost bij, of wijs een andere map aan met LUISTERPOST_DATA."
        )
    command.upgrade(config, "head")


def revision(session: Session) -> str | None:
    """Which version of the schema the database has; None where it has none."""
    return MigrationContext.configure(session.connection()).get_current_revision()
