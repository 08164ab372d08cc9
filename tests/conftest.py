"""The real database for every test: one embedded PostgreSQL server a run, one fresh database a test."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql
from sqlalchemy.orm import Session

from classify.training import ensure_model
from models import embedded
from models.database import engine, migrate
from models.municipality import Municipality, load_municipality, synchronise
from models.settings import ROOT, settings
from tests.browser import launch_chromium

TEMPORARY = tempfile.TemporaryDirectory(prefix="luisterpost-tests-")
"""Of this run alone: pytest takes others' access to a folder that runs share, and PostgreSQL may run as another user."""
os.environ["PYTEST_DEBUG_TEMPROOT"] = TEMPORARY.name
os.environ["AIRFLOW_HOME"] = f"{TEMPORARY.name}/airflow"
os.environ.setdefault("LUISTERPOST_TEST_MODELS", TEMPORARY.name)

NUMBERS = count(1)
NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
"""A Thursday morning at a quarter to nine in Rivierstad: the stand-up."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Server]:
    """An embedded server with a migrated template database."""
    with embedded.server(tmp_path_factory.mktemp("data") / "postgres") as running:
        running.ensure_database("template_luisterpost")
        with _Settings(running.url("template_luisterpost"), tmp_path_factory.mktemp("template")):
            migrate()
        yield running


@pytest.fixture
def database(server: embedded.Server, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated, empty database; the process's settings point at it and at an empty data folder."""
    name = f"test_{next(NUMBERS)}"
    with psycopg.connect(host=str(server.sockets), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template_luisterpost").format(sql.Identifier(name)))
        with _Settings(server.url(name), tmp_path / "data"):
            yield server.url(name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        chromium = launch_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def rivierstad() -> Municipality:
    """The example municipality's configuration."""
    return load_municipality(ROOT / "config" / "rivierstad")


@pytest.fixture
def town(session: Session, rivierstad: Municipality) -> Municipality:
    """The example municipality, present in the tables."""
    synchronise(session, rivierstad)
    session.commit()
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
