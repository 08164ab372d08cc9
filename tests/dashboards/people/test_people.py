"""Accounts, sessions and passwords: what an administrator changes holds at once."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboards.headers import HEADERS
from dashboards.people.accounts import sign_in_link
from dashboards.people.form_rate import WITHIN
from dashboards.people.passwords import PasswordError, fits, kept
from dashboards.people.sessions import COOKIE
from dashboards.people.sign_in_rate import TRIES
from dashboards.rate import Rate
from models import Account, SignedIn
from models.municipality import Municipality
from models.words import Role
from tests.conftest import NOW
from tests.dashboards.conftest import Clock, csrf_of

GOOD = "vier eenden op het dak"


@pytest.fixture
def bo(app: FastAPI, session: Session, town: Municipality) -> TestClient:
    """An administrator who signed in."""
    return entered(app, session, "Bo", Role.ADMINISTRATOR)


def entered(app: FastAPI, session: Session, name: str, role: Role, department: str | None = None) -> TestClient:
    path = sign_in_link(session, name, role, department, NOW)
    session.commit()
    client = TestClient(app, follow_redirects=False, raise_server_exceptions=False)
    assert client.post(path, data={"_csrf": csrf_of(client.get(path).text)}).status_code == 303
    return client


def said(client: TestClient, path: str, /, page: str = "/afmelden", **fields: str) -> int:
    """Send a form with the token of a page; the status of the answer."""
    return client.post(path, data={"_csrf": csrf_of(client.get(page).text), **fields}).status_code


def account(session: Session, name: str) -> Account:
    return session.scalars(select(Account).where(Account.name == name).execution_options(populate_existing=True)).one()


def test_only_a_hash_of_the_session_is_kept_and_the_cookie_changes_at_sign_in(app: FastAPI, bo: TestClient, session: Session) -> None:
    [first] = session.scalars(select(SignedIn.token_hash)).all()
    assert len(first) == 32
    before = bo.cookies[COOKIE]
    path = sign_in_link(session, "Bo", Role.ADMINISTRATOR, None, NOW)
    session.commit()
    said(bo, path, page=path)
    assert bo.cookies[COOKIE] != before
    [second] = session.scalars(select(SignedIn.token_hash)).all()
    assert second != first, "the old one is ended"


def test_a_cookie_that_was_copied_is_worth_nothing_after_signing_out(app: FastAPI, bo: TestClient) -> None:
    thief = TestClient(app, follow_redirects=False, cookies={COOKIE: bo.cookies[COOKIE]})
    assert thief.get("/mensen").status_code == 200
    assert said(bo, "/afmelden") == 303
    assert thief.get("/mensen").status_code == 303


def test_a_session_ends_when_it_lies_still_and_after_a_week(bo: TestClient, clock: Clock) -> None:
    for day in range(1, 7):
        clock.now = NOW + timedelta(days=day)
        assert bo.get("/bronnen").status_code == 200, day
    clock.now = NOW + timedelta(days=7, minutes=1)
    assert bo.get("/bronnen").status_code == 303


def test_a_session_that_nobody_uses_ends_after_a_long_weekend(bo: TestClient, clock: Clock) -> None:
    clock.now = NOW + timedelta(hours=73)
    assert bo.get("/bronnen").status_code == 303


def test_another_role_holds_from_the_next_page(app: FastAPI, bo: TestClient, session: Session) -> None:
    lea = entered(app, session, "Lea", Role.NEWSROOM)
    number = account(session, "Lea").id
    assert lea.get("/post").status_code == 200
    assert said(bo, f"/mensen/{number}/rol", page="/mensen", rol="reader") == 303
    assert lea.get("/post").status_code == 403
    assert said(bo, f"/mensen/{number}/rol", page="/mensen", rol="department") == 422, "a department's account names one"
    assert said(bo, f"/mensen/{number}/rol", page="/mensen", rol="department", afdeling="verkeer") == 303
    assert account(session, "Lea").department_id == "verkeer"


def test_an_administrator_signs_somebody_out_everywhere_and_closes_an_account(app: FastAPI, bo: TestClient, session: Session) -> None:
    lea = entered(app, session, "Lea", Role.READER)
    number = account(session, "Lea").id
    assert said(bo, f"/mensen/{number}/uitloggen", page="/mensen") == 303
    assert lea.get("/").status_code == 303
    path = sign_in_link(session, "Lea", Role.READER, None, NOW)
    session.commit()
    assert said(bo, f"/mensen/{number}/sluiten", page="/mensen") == 303
    assert lea.get(path).status_code == 410, "a link that was out no longer works"
    assert "gesloten" in bo.get("/mensen").text
    assert said(bo, f"/mensen/{number}/openen", page="/mensen") == 303
    assert lea.get(path).status_code == 200


def test_the_last_administrator_cannot_lock_everybody_out(bo: TestClient, session: Session) -> None:
    number = account(session, "Bo").id
    assert said(bo, f"/mensen/{number}/rol", page="/mensen", rol="reader") == 422
    assert said(bo, f"/mensen/{number}/sluiten", page="/mensen") == 422
    assert account(session, "Bo").role is Role.ADMINISTRATOR


def test_a_new_account_gets_a_link_that_is_shown_once_and_stands_in_no_address(app: FastAPI, bo: TestClient) -> None:
    token = csrf_of(bo.get("/mensen").text)
    answer = bo.post("/mensen", data={"_csrf": token, "naam": "<b>Lea</b>", "rol": "analyst"})
    assert answer.status_code == 200 and "<b>Lea</b>" not in answer.text
    path = answer.text.split('<code class="wraps">')[1].split("<")[0]
    path = path[path.index("/aanmelden/") :]
    assert path not in bo.get("/mensen").text
    assert TestClient(app).get(path).status_code == 200
    assert bo.post("/mensen", data={"_csrf": token, "naam": "<b>Lea</b>", "rol": "reader"}).status_code == 422


def test_the_privacy_officer_sees_who_may_what_and_changes_nothing(app: FastAPI, bo: TestClient, session: Session) -> None:
    priya = entered(app, session, "Priya", Role.PRIVACY_OFFICER)
    page = priya.get("/mensen").text
    assert "een crisis uitroepen" in page and "Nieuw account" not in page
    assert said(priya, "/mensen", rol="administrator", naam="x") == 403


def test_signing_in_with_a_password(app: FastAPI, bo: TestClient, session: Session) -> None:
    assert said(bo, "/wachtwoord", page="/wachtwoord", nieuw="kort", nogmaals="kort") == 422
    assert said(bo, "/wachtwoord", page="/wachtwoord", nieuw=GOOD, nogmaals=GOOD) == 303
    assert bo.get("/bronnen").status_code == 200
    assert GOOD not in (account(session, "Bo").password_hash or "")
    other = TestClient(app, follow_redirects=False)
    assert said(other, "/aanmelden", page="/aanmelden", naam="Bo", wachtwoord="vijf eenden op het dak") == 403
    assert said(other, "/aanmelden", page="/aanmelden", naam="Niemand", wachtwoord=GOOD) == 403
    assert said(other, "/aanmelden", page="/aanmelden", naam="Bo", wachtwoord=GOOD) == 303
    assert said(bo, "/wachtwoord", page="/wachtwoord", nu="fout", nieuw=GOOD + "!", nogmaals=GOOD + "!") == 422
    assert said(bo, "/wachtwoord", page="/wachtwoord", nu=GOOD, nieuw=GOOD + "!", nogmaals=GOOD + "!") == 303
    assert other.get("/bronnen").status_code == 303, "a new password signs out everywhere else"


def test_an_account_without_a_password_cannot_be_entered_with_an_empty_one(app: FastAPI, bo: TestClient) -> None:
    assert said(TestClient(app), "/aanmelden", page="/aanmelden", naam="Bo", wachtwoord="") == 403


def test_guessing_at_one_name_is_slowed_down_whatever_the_address(app: FastAPI, bo: TestClient) -> None:
    for n in range(TRIES - 1):
        assert app.state.sign_in_rate.allows("name bo", NOW), n
    clients = [TestClient(app, client=(f"192.0.2.{n}", 1)) for n in (1, 2)]
    assert [said(one, "/aanmelden", page="/aanmelden", naam="Bo", wachtwoord="x") for one in clients] == [403, 429]


def test_forms_without_end_are_slowed_down(app: FastAPI, bo: TestClient, clock: Clock) -> None:
    app.state.form_rate = Rate(3, WITHIN)
    token = csrf_of(bo.get("/mensen").text)
    answers = [bo.post("/mensen/999/openen", data={"_csrf": token}).status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]
    clock.now += WITHIN
    assert bo.post("/mensen/999/openen", data={"_csrf": token}).status_code == 404


def test_every_answer_carries_the_headers_of_safety(bo: TestClient) -> None:
    for path in ("/mensen", "/aanmelden", "/bestaat-niet", "/wachtwoord"):
        answer = bo.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("password", ["", "kort", "a" * 201, "aaaaaaaaaaaaaaaa", "samira is de beste"])
def test_a_password_that_is_easily_guessed_is_not_kept(password: str) -> None:
    with pytest.raises(PasswordError):
        kept(password, password, "Samira")


def test_a_password_fits_its_own_hash_alone() -> None:
    hashed = kept(GOOD, GOOD, "Samira")
    assert fits(GOOD, hashed) and not fits(GOOD + " ", hashed) and not fits("nobody has this password", None)
