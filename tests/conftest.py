"""The real database for every test: one embedded PostgreSQL server a run, one fresh database a test."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql
from psycopg.rows import TupleRow
from sqlalchemy.orm import Session

from classify.training import ensure_model
from models import embedded
from models.database import engine, migrate
from models.municipality import Municipality, load_municipality, synchronise
from models.settings import ROOT, settings
from tests.browser import launch_chromium
from tests.kept import COPY, NUMBERS, Kept

TEMPORARY = tempfile.TemporaryDirectory(prefix="luisterpost-tests-")
"""Of this run alone: pytest takes others' access to a folder that runs share, and PostgreSQL may run as another user."""
os.environ["PYTEST_DEBUG_TEMPROOT"] = TEMPORARY.name
os.environ["AIRFLOW_HOME"] = f"{TEMPORARY.name}/airflow"
os.environ.setdefault("LUISTERPOST_TEST_MODELS", TEMPORARY.name)

HASTE = ("fsync", "full_page_writes", "synchronous_commit")
"""What protects a database from the machine losing its power, which a test need not survive; off, a database is made in no time."""
NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
"""A Thursday morning at a quarter to nine in Rivierstad: the stand-up."""


LONGEST = ("test_first_morning", "test_browser", "test_routes_and_roles", "test_month", "test_walk", "test_learning", "test_tally")
"""Files that take minutes: begun first, so that no worker idles at the end. While the first trains the model, the next does without."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others in their order."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Server]:
    """An embedded server with a migrated template database."""
    with embedded.server(tmp_path_factory.mktemp("data") / "postgres") as running:
        with administrator(running) as connection:
            for setting in HASTE:
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
            connection.execute("SELECT pg_reload_conf()")
        running.ensure_database("template_luisterpost")
        with _Settings(running.url("template_luisterpost"), tmp_path_factory.mktemp("template")):
            migrate()
        yield running


def administrator(server: embedded.Server) -> psycopg.Connection[TupleRow]:
    """A connection that may make and drop databases."""
    return psycopg.connect(host=str(server.sockets), user="postgres", dbname="postgres", autocommit=True)


@contextmanager
def fresh_database(server: embedded.Server, template: str, data: Path, name: str | None = None) -> Iterator[str]:
    """The address of a copy of `template`, where the settings point for as long as it is open; it is dropped unless it has a name."""
    called = name or f"test_{next(NUMBERS)}"
    with administrator(server) as connection:
        connection.execute(sql.SQL(COPY).format(sql.Identifier(called), sql.Identifier(template)))
        with _Settings(server.url(called), data):
            yield server.url(called)
        if name is None:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(called)))


@pytest.fixture(scope="session")
def empty_town(server: embedded.Server, rivierstad: Municipality, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the example municipality in its tables, to make copies of."""
    name = "template_town"
    with fresh_database(server, "template_luisterpost", tmp_path_factory.mktemp("town"), name), Session(engine()) as session:
        synchronise(session, rivierstad)
        session.commit()
    return name


def template_for(request: pytest.FixtureRequest) -> str:
    """The database to copy: with the town in it where a test asks for that, else empty."""
    name: str = request.getfixturevalue("empty_town") if "town" in request.fixturenames else "template_luisterpost"
    return name


@pytest.fixture(scope="session")
def kept(server: embedded.Server) -> Kept:
    """The databases that tests use one after another."""
    return Kept(server)


@contextmanager
def database_like(server: embedded.Server, kept: Kept, template: str, data: Path) -> Iterator[str]:
    """The address of a database that holds what `template` holds, where the settings point for as long as it is open."""
    with kept.like(template) as name, _Settings(server.url(name), data):
        yield server.url(name)


@pytest.fixture
def database(server: embedded.Server, kept: Kept, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh, migrated, empty database, or one with the town in it where a test asks for that.

    The process's settings point at it and at an empty data folder.
    """
    with database_like(server, kept, template_for(request), tmp_path / "data") as url:
        yield url


@pytest.fixture
def session(database: str) -> Iterator[Session]:
    """A session on the fresh database."""
    with Session(engine(), expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The folder of models, with the model of the present corpus in it: trained once a run, by whichever worker comes first."""
    data = Path(os.environ["LUISTERPOST_TEST_MODELS"])
    with (data / "lock").open("a") as lock, _Settings("", data):
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_model()
    return data / "model"


@pytest.fixture
def model(database: str, trained_model: Path) -> None:
    """The trained model, present in the test's data folder."""
    settings().data.mkdir(parents=True, exist_ok=True)
    (settings().data / "model").symlink_to(trained_model)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; of one file, for Playwright's event loop runs as long as it is open and what comes after may need its own."""
    with sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def rivierstad() -> Municipality:
    """The example municipality's configuration."""
    return load_municipality(ROOT / "config" / "rivierstad")


@pytest.fixture
def own_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the town's configuration, in force, that may be changed."""
    folder = tmp_path / "config"
    folder.mkdir()
    for file in (ROOT / "config" / "rivierstad").glob("*.yaml"):
        shutil.copy(file, folder)
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


@pytest.fixture
def town(database: str, rivierstad: Municipality) -> Municipality:
    """The example municipality, present in the tables."""
    return rivierstad


class _Settings:
    """Points the process's settings at a database and a data folder for as long as it is open."""

    def __init__(self, url: str, data: Path) -> None:
        self._wanted = {"DATABASE_URL": url, "LUISTERPOST_DATA": str(data)}

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._wanted}
        os.environ.update(self._wanted)
        _forget()

    def __exit__(self, *_: object) -> None:
        _forget()
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()


def _forget() -> None:
    if engine.cache_info().currsize:
        engine().dispose()
        engine.cache_clear()
    settings.cache_clear()
