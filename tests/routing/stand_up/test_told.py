"""What the newsroom reads standing."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Source, SourceRun, Ticket
from models.database import transaction
from models.municipality import Municipality
from models.words import Channel, Kind, RunOutcome, TicketStatus
from routing.signals.quotes import Said, most_telling
from routing.stand_up.told import stand_up
from routing.tickets import changes as tickets
from tests.conftest import NOW
from tests.routing.conftest import LAMP, VOICES, Says, run

PUTS = "water-en-riolering/putten-en-kolken"


def test_the_bag_story_comes_first_with_all_a_department_needs(session: Session, bag_story: list[int]) -> None:
    run()
    told = stand_up(session, NOW)
    first = told.items[0]
    assert first.title == "Zakken en spullen naast containers in Havenkwartier en Oude Haven"
    assert (first.areas, first.department, first.rule) == (("Havenkwartier", "Oude Haven"), "Reiniging en Afval", "afval-piek")
    assert first.figures == f"{first.messages} berichten van {first.people} mensen, gewoonlijk bijna geen."
    assert first.media == "Alles via telefoon."
    assert 0 < first.unanswered <= first.messages
    assert len(first.curve) == 14
    assert sum(day.messages for day in first.curve) == len(bag_story)
    assert 2 <= len(first.quotes) <= 3
    assert first.ticket is not None
    assert first.ticket.status is TicketStatus.OPEN
    assert first.proposal.startswith("Ga samen met Reiniging en Afval kijken in Havenkwartier en Oude Haven")
    assert first in told.rising
    assert "berichten sinds gisteren 08:45 (gewoonlijk" in told.in_short
    assert told.in_short.endswith("Eén stijging, niets dringends.")


def test_a_new_topic_and_a_danger_are_told_apart(session: Session, bag_story: list[int], says: Says) -> None:
    for number in range(7):
        says(f"weer een deelscooter dwars op de geleidelijn, nummer {number}", "openbaar-vervoer-en-fiets/deelvervoer", "stationsbuurt")
    says("open put, deksel weg, kinderen!", PUTS, "bloemenwijk", urgency=0.95)
    run()
    told = stand_up(session, NOW)
    assert [item.sub for item in told.new] == ["openbaar-vervoer-en-fiets/deelvervoer"]
    assert [item.sub for item in told.urgent] == [PUTS]
    assert [item.sub for item in told.rising] == ["afval/bijplaatsing"]
    assert told.items[0].sub == "afval/bijplaatsing"
    assert {item.signal_id for item in told.items} == {item.signal_id for item in (*told.new, *told.urgent, *told.rising)}


def test_what_became_of_a_settled_ticket_is_told_with_its_effect(session: Session, bag_story: list[int]) -> None:
    run()
    with transaction() as other:
        tickets.settle(other, 1, 1, "Ans", NOW + timedelta(hours=1), "Twee keer extra geleegd.")
    later = NOW + timedelta(hours=25)
    run(later)
    (outcome,) = stand_up(session, later).outcomes
    assert outcome.outcome == "Twee keer extra geleegd."
    assert outcome.before > 5
    assert outcome.after == 0


def test_what_was_settled_on_friday_afternoon_is_told_on_monday_morning(session: Session, bag_story: list[int]) -> None:
    run()
    friday, monday = NOW + timedelta(days=1, hours=5), NOW + timedelta(days=4)
    with transaction() as other:
        tickets.settle(other, 1, 1, "Ans", friday, "Twee keer extra geleegd.")
    assert [outcome.outcome for outcome in stand_up(session, monday).outcomes] == ["Twee keer extra geleegd."]
    assert stand_up(session, monday + timedelta(days=1)).outcomes
    assert not stand_up(session, monday + timedelta(days=2)).outcomes


def test_late_answers_and_late_tickets_are_told(session: Session, bag_story: list[int], says: Says) -> None:
    says("Wanneer komt de lantaarn terug?", LAMP, "bloemenwijk", kind=Kind.QUESTION, hours_ago=30)
    says("Wanneer komt de andere lantaarn terug?", LAMP, "bloemenwijk", kind=Kind.QUESTION, hours_ago=30, answered=True)
    run()
    late = stand_up(session, NOW + timedelta(days=3)).still_open
    assert late.answers >= 1
    assert [state.overdue for state in late.overdue] == [True]
    assert stand_up(session, NOW).still_open.overdue == ()


def test_a_failed_and_a_silent_source_are_named(session: Session, says: Says) -> None:
    with transaction() as other:
        other.add(
            Source(
                id="feed", name="Nieuws", kind="feed", channel=Channel.NEWS, purpose="-", legal_basis="-", retention_days=9, audience="-"
            )
        )
        other.flush()
        other.add(
            SourceRun(
                source_id="feed", started_at=NOW, ended_at=NOW, outcome=RunOutcome.FAILED, problem="Geen feed.", mend="Vraag het adres na."
            )
        )
    for week in range(1, 5):
        for number in range(4):
            says(hours_ago=week * 168 + number, area=None, sub="groen/bomen", text=f"boom {number} in week {week}")
    run()
    named = {source.id: source for source in stand_up(session, NOW).sources}
    assert named["feed"].mend == "Vraag het adres na."
    assert named["kcc"].problem == "Geen berichten in 24 uur, gewoonlijk 4."


def test_an_empty_house_stands_up_too(session: Session, town: Municipality) -> None:
    told = stand_up(session, NOW)
    assert told.items == ()
    assert told.in_short.startswith("0 berichten")


@pytest.mark.parametrize("why", ["private", "sensitive"])
def test_words_said_to_the_municipality_alone_or_of_health_are_counted_but_not_quoted(session: Session, says: Says, why: str) -> None:
    for voice in VOICES:
        says(voice, **{why: True})
    run()
    (item,) = stand_up(session, NOW).items
    assert item.messages == len(VOICES)
    assert item.quotes == ()


def said(number: int, text: str, voice: str = "", tone: float = -0.3) -> Said:
    return Said(number, text, voice or str(number), False, tone)


def test_quotes_are_of_different_people_and_not_alike_and_not_the_rawest() -> None:
    chosen = most_telling(
        [
            said(1, "de zakken liggen naast de container en meeuwen trekken ze open", "ans"),
            said(2, "de pas doet het niet, dus de zakken gaan naast de container", "ans"),
            said(3, "De zakken liggen naast de container en de meeuwen trekken ze open!", "bo"),
            said(4, "godverdomme wat een klotezooi die zakken naast de container", "cor", -1),
            said(5, "DIT IS TE ERG!!! zakken naast de container in onze straat", "dirk", -1),
            said(6, "oké", "els"),
        ]
    )
    numbers = [number for number, _ in chosen]
    assert 4 not in numbers
    assert 6 not in numbers
    assert not {1, 2} <= set(numbers)
    assert not {1, 3} <= set(numbers)
    assert numbers.index(5) == len(numbers) - 1


def test_a_ticket_that_exists_is_where_the_stand_up_says(session: Session, bag_story: list[int]) -> None:
    run()
    state = stand_up(session, NOW).items[0].ticket
    assert state is not None
    assert session.get_one(Ticket, state.id).due_at == state.due_at
    assert session.scalars(select(Ticket.id)).one() == state.id
