"""Every route with every role: what the table of rights says is what happens. A route that names no right fails here."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.routing import Mount

from dashboards.people.rights import RIGHTS, WHO_ELSE, Right, rights_of
from dashboards.visit import Needs, open_to_all
from models import Account, Message
from models.account import may_handle
from models.sight import reader_of
from models.words import Role
from tests.conftest import NOW
from tests.dashboards.conftest import PEOPLE, SignIn
from tests.dashboards.routes import NOT_OPENED, filled, pages

OTHERS = {
    "Karin": (Role.WEBCARE, "klantcontact"),
    "Anouk": (Role.ANALYST, None),
    "Lea": (Role.READER, None),
    "Priya": (Role.PRIVACY_OFFICER, None),
}
EVERYBODY = {**PEOPLE, **OTHERS}
MOUNTED = {"/in", "/terugkoppeling"}
"""Applications without sessions: each call proves itself."""
EXPIRED = "Dit formulier is verlopen."
"""What a form without its token is told: nothing is changed here, but whoever comes so far had the right."""
REFUSALS = frozenset(WHO_ELSE.values())


def needed(route: APIRoute) -> frozenset[Right]:
    """The rights that a route asks for."""
    return frozenset(needs.right for needs in asked(route.dependant) if isinstance(needs, Needs))


def asked(dependant: Dependant) -> Iterator[object]:
    for below in dependant.dependencies:
        yield below.call
        yield from asked(below)


@pytest.fixture
def everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, person in OTHERS.items():
        monkeypatch.setitem(PEOPLE, name, person)


def test_every_route_names_the_right_it_asks_for_or_that_it_is_open(app: FastAPI) -> None:
    silent = [route.path for route in pages(app) if not needed(route) and open_to_all not in asked(route.dependant)]
    assert silent == [], "put `needs(Right...)` or `OpenToAll` in the dependencies of these routes"
    both = [route.path for route in pages(app) if needed(route) and open_to_all in asked(route.dependant)]
    assert both == []
    assert {route.path for route in app.routes if isinstance(route, Mount)} == MOUNTED


def test_every_route_that_changes_something_asks_for_more_than_reading(app: FastAPI) -> None:
    changing = [route for route in pages(app) if "POST" in route.methods and open_to_all not in asked(route.dependant)]
    assert len(changing) > 30
    assert [route.path for route in changing if needed(route) <= {Right.READ, Right.SOURCES, Right.RULES, Right.POST}] == []


@pytest.mark.usefixtures("everybody")
def test_each_role_gets_through_where_its_rights_reach_and_nowhere_else(app: FastAPI, as_person: SignIn) -> None:
    wrong = [
        (name, method, path, answer)
        for name, (role, _) in EVERYBODY.items()
        for method, path, answer in walked(app, as_person(name), RIGHTS[role])
    ]
    assert wrong == []


def walked(app: FastAPI, client: TestClient, rights: frozenset[Right]) -> Iterator[tuple[str, str, int]]:
    """The routes that answer somebody with these rights otherwise than the table says."""
    for route in filter(needed, pages(app)):
        allowed = needed(route) <= rights
        for method in route.methods if not allowed or route.path not in NOT_OPENED else ():
            answer = client.request(method, filled(route))
            refused = answer.status_code == 403 and any(words in answer.text for words in REFUSALS)
            stopped = method == "POST" and allowed and EXPIRED not in answer.text
            sent_away = answer.headers.get("location", "").startswith("/aanmelden")
            if refused == allowed or stopped or sent_away or answer.status_code >= 500:
                yield method, route.path, answer.status_code


def test_a_stranger_is_asked_to_sign_in_wherever_a_right_is_asked(app: FastAPI, seeded: Session, stranger: TestClient) -> None:
    for route in pages(app):
        for method in route.methods if needed(route) else ():
            answer = stranger.request(method, filled(route))
            assert (route.path, answer.status_code) == (route.path, 303)
            assert answer.headers["location"].startswith("/aanmelden?terug=/")


@pytest.mark.usefixtures("everybody")
def test_the_privacy_officer_meets_no_word_of_a_resident(app: FastAPI, as_person: SignIn, seeded: Session) -> None:
    priya = as_person("Priya")
    words = seeded.scalars(select(Message.text)).all()
    open_to_her = [filled(route) for route in pages(app) if "GET" in route.methods and needed(route) <= RIGHTS[Role.PRIVACY_OFFICER]]
    read = [answer.text for path in open_to_her if (answer := priya.get(path)).status_code == 200]
    assert len(read) >= 4 and words
    assert not any(text[:40] in html for html in read for text in words)


@pytest.mark.usefixtures("everybody")
def test_the_menu_offers_what_one_may_open(as_person: SignIn) -> None:
    for name in ("Priya", "Lea"):
        client = as_person(name)
        for link in set(re.findall(r'<li><a href="(/[a-z]*)"', client.get("/bronnen").text)):
            assert (name, link, client.get(link).status_code) == (name, link, 200)


def test_every_role_has_a_row_and_every_right_somebody_who_has_it() -> None:
    assert RIGHTS.keys() == set(Role)
    assert frozenset().union(*RIGHTS.values()) == set(Right)
    assert all(Right.SIGNED_IN in rights for rights in RIGHTS.values())


def test_the_department_that_answers_residents_is_webcare() -> None:
    karin, klaas = (Account(name="x", role=role, department_id="klantcontact", created_at=NOW) for role in (Role.WEBCARE, Role.DEPARTMENT))
    assert rights_of(karin, "klantcontact") == rights_of(klaas, "klantcontact") == RIGHTS[Role.WEBCARE]
    assert rights_of(klaas, "andere") == RIGHTS[Role.DEPARTMENT]


@pytest.mark.parametrize(
    ("role", "department", "everything", "handles"),
    [
        (Role.READER, None, False, False),
        (Role.ANALYST, None, False, False),
        (Role.PRIVACY_OFFICER, None, False, False),
        (Role.DEPARTMENT, "reiniging", False, True),
        (Role.WEBCARE, "klantcontact", True, False),
        (Role.NEWSROOM, None, True, True),
        (Role.ADMINISTRATOR, None, True, True),
    ],
)
def test_whose_words_and_whose_tickets_follow_from_role_and_department(
    role: Role, department: str | None, everything: bool, handles: bool
) -> None:
    account = Account(name="x", role=role, department_id=department, created_at=NOW)
    assert reader_of(account, "klantcontact").everything is everything
    assert may_handle(account, ["reiniging"]) is handles
