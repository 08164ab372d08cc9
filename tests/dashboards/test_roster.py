"""The duty roster: what is changed on the page holds at once, also for alerts, and who changed it stays known."""

import re
from datetime import UTC, datetime

from icalendar import Calendar
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from models import RosterChange
from routing.alerts.addressees import recipient_of
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of

SWAP = {"wie": "wacht-a", "van": "2026-11-19T08:00", "tot": "2026-11-19T20:00"}


def send(client: TestClient, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
    answer = client.post(path, data={"_csrf": csrf_of(client.get("/afmelden").text), **(data or {})})
    return answer.status_code, answer.text


def test_the_page_tells_who_has_duty_now_and_in_the_coming_weeks(as_person: SignIn) -> None:
    page = as_person("Samira").get("/rooster").text
    assert "Nu: <b>Piket buitendienst" in page
    assert re.findall(r"Week (\d+)", page) == ["47", "48", "49", "50"]
    assert "Dienst overnemen" not in page


def test_a_change_holds_at_once_for_the_page_and_for_alerts(as_person: SignIn, seeded: Session) -> None:
    before = recipient_of(seeded, "roster", "mail", NOW)
    other = "wacht-b" if before.name.endswith("A") else "wacht-a"
    client = as_person("redactie")
    assert send(client, "/rooster", SWAP | {"wie": other})[0] == 303
    seeded.expire_all()
    assert recipient_of(seeded, "roster", "mail", NOW).name != before.name
    page = client.get("/rooster").text
    assert "Nu: <b>" in page
    assert f"Nu: <b>{before.name}" not in page
    assert "gewijzigd" in page
    (change,) = seeded.query(RosterChange)
    assert (change.starts_at, change.written_by) == (datetime(2026, 11, 19, 7, 0, tzinfo=UTC), "redactie")


def test_what_is_withdrawn_stays_in_the_list_with_who_did_it(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    send(client, "/rooster", SWAP)
    before = seeded.query(RosterChange).one()
    assert send(as_person("beheer"), f"/rooster/{before.id}/terug")[0] == 303
    assert send(client, f"/rooster/{before.id}/terug")[0] == 303
    page = client.get("/rooster").text
    assert "teruggenomen door beheer" in page
    assert "Terugnemen" not in page


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"wie": "niemand"}, "Kies wie de dienst overneemt"),
    ({"van": "straks"}, "Vul in van wanneer tot wanneer"),
    ({"van": "2026-11-19T08:00Z"}, "Vul in van wanneer tot wanneer"),
    ({"tot": "2026-11-19T07:00"}, "Draai ze om"),
    ({"tot": "2026-12-19T07:00"}, "hooguit 8 dagen"),
    ({"van": "2026-11-18T07:00", "tot": "2026-11-18T09:00"}, "al voorbij"),
    ({"van": "2036-11-18T07:00", "tot": "2036-11-18T09:00"}, "meer dan een jaar"),
]


def test_what_cannot_be_is_refused_and_stays_in_the_form(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    for wrong, said in REFUSED:
        status, page = send(client, "/rooster", SWAP | wrong)
        assert status == 422, wrong
        assert said in page
        assert f'name="tot" required value="{(SWAP | wrong)["tot"]}"' in page
    assert seeded.query(RosterChange).count() == 0


def test_a_department_changes_nothing(as_person: SignIn, seeded: Session) -> None:
    client = as_person("Samira")
    assert send(client, "/rooster", SWAP)[0] == 403
    assert send(client, "/rooster/1/terug")[0] == 403
    assert seeded.query(RosterChange).count() == 0


def test_any_week_can_be_asked_for(as_person: SignIn) -> None:
    client = as_person("redactie")
    for week in ("2026-W53", "9999-W01", "0001-W01", "x", "2026-11-18"):
        assert client.get(f"/rooster?week={week}").status_code == 200, week


def test_calendars_follow_it_behind_an_address_that_cannot_be_guessed(as_person: SignIn, stranger: TestClient) -> None:
    address = re.search(r"/rooster/\w+\.ics", as_person("redactie").get("/rooster").text)
    assert address is not None
    calendar = Calendar.from_ical(stranger.get(address[0]).text)
    duties = calendar.walk("VEVENT")
    assert {str(duty["summary"]) for duty in duties} == {"Dienst: Piket buitendienst A", "Dienst: Piket buitendienst B"}
    assert len({str(duty["uid"]) for duty in duties}) == len(duties)
    assert stranger.get("/rooster/geraden.ics").status_code == 404
