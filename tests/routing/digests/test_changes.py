"""A digest tells what changed since the last one: nothing twice, nothing lost in a weekend."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery, Department, Digest, Ticket
from models.database import transaction
from models.words import DigestKind
from routing.digests.build import build_due, render
from routing.digests.content import DigestContent
from routing.tickets import changes as tickets
from tests.conftest import NOW
from tests.routing.conftest import VOICES, Says, run

TOMORROW = NOW + timedelta(days=1)


def told(session: Session, audience: str, day: datetime) -> DigestContent:
    session.rollback()
    return DigestContent.model_validate_json(render(session, audience, day.date(), "json", day))


def morning(now: datetime) -> None:
    run(now)
    build_due(now)


def test_what_was_told_and_has_not_changed_is_no_news_but_still_open(session: Session, bag_story: list[int]) -> None:
    morning(NOW)
    assert told(session, "reiniging", NOW).lead is not None
    morning(TOMORROW)
    late = told(session, "reiniging", TOMORROW)
    assert late.ask is not None, "the term has passed since: that is news"
    assert late.subject.endswith(": nog open")
    monday = NOW + timedelta(days=4)
    morning(monday)
    after = told(session, "reiniging", monday)
    assert after.lead is None
    assert after.subject == "Rustig: geen berichten"
    assert after.still_open == "Nog open: 1 ticket van eerder, waarvan 1 over de termijn."


def test_a_story_that_goes_on_is_told_with_what_came_since(session: Session, bag_story: list[int], says: Says) -> None:
    morning(NOW)
    for number, voice in enumerate((*VOICES, *VOICES)):
        says(voice, at=TOMORROW - timedelta(hours=1 + number * 0.5))
    morning(TOMORROW)
    lead = told(session, "reiniging", TOMORROW).lead
    assert lead is not None
    assert lead.figures.startswith("16 berichten van 16 mensen")


def test_a_weekend_is_not_forgotten(session: Session, says: Says) -> None:
    says("lantaarn uit", "openbare-verlichting/lamp-kapot", "bloemenwijk")
    friday, saturday, monday = (NOW + timedelta(days=days) for days in (1, 2, 4))
    morning(friday)
    for number, voice in enumerate(VOICES):
        says(voice, at=saturday + timedelta(hours=number / 2))
    run(saturday)
    build_due(saturday)
    session.rollback()
    days = set(session.scalars(select(Digest.day).where(Digest.audience == "reiniging")))
    assert days == {friday.date()}, "nobody reads on Saturday"
    morning(monday)
    content = told(session, "reiniging", monday)
    assert content.lead is not None
    assert content.lead.figures.startswith("8 berichten van 8 mensen")
    assert content.opening == "8 berichten sinds vrijdag 08:45, waarvan dit opvalt."


def test_what_was_settled_is_told_once_and_its_effect_when_it_can_be_seen(session: Session, bag_story: list[int], says: Says) -> None:
    morning(NOW)
    with transaction() as other:
        ticket = other.scalars(select(Ticket)).one()
        tickets.settle(other, ticket.id, ticket.version, "Ans", NOW + timedelta(hours=1), "Twee keer extra geleegd.")
    morning(TOMORROW)
    (first,) = told(session, "reiniging", TOMORROW).settled
    assert first.outcome == "Twee keer extra geleegd."
    second = told_after_days(session, 2)
    assert "per dag" in second.settled[0].effect
    assert told_after_days(session, 3).settled == ()


def told_after_days(session: Session, days: int) -> DigestContent:
    later = NOW + timedelta(days=days + 2 if days > 1 else days)
    morning(later)
    return told(session, "reiniging", later)


def test_a_run_twice_and_a_clock_put_back_build_nothing_again(session: Session, bag_story: list[int]) -> None:
    morning(NOW)
    assert build_due(NOW + timedelta(minutes=15)) == 0
    assert build_due(NOW - timedelta(days=4), everyone=True) == 0
    keys = list(session.scalars(select(Delivery.key)))
    assert len(keys) == len(set(keys)) == session.query(Digest).count()


def test_a_department_without_address_is_told_to_the_newsroom(session: Session, says: Says) -> None:
    with transaction() as other:
        other.get_one(Department, "groen").email = None
    says()
    morning(NOW)
    line = "Groen en Ecologie heeft geen e-mailadres: het dagbericht staat alleen op de pagina Post."
    assert line in told(session, "newsroom", NOW).not_heard
    assert session.scalar(select(Digest.id).where(Digest.audience == "groen", Digest.kind == DigestKind.DAILY)) is not None


def test_a_digest_that_was_built_but_not_sent_before_a_crash_goes_with_the_next_run(session: Session, bag_story: list[int]) -> None:
    morning(NOW)
    with transaction() as other:
        other.query(Delivery).delete()
    build_due(NOW + timedelta(minutes=15))
    assert session.query(Delivery).count() == session.query(Digest).count()
