"""What a department does with its ticket."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from models import Correction, OutsideTicket, Signal, Ticket, TicketEvent
from models.words import TicketStatus, TicketStep, Verdict
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


def test_a_ticket_goes_from_hand_to_hand_until_it_is_done(seeded: Session, as_person: SignIn) -> None:
    client = as_person("Samira")
    assert sent(client, "nemen") == 303
    assert sent(client, "beginnen") == 303
    assert sent(client, "wachten", woorden="de leverancier", tot="2026-11-23") == 303
    page = client.get("/tickets/1").text
    assert "op de leverancier, tot maandag 23 november" in page
    assert "Verder ermee" in page
    assert sent(client, "beginnen") == 303
    assert sent(client, "toewijzen", wie="") == 303
    assert sent(client, "weigeren", woorden="Dit is terrein van de haven.", thema="klopt") == 303
    seeded.expire_all()
    ticket = seeded.get_one(Ticket, 1)
    assert (ticket.status, ticket.outcome, ticket.waiting_until) == (TicketStatus.REFUSED, "Dit is terrein van de haven.", None)
    page = client.get("/tickets/1").text
    assert "niet voor de gemeente" in page
    assert "De geschiedenis is compleet en onveranderd: 8 regels" in page


def test_waiting_until_no_usable_day_is_refused_kindly(as_person: SignIn) -> None:
    client = as_person("Samira")
    carried = fields_of(client.get("/tickets/1").text)
    for day in ("", "gisteren", "2026-11-18", "2026-11-01", "2031-01-01", "2026-13-01"):
        answer = client.post("/tickets/1/wachten", data={**carried, "woorden": "de leverancier", "tot": day})
        assert (answer.status_code, "Kies een dag die nog komt" in answer.text) == (422, True)


def test_refusing_a_story_teaches_the_classifier(seeded: Session, as_person: SignIn) -> None:
    assert sent(as_person("Samira"), "weigeren", woorden="Dit gaat over een andere stad.") == 303
    told = seeded.query(Correction).filter_by(verdict=Verdict.NOT_OURS).all()
    assert told and {correction.why for correction in told} == {"Dit gaat over een andere stad."}


def test_a_department_that_helps_may_act_until_it_need_not_any_more(seeded: Session, as_person: SignIn) -> None:
    samira, joost = as_person("Samira"), as_person("Joost")
    assert sent(samira, "hulp", afdeling="verkeer", woorden="De container staat op de rijbaan") == 303
    assert "helpt mee" in joost.get("/tickets/1").text
    assert sent(joost, "aantekening", woorden="Wij zetten een hek neer") == 303
    assert sent(samira, "hulp-klaar", afdeling="verkeer") == 303
    assert "U leest mee" in joost.get("/tickets/1").text


def test_another_ticket_is_looked_for_and_linked_or_merged(seeded: Session, as_person: SignIn) -> None:
    client = as_person("redactie")
    assert "Lantaarn kapot in Bloemenwijk" in client.get("/tickets/1?zoek=lantaarn").text
    assert "Geen ander ticket" in client.get("/tickets/1?zoek=olifant").text
    assert sent(client, "verbinden", ander="3") == 303
    assert "van ticket 1" in client.get("/tickets/3").text
    assert sent(client, "losmaken", ander="3") == 303
    assert sent(client, "samenvoegen", ander="2") == 422
    assert sent(client, "samenvoegen", ander="3") == 303
    assert "Naar ticket 3" in client.get("/tickets/1").text
    assert "Hierin opgegaan" in client.get("/tickets/3").text


def test_settling_shows_what_helped_before(seeded: Session, as_person: SignIn) -> None:
    earlier = seeded.get_one(Signal, seeded.get_one(Ticket, 2).signal_id)
    earlier.sub, earlier.theme = "afval/bijplaatsing", "afval"
    seeded.commit()
    assert "er komt een drempel" in as_person("Samira").get("/tickets/1").text.partition("Wat eerder hielp")[2]


def test_a_history_that_was_tampered_with_is_not_trusted(seeded: Session, as_person: SignIn) -> None:
    seeded.execute(text("ALTER TABLE ticket_event DISABLE TRIGGER USER"))
    seeded.execute(text("UPDATE ticket_event SET note = 'x' WHERE ticket_id = 1 AND number = 2"))
    seeded.commit()
    assert "Regel 2: deze regel is veranderd. Waarschuw uw beheerder." in as_person("Samira").get("/tickets/1").text


def test_where_a_ticket_stands_in_the_departments_own_system_is_on_its_page(as_person: SignIn, seeded: Session) -> None:
    seeded.add(OutsideTicket(ticket_id=1, target="zaaksysteem", reference="Z-2026-88", state="in de planning", problem=""))
    seeded.commit()
    page = as_person("Samira").get("/tickets/1").text
    assert "zaaksysteem Z-2026-88: in de planning" in page
