"""Every page, for everyone who may and may not see it."""

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from dashboards.assets import Assets
from dashboards.errors import AssetError
from dashboards.people.accounts import sign_in_link
from models import Message
from models.municipality import Municipality
from models.words import Role
from tests.conftest import NOW
from tests.dashboards.conftest import PEOPLE, SignIn, csrf_of

PAGES = {
    "/": "Vandaag",
    "/?weergave=presentatie": "Gewone weergave",
    "/signalen": "Zakken en spullen",
    "/signalen?stand=alle&thema=afval&buurt=oude-haven": "Zakken en spullen",
    "/signalen/1": "Wat mensen zeggen",
    "/afdelingen": "Reiniging en Afval",
    "/afdelingen/reiniging": "nog 6 werkuren",
    "/afdelingen/verkeer?stand=afgehandeld": "drempel",
    "/tickets/1": "Waarom hier?",
    "/tickets/1/antwoord": "Wat is er gevraagd?",
    "/antwoorden": "Voorgelegd",
    "/trends": "Hoe vaak ging het over",
    "/zoeken": "Typ een of meer woorden",
    "/bronnen": "Het adres geeft een webpagina",
    "/bronnen/meldingen": "rij 412",
    "/post": "Post",
    "/dagberichten": "Zakken naast containers",
    "/dagberichten/1": "Als gewone tekst",
    "/regels": "afval-piek",
    "/beoordelen": "Waar gaat het dan over?",
    "/beoordelen?bericht=1": "Waar gaat het dan over?",
    "/afmelden": "Afmelden",
}


@pytest.mark.parametrize("name", PEOPLE)
def test_everyone_who_signed_in_reads_every_page(as_person: SignIn, name: str) -> None:
    client = as_person(name)
    for path, words in PAGES.items():
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert words in answer.text, path


def test_a_department_reads_only_its_own_mail(as_person: SignIn) -> None:
    assert as_person("redactie").get("/post/1").status_code == 200
    assert "verkeer@" not in as_person("Samira").get("/post").text
    assert as_person("Samira").get("/post/1").status_code == 404
    assert as_person("Samira").get("/post/1/html").status_code == 404
    assert as_person("Samira").get("/post/3").status_code == 200


def test_pages_of_an_empty_town_say_what_will_come(town: Municipality, session: Session, app: FastAPI) -> None:
    path = sign_in_link(session, "redactie", Role.NEWSROOM, None, NOW)
    session.commit()
    client = TestClient(app, follow_redirects=False)
    client.post(path, data={"_csrf": csrf_of(client.get(path).text)})
    for page in ("/", "/signalen", "/afdelingen/groen", "/trends", "/bronnen", "/post", "/dagberichten", "/regels", "/antwoorden"):
        answer = client.get(page)
        assert (page, answer.status_code) == (page, 200)
        assert 'class="empty"' in answer.text, page


LOST = (
    "/nergens /signalen/999 /signalen/een /tickets/999 /tickets/999/antwoord /stand-up/2020-01-01 /afdelingen/niets /bronnen/niets "
    "/post/999 /dagberichten/999"
).split()


def test_what_is_not_there_is_said_in_plain_words(as_person: SignIn) -> None:
    client = as_person("redactie")
    for path in LOST:
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 404)
        assert "er niet" in answer.text
        assert "Naar Vandaag" in answer.text


def test_words_of_residents_cannot_become_markup(seeded: Session, as_person: SignIn) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=y>"
    seeded.execute(update(Message).values(text=nasty, url="javascript:alert(1)"))
    seeded.commit()
    client = as_person("redactie")
    for path in ("/signalen/1", "/tickets/1", "/trends", "/"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "javascript:alert" not in page
        assert path == "/" or "&lt;script&gt;alert" in page


def test_pages_allow_no_inline_script_or_style_and_no_foreign_frame(as_person: SignIn) -> None:
    client = as_person("redactie")
    for path in PAGES:
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert " style=" not in answer.text, path
        assert "<script>" not in answer.text, path


def test_a_mail_is_shown_in_a_sandbox_that_runs_nothing(as_person: SignIn) -> None:
    answer = as_person("redactie").get("/post/1/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy


def test_only_the_chosen_files_of_npm_are_served(stranger: TestClient, database: str) -> None:
    assert stranger.get("/static/htmx.js").status_code == 200
    for path in ("/static/package.json", "/static/..%2Fapp.py", "/static/axe.js", "/node_modules/htmx.org/dist/htmx.js"):
        assert stranger.get(path).status_code == 404


def test_files_are_compressed_and_kept_by_the_browser(stranger: TestClient, database: str) -> None:
    answer = stranger.get("/static/luisterpost.css")
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]


def test_a_first_view_weighs_less_than_150_kilobytes(as_person: SignIn, app: FastAPI) -> None:
    client = as_person("redactie")
    names = ["tokens.css", "components.css", "luisterpost.css", "luisterpost.js", "luisterpost.svg"]
    weight = sum(int(client.get(f"/static/{name}").headers["content-length"]) for name in names)
    assert weight + int(client.get("/").headers["content-length"]) < 150_000


def test_missing_parts_say_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="make install"):
        Assets({"x.css": ("text/css", (tmp_path / "x.css",))})


def test_health_says_which_schema_the_database_has(stranger: TestClient, database: str) -> None:
    assert json.loads(stranger.get("/gezond").text)["gezond"] is True


def test_an_error_of_ours_is_said_without_its_insides(seeded: Session, as_person: SignIn) -> None:
    client = as_person("redactie")
    seeded.execute(text("DROP TABLE rejected_row"))
    seeded.commit()
    answer = client.get("/bronnen")
    assert answer.status_code == 500
    assert "ligt aan ons" in answer.text
    assert "rejected_row" not in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
