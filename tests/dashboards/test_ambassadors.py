"""Ambassadors: nobody stands here without a yes, and whoever withdraws is gone."""

from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from models import Ambassador, Invitation
from tests.dashboards.conftest import SignIn, csrf_of

YES = {
    "naam": "Roodborst",
    "bewaard": "klantsysteem, nummer 1204",
    "dag": "2026-11-18",
    "hoe": "aan de telefoon",
    "intrekken": "bellen met webcare",
    "thema": "afval",
}


def send(client: TestClient, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
    answer = client.post(path, data={"_csrf": csrf_of(client.get("/afmelden").text), **(data or {})})
    return answer.status_code, answer.text


def test_a_yes_is_kept_with_when_and_how_and_withdrawing_erases_it(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    assert send(client, "/ambassadeurs", YES)[0] == 303
    who = seeded.query(Ambassador).one()
    assert send(client, f"/ambassadeurs/{who.id}/uitnodiging", {"waarvoor": "de bewonersavond"})[0] == 303
    page = client.get("/ambassadeurs").text
    for told in ("Roodborst", "wo 18 nov 2026, aan de telefoon", "bellen met webcare", "de bewonersavond"):
        assert told in page
    assert send(client, f"/ambassadeurs/{who.id}/wissen")[0] == 303
    assert send(client, f"/ambassadeurs/{who.id}/wissen")[0] == 303
    assert "Roodborst" not in client.get("/ambassadeurs").text
    assert seeded.query(Invitation).count() == 0


def test_without_a_whole_yes_nothing_is_kept(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    for wrong in ({"hoe": " "}, {"intrekken": ""}, {"dag": "2026-11-20"}, {"dag": "ooit"}, {"naam": "@iemand"}, {"bewaard": "a@b.nl"}):
        status, page = send(client, "/ambassadeurs", YES | wrong)
        assert status == 422, wrong
        assert "Nog niet bewaard" in page
    assert send(client, "/ambassadeurs/9/uitnodiging", {"waarvoor": "iets"})[0] == 404
    assert seeded.query(Ambassador).count() == 0


def test_only_webcare_and_the_newsroom_see_them(as_person: SignIn) -> None:
    assert as_person("Samira").get("/ambassadeurs").status_code == 403
    assert send(as_person("Samira"), "/ambassadeurs", YES)[0] == 403
