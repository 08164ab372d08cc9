"""The stand-up: decided on the spot, with the names of who was there; kept as it was."""

from datetime import timedelta

from fastapi.testclient import TestClient
from playwright.sync_api import BrowserContext
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Choice, HeldStandUp
from models.words import ChoiceForm
from routing.stand_up.kept import keep
from tests.conftest import NOW
from tests.dashboards.conftest import Clock, SignIn, csrf_of
from tests.dashboards.test_browser import signed_in as signed_in


def decide(client: TestClient, signal_id: int = 1, seen: int = 0, **fields: str) -> tuple[int, str]:
    token = csrf_of(client.get("/").text)
    answer = client.post("/stand-up/besluit", data={"_csrf": token, "signaal": str(signal_id), "gezien": str(seen), **fields})
    return answer.status_code, answer.text


def test_a_decision_is_written_down_with_who_takes_it_and_who_was_there(seeded: Session, as_person: SignIn) -> None:
    client = as_person("redactie")
    answer = client.post("/stand-up/aanwezig", data={"_csrf": csrf_of(client.get("/").text), "wie": "Ans, Bo"})
    assert answer.status_code == 303
    assert decide(client, vorm="vragenlijst", afdeling="reiniging", wie="Samira", voor="2026-11-24")[0] == 303
    made = seeded.scalars(select(Choice)).one()
    assert (made.form, made.department_id, made.person, made.present) == (ChoiceForm.SURVEY, "reiniging", "Samira", "Ans, Bo")
    page = client.get("/").text
    for words in ("Korte vragenlijst", "Samira (Reiniging en Afval)", "di 24 nov", "Aanwezig: Ans, Bo"):
        assert words in page


def test_of_two_who_decide_at_once_the_second_sees_both_and_may_add_his(seeded: Session, as_person: SignIn) -> None:
    first, second = as_person("redactie"), as_person("beheer")
    assert decide(first, vorm="bezoek", wie="Ans")[0] == 303
    status, page = decide(second, vorm="bestuur", wie="Bo")
    assert status == 409
    assert "Iemand was u voor" in page
    assert "Samen met de afdeling erop af</b>, Ans" in page
    assert "Bestuur inlichten</b>, Bo" in page
    made = seeded.scalars(select(Choice)).one()
    assert decide(second, seen=made.id, vorm="bestuur", wie="Bo")[0] == 303


def test_without_a_form_or_with_an_odd_day_nothing_is_written_and_what_was_typed_stays(seeded: Session, as_person: SignIn) -> None:
    client = as_person("redactie")
    status, page = decide(client, wie="Ans <b>")
    assert (status, "Kies eerst een vorm" in page, 'value="Ans &lt;b&gt;"' in page) == (422, True, True)
    assert decide(client, vorm="bezoek", voor="morgen")[0] == 422
    assert decide(client, vorm="bezoek", afdeling="niets")[0] == 422
    assert seeded.scalars(select(Choice)).all() == []


def test_a_department_reads_the_stand_up_and_decides_nothing(seeded: Session, as_person: SignIn) -> None:
    client = as_person("Samira")
    assert "data-deciding" not in client.get("/").text
    token = csrf_of(client.get("/tickets/1").text)
    for path in ("/stand-up/besluit", "/stand-up/aanwezig", "/signalen/1/besluit"):
        assert client.post(path, data={"_csrf": token, "signaal": "1", "vorm": "bezoek", "wie": "ik"}).status_code == 403
    assert seeded.scalars(select(Choice)).all() == []


def test_a_form_from_elsewhere_decides_nothing(seeded: Session, as_person: SignIn) -> None:
    assert as_person("redactie").post("/stand-up/besluit", data={"signaal": "1", "vorm": "bezoek"}).status_code == 403
    assert seeded.scalars(select(Choice)).all() == []


def test_yesterdays_stand_up_is_read_as_it_was(seeded: Session, as_person: SignIn, clock: Clock) -> None:
    client = as_person("redactie")
    assert decide(client, vorm="bezoek", wie="Ans")[0] == 303
    clock.now = NOW + timedelta(days=1)
    today = client.get("/").text
    assert 'href="/stand-up/2026-11-19"' in today
    assert "Besloten: samen met de afdeling erop af, door Ans." in today
    before = client.get("/stand-up/2026-11-19").text
    for words in ("Stand-up van donderdag 19 november", "42 berichten van", "Samen met de afdeling erop af</b>, Ans"):
        assert words in before
    assert "<form" not in before.split("</main>")[0]


def test_days_without_a_stand_up_are_not_there_and_today_is_vandaag(seeded: Session, as_person: SignIn) -> None:
    client = as_person("redactie")
    assert client.get("/stand-up/2026-11-19").headers["location"] == "/"
    assert client.get("/stand-up/2026-01-01").status_code == 404
    assert client.get("/stand-up/gisteren").status_code == 404


def test_a_stand_up_of_another_version_shows_its_decisions(seeded: Session, as_person: SignIn, clock: Clock) -> None:
    client = as_person("redactie")
    decide(client, vorm="bezoek", wie="Ans")
    held = seeded.scalars(select(HeldStandUp)).one()
    held.content = {"anders": True}
    seeded.commit()
    clock.now = NOW + timedelta(days=1)
    page = client.get("/stand-up/2026-11-19").text
    assert "andere versie van Luisterpost" in page
    assert "Samen met de afdeling erop af" in page
    assert client.get("/").status_code == 200


def test_what_came_of_it_is_told_on_the_page_of_the_signal(seeded: Session, as_person: SignIn) -> None:
    client = as_person("redactie")
    token = csrf_of(client.get("/signalen/1").text)
    assert client.post("/signalen/1/besluit", data={"_csrf": token, "vorm": "bezoek", "afdeling": "reiniging"}).status_code == 303
    made = seeded.scalars(select(Choice)).one()
    sent = {"_csrf": token, "versie": "1", "woorden": "Samen langs geweest.", "terug": "//kwaad.example"}
    answer = client.post(f"/besluiten/{made.id}/uitkomst", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Uitkomst: Samen langs geweest." in " ".join(client.get("/signalen/1").text.split())
    assert client.post(f"/besluiten/{made.id}/uitkomst", data=sent).status_code == 409
    assert client.post(f"/besluiten/{made.id}/intrekken", data={**sent, "versie": "2"}).status_code == 422
    assert client.post("/besluiten/99/intrekken", data=sent).status_code == 404


def test_the_department_that_takes_it_tells_what_came_of_it(seeded: Session, as_person: SignIn) -> None:
    decide(as_person("redactie"), vorm="bezoek", afdeling="reiniging")
    made = seeded.scalars(select(Choice)).one()
    joost, samira = as_person("Joost"), as_person("Samira")
    sent = {"versie": "1", "woorden": "Samen langs geweest.", "terug": "/signalen/1"}
    assert joost.post(f"/besluiten/{made.id}/uitkomst", data={"_csrf": csrf_of(joost.get("/tickets/2").text), **sent}).status_code == 403
    answer = samira.post(f"/besluiten/{made.id}/uitkomst", data={"_csrf": csrf_of(samira.get("/tickets/1").text), **sent})
    assert (answer.status_code, answer.headers["location"]) == (303, "/signalen/1")


def test_whom_to_invite_is_shown_to_webcare_and_newsroom_only(as_person: SignIn) -> None:
    assert "Niemand in dit signaal schreef al eerder" in as_person("redactie").get("/signalen/1/uitnodigen").text
    assert as_person("Samira").get("/signalen/1/uitnodigen").status_code == 403
    assert as_person("redactie").get("/signalen/99/uitnodigen").status_code == 404


def test_a_digit_chooses_and_enter_writes_it_down(seeded: Session, signed_in: BrowserContext, as_person: SignIn) -> None:
    client = as_person("redactie")
    signed_in.clear_cookies()
    signed_in.add_cookies([{"name": c.name, "value": c.value or "", "url": "http://127.0.0.1"} for c in client.cookies.jar])
    page = signed_in.new_page()
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("3")
    page.keyboard.press("5")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#signaal-1")
    page.get_by_text("Kleine community").first.wait_for()
    assert seeded.scalars(select(Choice.form)).all() == [ChoiceForm.COMMUNITY]


def test_a_kept_stand_up_is_kept_once(seeded: Session, as_person: SignIn) -> None:
    keep(seeded, NOW)
    seeded.commit()
    decide(as_person("redactie"), vorm="bezoek")
    assert len(seeded.scalars(select(HeldStandUp)).all()) == 1
