"""The web application on a real database with a small town in it, and a browser to look at it with."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from dashboards.app import create_app
from dashboards.people.accounts import sign_in_link
from models.database import engine
from models.embedded import Server
from models.municipality import Municipality, synchronise
from models.settings import settings
from models.tally import count_due
from models.words import Role
from tests.conftest import NOW, database_like, fresh_database, template_for
from tests.dashboards.seed import seed
from tests.kept import Kept

PEOPLE: dict[str, tuple[Role, str | None]] = {
    "redactie": (Role.NEWSROOM, None),
    "Samira": (Role.DEPARTMENT, "reiniging"),
    "Joost": (Role.DEPARTMENT, "verkeer"),
    "beheer": (Role.ADMINISTRATOR, None),
}
SignIn = Callable[[str], TestClient]


class Clock:
    """What time the pages think it is."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(database: str, clock: Clock) -> FastAPI:
    return create_app(clock)


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """Somebody who has not signed in."""
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def story_town(server: Server, rivierstad: Municipality, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the town and its stories in it, to make copies of."""
    name = "template_stories"
    with fresh_database(server, "template_luisterpost", tmp_path_factory.mktemp("stories"), name), Session(engine()) as session:
        synchronise(session, rivierstad)
        seed(session, NOW, (settings().config / "rules.yaml").read_text(encoding="utf-8"))
        session.commit()
        count_due(NOW, settings().zone)
    return name


@pytest.fixture
def database(server: Server, kept: Kept, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """As everywhere, with the stories in it where a test asks for them."""
    template = request.getfixturevalue("story_town") if "seeded" in request.fixturenames else template_for(request)
    with database_like(server, kept, template, tmp_path / "data") as url:
        yield url


@pytest.fixture
def seeded(session: Session) -> Session:
    """The town with its stories."""
    return session


@pytest.fixture
def as_person(app: FastAPI, seeded: Session) -> SignIn:
    """Signs one of PEOPLE in, each in a browser of their own."""

    def signed_in(name: str) -> TestClient:
        role, department = PEOPLE[name]
        path = sign_in_link(seeded, name, role, department, NOW)
        seeded.commit()
        client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
        answer = client.post(path, data={"_csrf": csrf_of(client.get(path).text)})
        assert answer.status_code == 303
        return client

    return signed_in


def csrf_of(html: str) -> str:
    """The token in a page's first form."""
    found = re.search(r'name="_csrf" value="([^"]+)"', html)
    assert found is not None, html
    return found[1]


def fields_of(html: str) -> dict[str, str]:
    """What the forms of a ticket's page carry with them."""
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html))


@pytest.fixture
def address(app: FastAPI, seeded: Session) -> Iterator[str]:
    """Where a real server shows the pages on loopback."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    started = threading.Event()
    whole = server.startup

    async def startup(*given: Any, **named: Any) -> None:
        await whole(*given, **named)
        started.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert started.wait(30)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
