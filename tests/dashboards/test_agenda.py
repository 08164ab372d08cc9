"""The agenda: kept by the newsroom, brought in from other calendars, followed from them."""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from dashboards.agenda.ical import CalendarError, read, write
from models import CalendarEvent
from models.calendar import concerns, events_between, keep_events
from models.settings import settings
from models.words import Occasion
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of

EVENING = {"titel": "Bewonersavond containers", "soort": "bijeenkomst", "eerste": "2026-11-25", "thema": "afval", "plek": "havenkwartier"}
FILE = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Iemand//NL
BEGIN:VEVENT
UID:a@voorbeeld
SUMMARY:Werk aan de Loskade
DTSTART;VALUE=DATE:20261123
DTEND;VALUE=DATE:20261128
CATEGORIES:werkzaamheden
END:VEVENT
BEGIN:VEVENT
UID:b@voorbeeld
SUMMARY:Vragenuurtje
DTSTART:20261124T190000Z
DTEND:20261124T210000Z
END:VEVENT
BEGIN:VEVENT
UID:c@voorbeeld
SUMMARY:Elke week
DTSTART;VALUE=DATE:20261123
RRULE:FREQ=WEEKLY
END:VEVENT
BEGIN:VEVENT
UID:d@voorbeeld
DTSTART;VALUE=DATE:20261123
END:VEVENT
END:VCALENDAR
"""


def send(client: TestClient, path: str, data: dict[str, str], page: str = "/agenda", **more: object) -> tuple[int, str]:
    answer = client.post(path, data={"_csrf": csrf_of(client.get(page).text), **data}, **more)  # type: ignore[arg-type]
    return answer.status_code, answer.text


def known(session: Session) -> list[CalendarEvent]:
    session.expire_all()
    return list(session.scalars(select(CalendarEvent).order_by(CalendarEvent.first, CalendarEvent.title)))


def test_what_the_newsroom_writes_down_everybody_can_read(as_person: SignIn, seeded: Session) -> None:
    status, _ = send(as_person("redactie"), "/agenda", EVENING)
    assert status == 303
    (event,) = known(seeded)
    assert (event.occasion, event.first, event.last, event.themes, event.areas) == (
        Occasion.EVENING,
        date(2026, 11, 25),
        date(2026, 11, 25),
        ["afval"],
        ["havenkwartier"],
    )
    page = as_person("Samira").get("/agenda").text
    assert "Bewonersavond containers" in page
    assert "In de agenda zetten" not in page


def test_a_department_cannot_write_in_it(as_person: SignIn, seeded: Session) -> None:
    client = as_person("Samira")
    assert client.post("/agenda", data=EVENING).status_code == 403
    status, _ = send(client, "/agenda", EVENING, page="/afmelden")
    assert status == 403
    assert known(seeded) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"titel": "  "}, "Geef het een titel"),
        ({"laatste": "2026-11-20"}, "voor de eerste"),
        ({"laatste": "2036-11-20"}, "drie jaar"),
        ({"adres": "javascript:alert(1)"}, "https://"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_in_the_form(as_person: SignIn, seeded: Session, wrong: dict[str, str], said: str) -> None:
    status, text = send(as_person("redactie"), "/agenda", EVENING | wrong)
    assert (status, known(seeded)) == (422, [])
    assert said in text
    assert 'value="2026-11-25"' in text


def test_of_two_who_change_it_the_second_sees_that_and_keeps_what_was_typed(as_person: SignIn, seeded: Session) -> None:
    first, second = as_person("redactie"), as_person("beheer")
    send(first, "/agenda", EVENING)
    path = f"/agenda/{known(seeded)[0].id}"
    assert send(first, path, EVENING | {"titel": "Verzet", "versie": "1"}, page=path)[0] == 303
    status, text = send(second, path, EVENING | {"titel": "Gaat niet door", "versie": "1"}, page=path)
    assert status == 409
    assert "redactie veranderde dit intussen" in text
    assert 'value="Gaat niet door"' in text
    assert known(seeded)[0].title == "Verzet"
    assert send(second, f"{path}/weg", {}, page=path)[0] == 303
    assert known(seeded) == []


def test_another_calendar_is_read_once_however_often_it_comes(as_person: SignIn, seeded: Session) -> None:
    client = as_person("redactie")
    for told in ("2&amp;over=2", "0&amp;over=2"):
        status, _ = send(client, "/agenda/inlezen", {}, files={"bestand": ("agenda.ics", FILE, "text/calendar")})
        assert status == 303, told
    works, hour = known(seeded)
    assert (works.first, works.last, works.occasion) == (date(2026, 11, 23), date(2026, 11, 27), Occasion.WORKS)
    assert (hour.first, hour.last) == (date(2026, 11, 24), date(2026, 11, 24))
    assert "2 overgeslagen" in client.get("/agenda?gekomen=2&over=2").text


def test_rubbish_is_no_calendar(as_person: SignIn, seeded: Session) -> None:
    for rubbish in (b"\x00\xff" * 50, b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", b"hallo"):
        _, text = send(as_person("redactie"), "/agenda/inlezen", {}, files={"bestand": ("x.ics", rubbish, "text/calendar")})
        assert "Dit is geen agenda" in text or known(seeded) == []


def test_the_calendar_can_be_followed_by_who_has_its_address_and_nobody_else(
    as_person: SignIn, seeded: Session, stranger: TestClient
) -> None:
    client = as_person("redactie")
    send(client, "/agenda", EVENING)
    found = re.search(r"/agenda/\w{32,}\.ics", client.get("/agenda").text)
    assert found is not None
    feed = stranger.get(found[0])
    assert feed.headers["content-type"].startswith("text/calendar")
    (event,) = read(feed.content, settings().zone, "wij", NOW).events
    assert (event.title, event.first) == ("Bewonersavond containers", date(2026, 11, 25))
    assert stranger.get(f"/agenda/{'0' * 64}.ics").status_code == 404


DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(lambda text: bool(text.strip()))


@given(WORDS, DAYS, st.integers(0, 900), st.sampled_from(Occasion), WORDS)
def test_what_goes_out_comes_back_the_same(title: str, first: date, length: int, occasion: Occasion, note: str) -> None:
    title, note = " ".join(title.split()), " ".join(note.split())
    written_at = datetime(2026, 11, 19, tzinfo=UTC)
    event = CalendarEvent(
        uid="x@y",
        occasion=occasion,
        title=title,
        first=first,
        last=first + timedelta(days=length),
        url=None,
        note=note,
        written_at=written_at,
    )
    (back,) = read(write([event], "Agenda"), settings().zone, "wij", NOW).events
    assert (back.title, back.first, back.last, back.occasion, back.note) == (title, first, event.last, occasion, note)


@given(st.binary(max_size=400))
def test_whatever_the_file_holds_it_is_read_or_refused(content: bytes) -> None:
    with suppress(CalendarError):
        read(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + content + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", settings().zone, "wij", NOW)


def test_an_event_concerns_its_themes_and_places_and_an_open_one_all(session: Session) -> None:
    def event(uid: str, themes: list[str], areas: list[str]) -> CalendarEvent:
        day = {"first": NOW.date(), "last": NOW.date(), "occasion": Occasion.EVENT, "written_by": "wij", "written_at": NOW}
        return CalendarEvent(uid=uid, title=uid, themes=themes, areas=areas, url=None, note="", **day)

    bags, everything = event("zakken", ["afval/bijplaatsing"], ["havenkwartier"]), event("alles", [], [])
    keep_events(session, [bags, everything])
    assert concerns(bags, "afval", [])
    assert concerns(bags, "afval/bijplaatsing", ["havenkwartier"])
    assert not concerns(bags, "afval/grofvuil", [])
    assert not concerns(bags, "afval", ["spoorzicht"])
    found = events_between(session, NOW.date(), NOW.date(), "groen", ["spoorzicht"])
    assert [one.uid for one in found] == ["alles"]
