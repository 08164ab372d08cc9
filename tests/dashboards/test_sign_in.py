"""Getting in, and staying out."""

import re
import stat
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from dashboards.people.accounts import sign_in_link
from dashboards.people.sessions import COOKIE, session_key
from dashboards.people.sign_in_rate import TRIES, SignInRate
from models.account import SignInLink
from models.municipality import Municipality
from models.settings import settings
from models.words import Role
from tests.conftest import NOW
from tests.dashboards.conftest import Clock, SignIn, csrf_of


@pytest.fixture
def link(session: Session, town: Municipality) -> str:
    path = sign_in_link(session, "Samira", Role.DEPARTMENT, "reiniging", NOW)
    session.commit()
    return path


def test_looking_at_a_link_does_not_use_it_up(stranger: TestClient, link: str) -> None:
    assert "Samira" in stranger.get(link).text
    assert "Samira" in stranger.get(link).text


def test_a_link_signs_in_once(stranger: TestClient, link: str) -> None:
    form = {"_csrf": csrf_of(stranger.get(link).text)}
    entered = stranger.post(link, data=form)
    assert entered.status_code == 303
    assert entered.headers["location"] == "/"
    assert "Samira" in stranger.get("/afdelingen").text
    again = stranger.get(link)
    assert again.status_code == 410
    assert "werkt niet" in again.text


def test_a_link_is_too_old_after_a_day(stranger: TestClient, link: str, clock: Clock) -> None:
    clock.now = NOW + timedelta(hours=25)
    assert stranger.get(link).status_code == 410


def test_an_unknown_link_is_refused(stranger: TestClient, database: str) -> None:
    assert stranger.get("/aanmelden/verzonnen").status_code == 410


def test_only_the_hash_of_a_token_is_stored(session: Session, link: str) -> None:
    token = link.removeprefix("/aanmelden/")
    [stored] = session.query(SignInLink).all()
    assert token.encode() not in stored.token_hash
    assert len(token) >= 40


def test_signing_in_without_the_token_of_the_form_is_refused(stranger: TestClient, link: str) -> None:
    stranger.get(link)
    assert stranger.post(link, data={}).status_code == 403
    assert stranger.post(link, data={"_csrf": "geraden"}).status_code == 403


def test_a_link_never_leads_to_another_site(stranger: TestClient, link: str) -> None:
    form = {"_csrf": csrf_of(stranger.get(link).text), "terug": "//kwaad.example"}
    assert stranger.post(link, data=form).headers["location"] == "/"


def test_a_department_account_names_its_department(session: Session, town: Municipality) -> None:
    with pytest.raises(ValueError, match="department"):
        sign_in_link(session, "x", Role.DEPARTMENT, None, NOW)


def test_without_a_session_every_page_asks_to_sign_in(stranger: TestClient, database: str) -> None:
    answer = stranger.get("/signalen?stand=alle")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/aanmelden?terug=/signalen")


def test_a_forged_cookie_is_no_session(stranger: TestClient, database: str) -> None:
    stranger.cookies.set(COOKIE, "eyJhY2NvdW50IjogMX0=.abc.def")
    assert stranger.get("/").status_code == 303


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(stranger: TestClient, link: str) -> None:
    cookie = stranger.get(link).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_signing_out_ends_the_session(as_person: SignIn) -> None:
    client = as_person("redactie")
    form = {"_csrf": csrf_of(client.get("/afmelden").text)}
    assert client.post("/afmelden", data=form).status_code == 303
    assert client.get("/").status_code == 303


def test_the_key_is_readable_by_its_owner_only(database: str) -> None:
    key = session_key(settings().keys)
    assert session_key(settings().keys) == key
    assert stat.S_IMODE((settings().keys / "session.key").stat().st_mode) == 0o600
    assert re.fullmatch(r"[0-9a-f]{64}", key)


def test_an_address_that_tries_too_often_is_slowed_down(stranger: TestClient, database: str, clock: Clock) -> None:
    for _ in range(TRIES):
        assert stranger.get("/aanmelden/gok").status_code == 410
    assert stranger.get("/aanmelden/gok").status_code == 429
    clock.now = NOW + timedelta(minutes=6)
    assert stranger.get("/aanmelden/gok").status_code == 410


def test_one_busy_address_does_not_slow_another() -> None:
    rate = SignInRate()
    assert all(rate.allows("a", NOW) for _ in range(TRIES))
    assert not rate.allows("a", NOW)
    assert rate.allows("b", NOW)
