"""What a department does with its ticket."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from models import Ticket, TicketEvent
from models.words import TicketStatus, TicketStep
from tests.dashboards.conftest import SignIn, fields_of


def sent(client: TestClient, what: str, ticket_id: int = 1, **fields: str) -> int:
    """Fill in a form of the ticket's page as it is now, and send it."""
    carried = fields_of(client.get(f"/tickets/{ticket_id}").text)
    answer = client.post(f"/tickets/{ticket_id}/{what}", data={**carried, **fields})
    return int(answer.status_code)


def test_a_department_takes_its_ticket_on(seeded: Session, as_person: SignIn) -> None:
    assert sent(as_person("Samira"), "oppakken") == 303
    seeded.expire_all()
    assert seeded.get_one(Ticket, 1).status is TicketStatus.ACCEPTED
    assert seeded.query(TicketEvent).filter_by(ticket_id=1, step=TicketStep.ACCEPTED).one().actor == "Samira"


def test_a_ticket_is_handed_over_with_a_word(seeded: Session, as_person: SignIn) -> None:
    assert sent(as_person("Samira"), "overdragen", afdeling="openbare-ruimte", woorden="De lezer is stuk") == 303
    seeded.expire_all()
    assert seeded.get_one(Ticket, 1).department_id == "openbare-ruimte"
    assert "De lezer is stuk" in as_person("redactie").get("/tickets/1").text


def test_settling_asks_what_was_done(seeded: Session, as_person: SignIn) -> None:
    client = as_person("Samira")
    assert sent(client, "afhandelen", woorden="   ") == 422
    assert sent(client, "afhandelen", woorden="De pasjes werken weer en alles is opgeruimd.") == 303
    seeded.expire_all()
    assert seeded.get_one(Ticket, 1).outcome == "De pasjes werken weer en alles is opgeruimd."
    assert "De pasjes werken weer" in client.get("/afdelingen/reiniging?stand=afgehandeld").text


def test_a_settled_ticket_can_be_reopened(seeded: Session, as_person: SignIn) -> None:
    assert sent(as_person("Joost"), "heropenen", 2, woorden="Vanmorgen weer bijna mis") == 303
    seeded.expire_all()
    assert seeded.get_one(Ticket, 2).status is TicketStatus.OPEN


def test_a_note_stays_in_the_history(as_person: SignIn) -> None:
    client = as_person("Samira")
    assert sent(client, "aantekening", woorden="Gebeld met de leverancier") == 303
    assert "Gebeld met de leverancier" in client.get("/tickets/1").text


def test_a_stale_page_changes_nothing_and_shows_both_versions(seeded: Session, as_person: SignIn) -> None:
    samira, newsroom = as_person("Samira"), as_person("redactie")
    seen = fields_of(samira.get("/tickets/1").text)
    assert sent(newsroom, "overdragen", afdeling="openbare-ruimte", woorden="Past beter daar") == 303
    assert sent(newsroom, "overdragen", afdeling="reiniging") == 303
    answer = samira.post("/tickets/1/afhandelen", data={**seen, "woorden": "Alles is opgeruimd"})
    assert answer.status_code == 409
    assert "Iemand was u voor" in answer.text
    assert "Past beter daar" in answer.text
    assert "Alles is opgeruimd" in answer.text
    seeded.expire_all()
    assert seeded.get_one(Ticket, 1).status is TicketStatus.OPEN


@pytest.mark.parametrize("what", ["oppakken", "overdragen", "afhandelen", "aantekening"])
def test_another_department_reads_but_changes_nothing(seeded: Session, as_person: SignIn, what: str) -> None:
    joost = as_person("Joost")
    page = joost.get("/tickets/1")
    assert "U leest mee" in page.text
    ticket = seeded.get_one(Ticket, 1)
    own = fields_of(joost.get("/tickets/2").text)
    answer = joost.post(f"/tickets/1/{what}", data={**own, "versie": str(ticket.version), "afdeling": "groen", "woorden": "x"})
    assert answer.status_code == 403
    seeded.expire_all()
    assert seeded.get_one(Ticket, 1).status is TicketStatus.OPEN


def test_a_form_without_its_token_changes_nothing(seeded: Session, as_person: SignIn) -> None:
    assert as_person("Samira").post("/tickets/1/oppakken", data={"versie": "1"}).status_code == 403
    seeded.expire_all()
    assert seeded.get_one(Ticket, 1).status is TicketStatus.OPEN


def test_an_unknown_department_is_refused_kindly(as_person: SignIn) -> None:
    assert sent(as_person("Samira"), "overdragen", afdeling="bestaat-niet") == 422
