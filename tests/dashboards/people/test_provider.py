"""Signing in with OpenID Connect, at a real provider on loopback."""

import shutil
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import oidc_provider_mock
import pytest
import requests
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from dashboards.app import create_app
from dashboards.people.provider import Person, ProviderError, account_for, person_of
from dashboards.people.sign_in_file import Provider
from models import Account
from models.account import keep_account
from models.configuration import ConfigurationError
from models.municipality import Municipality
from models.settings import ROOT, settings
from models.words import Role
from tests.conftest import NOW
from tests.dashboards.conftest import Clock, csrf_of

SECRET = "TEST_LOGIN_SECRET"
USERS = (
    ("sub-samira", {"name": "Samira Yildiz", "groups": ["medewerkers", "lp-afdeling"], "department": "Reiniging & Afval"}),
    ("sub-bo", {"name": "Bo Vermeer", "groups": ["lp-beheer", "lp-redactie"]}),
    ("sub-gast", {"name": "Een Gast", "groups": ["medewerkers"]}),
    ("sub-zwever", {"name": "Zonder Afdeling", "groups": ["lp-afdeling"]}),
)


@dataclass
class RealProvider:
    """A provider that runs; it holds us to PKCE, and can be told to be away."""

    issuer: str = ""
    challenges: list[str] = field(default_factory=list)
    proved: int = 0
    away: bool = False


@pytest.fixture(scope="module")
def running() -> Iterator[RealProvider]:
    app: Any = oidc_provider_mock.app(
        require_nonce=True, user_claims=[oidc_provider_mock.User(sub=sub, claims=claims) for sub, claims in USERS]
    )
    provider = RealProvider()

    @app.before_request  # type: ignore[untyped-decorator]
    def held_to_pkce() -> Any:
        if provider.away:
            return flask.Response("away", 503)
        if flask.request.path == "/oauth2/authorize":
            assert flask.request.args["code_challenge_method"] == "S256"
            provider.challenges.append(flask.request.args["code_challenge"])
        if flask.request.path == "/oauth2/token":
            proof = sha256(flask.request.form["code_verifier"].encode()).digest()
            if urlsafe_b64encode(proof).rstrip(b"=").decode() != provider.challenges[-1]:
                return flask.Response("{}", 400)
            provider.proved += 1
        return None

    server = make_server("localhost", 0, app, threaded=True)
    provider.issuer = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join(10)


@pytest.fixture
def provider(running: RealProvider) -> Iterator[RealProvider]:
    running.proved = 0
    yield running
    running.away = False


def sign_in_yaml(provider: RealProvider, **other: str) -> str:
    told = {"issuer": provider.issuer, "otherwise": "refuse", **other}
    return f"""
passwords: false
provider:
  name: Rivierstad
  issuer: {told["issuer"]}
  client: luisterpost
  secret: {SECRET}
  roles: {{lp-beheer: administrator, lp-redactie: newsroom, lp-afdeling: department}}
  departments: {{"Reiniging & Afval": reiniging}}
  otherwise: {told["otherwise"]}
"""


@pytest.fixture
def app(town: Municipality, clock: Clock, provider: RealProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    return application(provider, clock, tmp_path, monkeypatch)


def application(provider: RealProvider, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **other: str) -> FastAPI:
    """The web application of a municipality that signs in with this provider."""
    folder = tmp_path / "config"
    shutil.copytree(ROOT / "config" / "rivierstad", folder, ignore=shutil.ignore_patterns("messages"), dirs_exist_ok=True)
    (folder / "sign_in.yaml").write_text(sign_in_yaml(provider, **other), encoding="utf-8")
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(folder))
    monkeypatch.setenv(SECRET, "geheim")
    settings.cache_clear()
    return create_app(clock)


def came_back(client: TestClient, sub: str, back: str = "/") -> Any:
    """Go to the provider, be let in there as `sub`, and come back."""
    away = client.get("/aanmelden/via", params={"terug": back})
    assert away.status_code == 302, away.text
    let_in = requests.post(away.headers["location"], data={"sub": sub}, allow_redirects=False, timeout=10)
    assert let_in.status_code == 302, let_in.text
    return client.get(f"/aanmelden/terug?{urlsplit(let_in.headers['location']).query}")


def test_a_colleague_comes_in_with_role_and_department_from_the_claims(
    stranger: TestClient, session: Session, provider: RealProvider
) -> None:
    assert "Aanmelden met Rivierstad" in stranger.get("/aanmelden").text
    assert came_back(stranger, "sub-samira", "/bronnen").headers["location"] == "/bronnen"
    account = session.query(Account).one()
    assert (account.name, account.role, account.department_id) == ("Samira Yildiz", Role.DEPARTMENT, "reiniging")
    assert account.subject == f"{provider.issuer}#sub-samira"
    assert provider.proved == 1, "the provider saw the proof that belongs to the challenge"
    assert "Samira Yildiz" in stranger.get("/bronnen").text


def test_of_several_groups_the_first_in_the_file_counts_and_coming_again_makes_no_second_account(app: FastAPI, session: Session) -> None:
    for _ in range(2):
        with TestClient(app, follow_redirects=False) as client:
            assert came_back(client, "sub-bo").status_code == 303
    assert [account.role for account in session.query(Account)] == [Role.ADMINISTRATOR]


@pytest.mark.parametrize(("sub", "words"), [("sub-gast", "nog geen toegang"), ("sub-zwever", "bij welke afdeling")])
def test_who_has_no_place_here_is_refused_with_words(stranger: TestClient, session: Session, sub: str, words: str) -> None:
    answer = came_back(stranger, sub)
    assert answer.status_code == 403 and words in answer.text
    assert session.query(Account).count() == 0 and stranger.get("/bronnen").status_code == 303


def test_others_may_be_readers_where_the_municipality_wants_that(
    town: Municipality, clock: Clock, provider: RealProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    app = application(provider, clock, tmp_path, monkeypatch, otherwise="reader")
    with TestClient(app, follow_redirects=False) as client:
        assert came_back(client, "sub-gast").status_code == 303
    assert session.query(Account).one().role is Role.READER


def test_an_answer_that_was_not_asked_for_signs_nobody_in(app: FastAPI, stranger: TestClient, session: Session) -> None:
    assert stranger.get("/aanmelden/terug?code=geraden&state=verzonnen").status_code == 403
    away = stranger.get("/aanmelden/via").headers["location"]
    let_in = requests.post(away, data={"sub": "sub-bo"}, allow_redirects=False, timeout=10).headers["location"]
    with TestClient(app, follow_redirects=False) as other:
        assert other.get(f"/aanmelden/terug?{urlsplit(let_in).query}").status_code == 403, "another browser did not ask"
    assert session.query(Account).count() == 0


def test_an_answer_counts_once(stranger: TestClient) -> None:
    away = stranger.get("/aanmelden/via").headers["location"]
    let_in = requests.post(away, data={"sub": "sub-bo"}, allow_redirects=False, timeout=10).headers["location"]
    path = f"/aanmelden/terug?{urlsplit(let_in).query}"
    assert [stranger.get(path).status_code for _ in range(2)] == [303, 403]


def test_who_says_no_at_the_provider_is_not_signed_in(stranger: TestClient) -> None:
    away = stranger.get("/aanmelden/via").headers["location"]
    denied = requests.post(away, data={"action": "deny"}, allow_redirects=False, timeout=10).headers["location"]
    assert stranger.get(f"/aanmelden/terug?{urlsplit(denied).query}").status_code == 403


def test_a_provider_that_calls_itself_otherwise_is_not_trusted(
    town: Municipality, clock: Clock, provider: RealProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = application(provider, clock, tmp_path, monkeypatch, issuer=f"{provider.issuer}/")
    with TestClient(app, follow_redirects=False) as client:
        answer = client.get("/aanmelden/via")
    assert answer.status_code == 502 and "noemt zich anders" in answer.text


def test_a_provider_that_is_away_is_said_and_the_next_try_works(stranger: TestClient, provider: RealProvider) -> None:
    provider.away = True
    answer = stranger.get("/aanmelden/via")
    assert answer.status_code == 502 and "antwoordt niet" in answer.text
    provider.away = False
    assert came_back(stranger, "sub-bo").status_code == 303


def test_signing_out_goes_past_the_provider_too(stranger: TestClient, provider: RealProvider) -> None:
    came_back(stranger, "sub-bo")
    left = stranger.post("/afmelden", data={"_csrf": csrf_of(stranger.get("/afmelden").text)})
    address = urlsplit(left.headers["location"])
    assert f"{address.scheme}://{address.netloc}" == provider.issuer
    assert parse_qs(address.query)["post_logout_redirect_uri"] == [f"{settings().public_url}/aanmelden"]
    assert stranger.get("/bronnen").status_code == 303


def test_passwords_can_be_left_out(stranger: TestClient) -> None:
    page = stranger.get("/aanmelden").text
    assert "Met naam en wachtwoord" not in page


def test_a_secret_that_is_missing_is_said_at_the_start(
    town: Municipality, clock: Clock, provider: RealProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application(provider, clock, tmp_path, monkeypatch)
    monkeypatch.delenv(SECRET)
    with pytest.raises(ConfigurationError, match=SECRET):
        create_app(clock)


PROVIDER = Provider(
    name="x", issuer="https://login.example", client="c", secret="S", roles={"a": Role.NEWSROOM}, claims={"role": "realm.roles"}
)


def test_claims_may_stand_a_level_deeper_and_odd_ones_are_no_groups() -> None:
    assert person_of({"sub": "1", "name": "Bo", "realm": {"roles": ["a"]}}, PROVIDER).role is Role.NEWSROOM
    for odd in (None, 3, {"a": 1}, ["b", 4, None], "aa"):
        with pytest.raises(ProviderError):
            person_of({"sub": "1", "name": "Bo", "realm": {"roles": odd}}, PROVIDER)


def test_a_local_account_of_the_same_name_stays_somebody_else(session: Session, town: Municipality) -> None:
    local = keep_account(session, "Bo", Role.ADMINISTRATOR, None, NOW)
    person = Person("https://login.example#1", "Bo", Role.READER, None)
    came = account_for(session, person, NOW)
    assert (came.id != local.id, came.name, local.role) == (True, "Bo (2)", Role.ADMINISTRATOR)
    assert account_for(session, person, NOW + timedelta(days=1)) is came
    came.closed_at = NOW
    with pytest.raises(ProviderError, match="gesloten"):
        account_for(session, person, NOW)
