"""What is decided is written down once, with what came of it; two people at once see each other."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Choice, Signal
from models.choice import choices_about, open_choices, outcomes_like
from models.database import transaction
from models.words import ChoiceForm
from routing.errors import ChoiceError, StaleChoice, UnknownChoice
from routing.proposals.choices import Wish, choose, tell_outcome, withdraw
from routing.proposals.earlier import last_time
from tests.conftest import NOW
from tests.routing.conftest import BAGS, Says, run

VISIT = Wish(ChoiceForm.VISIT, "reiniging", "Samira")


@pytest.fixture
def signal(session: Session, says: Says) -> Signal:
    for number in range(6):
        says(f"weer zakken naast de container nummer {number}", hours_ago=number + 1)
    run()
    return session.scalars(select(Signal)).one()


def test_a_choice_keeps_who_takes_it(session: Session, signal: Signal) -> None:
    made = choose(session, signal.id, 0, Wish(ChoiceForm.SURVEY, "reiniging", "  Samira\nde Wit ", NOW.date()), "redactie", NOW)
    assert (made.form, made.person, made.due, made.stand_up_id) == (ChoiceForm.SURVEY, "Samira de Wit", NOW.date(), None)
    assert choices_about(session, [signal.id]) == {signal.id: [made]}
    assert [choice for choice, _ in open_choices(session, "reiniging")] == [made]
    assert open_choices(session, "groen") == []


def test_who_did_not_see_the_last_choice_is_shown_it(session: Session, signal: Signal) -> None:
    first = choose(session, signal.id, 0, VISIT, "redactie", NOW)
    with pytest.raises(StaleChoice, match="Iemand anders") as stale:
        choose(session, signal.id, 0, Wish(ChoiceForm.BRIEF), "webcare", NOW)
    assert stale.value.newer == (first,)
    second = choose(session, signal.id, first.id, Wish(ChoiceForm.BRIEF), "webcare", NOW)
    assert choices_about(session, [signal.id])[signal.id] == [second, first]


def test_of_two_who_decide_at_once_one_is_told(session: Session, signal: Signal) -> None:
    begin, told = Barrier(2), []

    def decide(name: str) -> None:
        begin.wait()
        try:
            with transaction() as own:
                choose(own, signal.id, 0, VISIT, name, NOW)
        except StaleChoice:
            told.append(name)

    both = [Thread(target=decide, args=(name,)) for name in ("Ans", "Bo")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(told) == 1
    assert len(session.scalars(select(Choice)).all()) == 1


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (Wish(ChoiceForm.VISIT, "niemand"), "'niemand' bestaat niet"),
        (Wish(ChoiceForm.VISIT, due=NOW.date() - timedelta(days=1)), "is al voorbij"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_words(session: Session, signal: Signal, wish: Wish, why: str) -> None:
    with pytest.raises(ChoiceError, match=why):
        choose(session, signal.id, 0, wish, "redactie", NOW)


def test_there_is_no_choice_about_nothing(session: Session, signal: Signal) -> None:
    with pytest.raises(UnknownChoice, match="Signaal 99"):
        choose(session, 99, 0, VISIT, "redactie", NOW)
    with pytest.raises(UnknownChoice, match="Besluit 99"):
        withdraw(session, 99, 1, "redactie", NOW)


def test_what_came_of_it_is_kept_and_can_be_said_better(session: Session, signal: Signal) -> None:
    made = choose(session, signal.id, 0, VISIT, "redactie", NOW)
    with pytest.raises(ChoiceError, match="in één zin"):
        tell_outcome(session, made.id, 1, "  ", "redactie", NOW)
    tell_outcome(session, made.id, 1, "Bewonersavond gehouden.", "redactie", NOW)
    assert open_choices(session) == []
    with pytest.raises(StaleChoice):
        tell_outcome(session, made.id, 1, "Avond gehouden.", "webcare", NOW)
    tell_outcome(session, made.id, 2, "Avond gehouden.", "webcare", NOW + timedelta(days=1))
    assert (made.outcome, made.outcome_at, made.outcome_by) == ("Avond gehouden.", NOW, "webcare")
    with pytest.raises(ChoiceError, match="intrekken kan niet meer"):
        withdraw(session, made.id, 3, "redactie", NOW)


def test_a_mistake_is_withdrawn_and_leaves_the_pages(session: Session, signal: Signal) -> None:
    made = choose(session, signal.id, 0, VISIT, "redactie", NOW)
    withdraw(session, made.id, 1, "redactie", NOW)
    assert choices_about(session, [signal.id]) == {}
    assert open_choices(session) == []
    choose(session, signal.id, made.id, VISIT, "redactie", NOW)


def test_a_choice_goes_along_when_its_signal_goes_into_another(session: Session, signal: Signal, says: Says) -> None:
    made = choose(session, signal.id, 0, VISIT, "redactie", NOW)
    session.commit()
    says("Lantaarn uit", "openbare-verlichting/lamp-kapot", "bloemenwijk")
    run()
    other = session.scalars(select(Signal).where(Signal.id != signal.id)).one()
    signal.merged_into = other.id
    session.flush()
    assert choices_about(session, [other.id]) == {other.id: [made]}


def test_the_last_time_is_told_with_what_changed_since(session: Session, says: Says) -> None:
    began = 40 * 24.0
    for day in range(3):
        for number in range(8):
            says(f"zakken naast de container, dag {day} nummer {number}", hours_ago=began - day * 24 - number)
    run()
    earlier = session.scalars(select(Signal).where(Signal.sub == BAGS)).one()
    made = choose(session, earlier.id, 0, VISIT, "redactie", NOW - timedelta(days=38))
    tell_outcome(session, made.id, 1, "Bewonersavond gehouden.", "redactie", NOW - timedelta(days=37))
    session.commit()
    for number in range(6):
        says(f"alweer zakken naast de container nummer {number}", hours_ago=number + 1)
    run()
    now = session.scalars(select(Signal).where(Signal.sub == BAGS, Signal.id != earlier.id)).one()
    told = last_time(session, [now], NOW)[now.id]
    assert told.signal_id == earlier.id
    assert told.sentence.startswith("Vorige keer (13 oktober): bewonersavond gehouden. Daarna ")
    assert told.sentence.endswith(" → 0 per dag.")
    assert len(outcomes_like(session, [BAGS])) == 1
    assert last_time(session, [], NOW) == {}
