"""A department's inbox: in what order, narrowed how, several at once, one beside the list, and up to date by itself."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from dashboards.people.accounts import sign_in_link
from dashboards.tickets import news
from dashboards.tickets.news import TicketNews
from models import Signal, Ticket
from models.database import transaction
from models.words import Role, TicketStatus
from routing.tickets import changes, helping
from tests.conftest import NOW
from tests.dashboards.conftest import SignIn, csrf_of, fields_of

Opens = Callable[..., Ticket]
INBOX = "/afdelingen/reiniging"


@pytest.fixture
def opens(seeded: Session) -> Opens:
    """Opens a ticket at Reiniging, about a signal of its own."""

    def open_one(
        title: str, hours: float = 30, weight: float = 1, urgency: float = 0.1, sub: str = "afval/grofvuil", area: str = "spoorzicht"
    ) -> Ticket:
        moments = {"first_at": NOW, "last_at": NOW, "created_at": NOW, "summarised_at": NOW}
        figures = {"messages": 3, "people": 3, "weight": weight, "urgency": urgency}
        signal = Signal(theme=sub.partition("/")[0], sub=sub, title=title, areas=[area], **moments, **figures)
        seeded.add(signal)
        seeded.flush()
        ticket = Ticket(
            signal_id=signal.id, department_id="reiniging", opened_at=NOW - timedelta(hours=9), due_at=NOW + timedelta(hours=hours)
        )
        seeded.add(ticket)
        seeded.commit()
        return ticket

    return open_one


def listed(html: str) -> list[str]:
    """The titles of the list, from top to bottom."""
    return re.findall(r'<h2><a href="/tickets/\d+" data-stop lang="nl">([^<]+)</a>', html)


def sent(client: TestClient, address: str = INBOX, **fields: object) -> Any:
    """Choose in the inbox as it is now, and press a button."""
    return client.post(f"{INBOX}/samen", data={"_csrf": csrf_of(client.get(address).text), **fields})


def test_the_shortest_term_comes_first_or_the_heaviest_signal(as_person: SignIn, opens: Opens) -> None:
    opens("Later en zwaar", 30, weight=500)
    opens("Al te laat", -1)
    samira = as_person("Samira")
    assert [title[:8] for title in listed(samira.get(INBOX).text)] == ["Al te la", "Zakken e", "Later en"]
    assert listed(samira.get(f"{INBOX}?volgorde=gewicht").text)[0] == "Later en zwaar"


NARROWED: dict[str, set[str]] = {
    "te_laat=ja": {"Te laat"},
    "dringend=ja": {"Dringend"},
    "mijn=ja": {"Van mij"},
    "stand=opgepakt": {"Van mij"},
    "stand=nieuw&thema=openbare-verlichting": {"Lamp"},
    "thema=openbare-verlichting/lamp-kapot": {"Lamp"},
    "buurt=bloemenwijk": {"Lamp"},
    "woorden=te+LAAT": {"Te laat"},
    "woorden=%25": set(),
    "woorden=a%00b": set(),
    "dringend=ja&te_laat=ja": set(),
    "stand=onzin&buurt=nergens": set(),
}


def test_the_list_is_narrowed_to_what_is_asked(as_person: SignIn, opens: Opens) -> None:
    samira = as_person("Samira")
    opens("Te laat", -2)
    opens("Dringend", urgency=0.9)
    opens("Lamp", sub="openbare-verlichting/lamp-kapot", area="bloemenwijk")
    assert sent(samira, wat="nemen", kies=f"{opens('Van mij').id}.1").status_code == 303
    assert {asked: set(listed(samira.get(f"{INBOX}?{asked}").text)) for asked in NARROWED} == NARROWED
    assert "Geen ticket past hierbij" in samira.get(f"{INBOX}?woorden=olifant").text


def test_several_are_accepted_at_once(seeded: Session, as_person: SignIn, opens: Opens) -> None:
    both = [opens("Een"), opens("Twee")]
    answer = sent(as_person("Samira"), f"{INBOX}?dringend=ja", wat="oppakken", kies=[f"{ticket.id}.1" for ticket in both])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{INBOX}?gedaan=2")
    assert "2 tickets zijn veranderd" in as_person("Samira").get(answer.headers["location"]).text
    for ticket in both:
        seeded.refresh(ticket)
        assert ticket.status is TicketStatus.ACCEPTED


def test_what_was_changed_meanwhile_is_reported_and_holds_up_no_other(seeded: Session, as_person: SignIn, opens: Opens) -> None:
    fine, stale, done = opens("Goed"), opens("Intussen veranderd"), opens("Klaar")
    chosen = [f"{ticket.id}.1" for ticket in (stale, done, fine)]
    changes.start(seeded, stale.id, 1, "Bo", NOW)
    changes.settle(seeded, done.id, 1, "Bo", NOW, "Klaar.")
    seeded.commit()
    answer = sent(as_person("Samira"), wat="overdragen", afdeling="groen", kies=chosen)
    assert answer.status_code == 409
    assert "1 ticket is veranderd" in answer.text
    assert f"Ticket {stale.id} is intussen veranderd" in answer.text
    assert f"Ticket {done.id} is intussen veranderd" in answer.text
    for ticket in (fine, stale):
        seeded.refresh(ticket)
    assert (fine.department_id, stale.department_id) == ("groen", "reiniging")


def test_pressing_without_a_readable_choice_changes_nothing_and_says_so(seeded: Session, as_person: SignIn) -> None:
    samira = as_person("Samira")
    for fields in ({"wat": "oppakken"}, {"wat": "onzin", "kies": "1.1"}, {"wat": "overdragen", "kies": "1.1"}):
        answer = sent(samira, **fields)
        assert (answer.status_code, "Kies een of meer tickets" in answer.text) == (422, True)
    for value in ("x", "1", "9" * 40 + ".1", "404.1", "-1.1", "1.1.1", "1.²"):
        assert sent(samira, wat="oppakken", kies=value).status_code == 409
    seeded.expire_all()
    assert seeded.get_one(Ticket, 1).status is TicketStatus.OPEN


def test_another_department_chooses_nothing_here(seeded: Session, as_person: SignIn) -> None:
    joost = as_person("Joost")
    assert 'name="kies"' not in joost.get(INBOX).text
    assert sent(joost, wat="oppakken", kies="1.1").status_code == 403
    seeded.expire_all()
    assert seeded.get_one(Ticket, 1).status is TicketStatus.OPEN


def test_a_ticket_that_a_department_helps_with_lies_in_its_inbox_too(seeded: Session, as_person: SignIn) -> None:
    helping.ask_help(seeded, 1, 1, "Samira", NOW, "verkeer")
    seeded.commit()
    joost = as_person("Joost")
    assert "helpt mee" in joost.get("/afdelingen/verkeer").text
    assert sent(joost, wat="oppakken", kies="1.1").status_code == 303


def test_a_ticket_beside_the_list_is_changed_there_and_one_comes_back_to_the_list(seeded: Session, as_person: SignIn) -> None:
    samira = as_person("Samira")
    page = samira.get(f"{INBOX}?ticket=1&dringend=").text
    assert 'id="ernaast"' in page
    carried = fields_of(page)
    answer = samira.post("/tickets/1/oppakken", data=carried)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{INBOX}?ticket=1")


def test_a_form_leads_nowhere_outside_the_inbox(as_person: SignIn) -> None:
    samira = as_person("Samira")
    for back in ("https://elders.example/", "//elders.example", "/afdelingen/\\elders", "/afdelingen/\r\nX: y", "/tickets/2"):
        answer = samira.post("/tickets/1/aantekening", data={**fields_of(samira.get("/tickets/1").text), "woorden": "x", "terug": back})
        assert answer.headers["location"] == "/tickets/1"


def test_a_ticket_that_is_not_there_is_not_beside_the_list(as_person: SignIn) -> None:
    samira = as_person("Samira")
    for ticket in ("404", "x", "9" * 30, "-1", "²"):
        answer = samira.get(f"{INBOX}?ticket={ticket}")
        assert (answer.status_code, 'id="ernaast"' in answer.text) == (200, False)


async def heard(news: TicketNews, department: str, wanted: int, then: Callable[[], None]) -> list[str]:
    """The first events of an inbox after it listens."""
    told: list[str] = []
    stream = news.subscribe(department)
    assert stream is not None
    async for piece in stream:
        if piece.startswith(b"event"):
            told.append(piece.decode().splitlines()[1])
            if len(told) == 1:
                await asyncio.to_thread(then)
            if len(told) == wanted:
                break
    await stream.aclose()  # type: ignore[attr-defined]
    return told


def all_heard(hearing: Coroutine[None, None, list[str]]) -> list[str]:
    """What was heard within twenty seconds, in a thread and a loop of its own: a browser of another test may have one here."""

    async def in_time() -> list[str]:
        return await asyncio.wait_for(hearing, 20)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, in_time()).result()


def test_an_inbox_hears_of_its_own_tickets_and_of_no_other(seeded: Session) -> None:
    def accept_both() -> None:
        with transaction() as session:
            changes.note(session, 3, session.get_one(Ticket, 3).version, "Bo", NOW, "niet van Reiniging")
        with transaction() as session:
            changes.accept(session, 1, 1, "Samira", NOW)

    news = TicketNews()
    told = all_heard(heard(news, "reiniging", 2, accept_both))
    assert told == ["data: 0", "data: 1"], "to look once it listens, and then of its own ticket"
    assert news.open == 0


def test_an_inbox_hears_again_after_the_database_was_away(seeded: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "AGAIN", 0.05)

    def end_listening() -> None:
        with transaction() as session:
            session.connection().exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND datname = current_database()"
            )

    told = all_heard(heard(TicketNews(), "reiniging", 2, end_listening))
    assert told == ["data: 0", "data: 0"]


def test_too_many_open_inboxes_are_told_to_come_back(app: FastAPI, as_person: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "MOST", 0)
    answer = as_person("Samira").get(f"{INBOX}/gebeurtenissen")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


def test_a_stranger_hears_nothing(stranger: TestClient) -> None:
    assert stranger.get(f"{INBOX}/gebeurtenissen").status_code == 303


def test_an_inbox_is_worked_by_keyboard_and_a_new_ticket_comes_by_itself(
    browser: Browser, address: str, seeded: Session, opens: Opens
) -> None:
    opens("Eerste", 1)
    link = sign_in_link(seeded, "Samira", Role.DEPARTMENT, "reiniging", NOW)
    seeded.commit()
    context = browser.new_context(base_url=address, locale="nl-NL")
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button", name="Aanmelden").click()
    with page.expect_response("**/gebeurtenissen"):
        page.goto(INBOX)
    page.evaluate("() => { window.stayed = true }")
    page.keyboard.press("j")
    page.keyboard.press("x")
    helping.help_along(seeded, opens("Vers van de pers"), "groen", "luisterpost", NOW, "")
    seeded.commit()
    page.get_by_text("Vers van de pers").wait_for()
    page.get_by_text("Er is een ticket bij gekomen.").wait_for(state="attached")
    assert page.evaluate("window.stayed")
    assert page.locator("input[name=kies]:checked").count() == 1, "what was chosen stays chosen"
    assert page.evaluate("document.activeElement.textContent") == "Eerste", "and what had the focus keeps it"
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.get_by_text("1 ticket is veranderd.").wait_for()
    context.close()
