"""A stand-up is kept as it was, and the next tells what became of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models import HeldStandUp, Signal, Ticket
from models.database import transaction
from models.stand_up import stand_up_after, stand_up_before, stand_up_days, stand_up_of
from models.words import ChoiceForm, SignalStatus
from routing.errors import ChoiceError
from routing.proposals.choices import Wish, choose, tell_outcome
from routing.stand_up.kept import content_of, keep, keep_due, name_present
from routing.stand_up.told import stand_up
from routing.tickets import changes as tickets
from tests.conftest import NOW
from tests.routing.conftest import LAMP, Says, run

DAY = timedelta(days=1)


def test_it_can_be_read_back_as_it_was_told(session: Session, bag_story: list[int]) -> None:
    run()
    told = stand_up(session, NOW)
    held = keep(session, NOW)
    session.commit()
    session.expire_all()
    assert content_of(session.get_one(HeldStandUp, held.id)) == told


def test_it_stays_as_it_was_when_the_day_goes_on(session: Session, bag_story: list[int], says: Says) -> None:
    run()
    first = keep(session, NOW).content
    session.commit()
    says(hours_ago=-1)
    run(NOW + timedelta(hours=2))
    assert keep(session, NOW + timedelta(hours=2)).content == first
    assert session.scalar(select(func.count()).select_from(HeldStandUp)) == 1


def test_a_decision_about_what_came_later_tells_it_anew(session: Session, bag_story: list[int], says: Says) -> None:
    held = keep(session, NOW - timedelta(days=20))
    assert held.content["items"] == []
    run()
    held = keep(session, NOW)
    told = held.told_at
    assert keep(session, NOW + timedelta(minutes=5), held.content["items"][0]["signal_id"]).told_at == told
    assert keep(session, NOW + timedelta(minutes=5), 999).told_at == NOW + timedelta(minutes=5)


def test_at_its_hour_it_is_kept_once(session: Session, bag_story: list[int]) -> None:
    run()
    assert not keep_due(NOW - timedelta(minutes=1))
    assert keep_due(NOW)
    assert not keep_due(NOW + timedelta(minutes=15))
    assert stand_up_days(session, 5) == [NOW.date()]


def test_it_is_not_kept_while_messages_wait_to_be_routed(session: Session, says: Says) -> None:
    says()
    assert not keep_due(NOW)
    run()
    assert keep_due(NOW)


def test_the_names_are_typed_once_and_stand_with_every_decision(session: Session, bag_story: list[int]) -> None:
    run()
    with pytest.raises(ChoiceError, match="Typ de namen"):
        name_present(session, "  ", NOW)
    held = name_present(session, " Ans,\n Bo ", NOW)
    made = choose(session, bags(session), 0, Wish(ChoiceForm.VISIT), "redactie", NOW, held)
    assert (made.present, made.stand_up_id) == ("Ans, Bo", held.id)


def test_stand_ups_can_be_leafed_through(session: Session, says: Says) -> None:
    for ago in (6, 2, 0):
        keep(session, NOW - ago * DAY)
    middle = (NOW - 2 * DAY).date()
    before, after = stand_up_before(session, middle), stand_up_after(session, middle)
    assert before is not None and before.day == (NOW - 6 * DAY).date()
    assert after is not None and after.day == NOW.date()
    assert stand_up_of(session, (NOW - DAY).date()) is None


def test_a_shape_of_another_version_is_not_misread(session: Session, says: Says) -> None:
    held = keep(session, NOW)
    held.content = {"items": [], "iets": "anders"}
    assert content_of(held) is None


def bags(session: Session) -> int:
    """The signal of the bags."""
    return session.scalars(select(Ticket.signal_id).where(Ticket.department_id == "reiniging")).one()


def became(session: Session) -> dict[int, str]:
    return {one.signal_id: one.became for one in stand_up(session, NOW + DAY).followed}


def test_tomorrow_tells_what_became_of_each_also_of_what_nobody_took_on(session: Session, bag_story: list[int], says: Says) -> None:
    for number in range(6):
        says(f"Lantaarn {number} brandt niet in de straat", LAMP, "bloemenwijk", hours_ago=number)
    run()
    keep(session, NOW)
    session.commit()
    (lamps,) = session.scalars(select(Signal.id).where(Signal.sub == LAMP, Signal.status == SignalStatus.OPEN)).all()
    bag = bags(session)
    ticket = session.scalars(select(Ticket).where(Ticket.signal_id == bag)).one()
    session.commit()
    with transaction() as other:
        tickets.settle(other, ticket.id, ticket.version, "Ans", NOW + timedelta(minutes=5), "Twee keer extra geleegd.")
    run(NOW + DAY + timedelta(minutes=10))
    session.expire_all()
    told = became(session)
    assert list(told) == [item["signal_id"] for item in keep(session, NOW).content["items"]]
    assert told[bag].startswith("Afgehandeld door Reiniging en Afval: twee keer extra geleegd.")
    assert "te vroeg" in told[bag]
    assert told[lamps].endswith("Het is er nu stil.")


def test_a_decision_and_what_came_of_it_are_told_tomorrow(session: Session, bag_story: list[int]) -> None:
    run()
    held = keep(session, NOW)
    bag = bags(session)
    made = choose(session, bag, 0, Wish(ChoiceForm.COMMUNITY, "reiniging", "Samira"), "redactie", NOW, held)
    session.commit()
    assert "Besloten: kleine community, door Samira (Reiniging en Afval)." in became(session)[bag]
    assert "Ligt bij Reiniging en Afval, nog niet opgepakt." in became(session)[bag]
    tell_outcome(session, made.id, 1, "Groep van 12 begonnen.", "redactie", NOW)
    session.commit()
    assert "Uitkomst: groep van 12 begonnen." in became(session)[bag]


def test_the_first_stand_up_follows_nothing(session: Session, bag_story: list[int]) -> None:
    run()
    assert stand_up(session, NOW).followed == ()


def test_what_went_into_another_signal_is_followed_there(session: Session, bag_story: list[int], says: Says) -> None:
    run()
    keep(session, NOW)
    says("Lantaarn uit", LAMP, "bloemenwijk")
    run()
    (lamp,) = session.scalars(select(Signal).where(Signal.sub == LAMP, Signal.status == SignalStatus.OPEN)).all()
    session.execute(update(Signal).where(Signal.id == bags(session)).values(merged_into=lamp.id, status=SignalStatus.MERGED))
    session.commit()
    session.expire_all()
    assert lamp.id in became(session)
