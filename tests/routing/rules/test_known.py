"""What rules are told of a signal: places, times, sources, earlier tickets, words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Routing, Ticket
from models.database import transaction
from routing.rules.conditions import Words
from routing.rules.facts import Facts, read
from routing.rules.wording import counted, occur, stemmed
from routing.tickets import changes
from tests.conftest import NOW
from tests.routing.conftest import Says, run

ZONE = ZoneInfo("Europe/Amsterdam")


def known(session: Session) -> Facts:
    routing = session.scalars(select(Routing).order_by(Routing.id.desc())).first()
    assert routing is not None
    assert routing.facts is not None
    return read(routing.facts)


def test_places_times_sources_and_voices_are_told(session: Session, says: Says) -> None:
    christmas = datetime(2026, 12, 25, 23, 15, tzinfo=ZONE)
    says(area="havenkwartier", at=christmas - timedelta(hours=2), author="a" * 32)
    says(area="havenkwartier", at=christmas, author="a" * 32)
    run(christmas + timedelta(minutes=5))
    told = known(session)
    assert (told.weekday, told.minute, told.working, told.holiday) == ("vrijdag", 23 * 60 + 15, False, True)
    assert told.sources == {"kcc"}
    assert (told.people_within(1), told.people_within(24), told.messages_within(24)) == (1, 1, 2)
    assert "oude-haven" in told.surroundings
    assert told.districts
    assert told.within == told.districts | {"havenkwartier"}


def test_earlier_tickets_here_are_told_and_those_elsewhere_not(session: Session, bag_story: list[int], says: Says) -> None:
    run()
    with transaction() as other:
        ticket = other.scalars(select(Ticket)).one()
        changes.settle(other, ticket.id, ticket.version, "Ans", NOW, "Geleegd.")
    later = NOW + timedelta(days=10)
    says(area="havenkwartier", at=later - timedelta(hours=1))
    run(later)
    assert [round(age) for age in known(session).earlier_tickets] == [10]
    assert round(known(session).settled_days_ago or 0) == 10
    says(area="molenbuurt", at=later)
    run(later + timedelta(hours=1))
    assert known(session).earlier_tickets == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [("Ratten gezien", True), ("een RAT!", True), ("de ratio is zoek", False), ("twee muizen", False)],
)
def test_words_are_found_in_any_inflection_and_not_inside_others(text: str, said: bool) -> None:
    assert occur(Words(any=["rat"]), stemmed(text)) is said


def test_a_phrase_is_found_as_it_stands_and_all_means_each() -> None:
    asked = [Words(any=["open putten"]), Words(all=["put", "fiets"])]
    assert counted(asked, ["een open put op het fietspad", "de put is open, mijn fiets ligt erin"]) == {asked[0].key: 1, asked[1].key: 1}


@given(st.text(), st.text(min_size=1))
def test_no_text_breaks_the_search_for_words(text: str, phrase: str) -> None:
    assert occur(Words.model_construct(any=[f"x{phrase}"], all=[]), stemmed(f"{text} x{phrase}"))
