"""What is a burst in this town: by the real tables."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import Burst, Signal
from models.settings import settings
from models.words import BurstKind
from routing.bursts.lasting import slow_burns
from routing.bursts.lately import Lately
from routing.bursts.rhythm import EVEN
from routing.bursts.stretches import Said
from routing.bursts.yardstick import Yardstick, usual_in_town, yardstick
from tests.conftest import NOW
from tests.routing.conftest import BAGS, LAMP, Says, run

TREES = "groen/bomen"
AREAS = ("havenkwartier", "bloemenwijk", "spoorzicht")
Ordinary = Callable[[], None]


@pytest.fixture
def ordinary(says: Says) -> Ordinary:
    """Eleven weeks of a town that speaks of lamps and trees, here and there."""

    def write() -> None:
        for day in range(1, 78, 2):
            says(f"mast {day} is kapot sinds {day % 7} dagen", LAMP, AREAS[day % 3], hours_ago=day * 24 + 1)
            if day % 5 == 0:
                says("tak op de stoep", TREES, AREAS[day % 3], hours_ago=day * 24 + 2)

    return write


def measure(session: Session) -> Yardstick:
    return yardstick(session, NOW, NOW, settings().zone)


def voices(count: int, hours: float) -> list[Said]:
    """So many people, evenly over the last hours."""
    return [Said(-n, NOW - timedelta(hours=hours * (count - n) / count), f"voice {n}") for n in range(count)]


def test_five_people_within_two_hours_are_a_burst_before_the_day_is_over(session: Session, ordinary: Ordinary) -> None:
    ordinary()
    run()
    today = NOW.date()
    rise = measure(session).judge_last_day(TREES, ["bloemenwijk"], today, NOW, voices(6, 1.5))
    assert rise.burst
    assert rise.observed == 6
    assert rise.expected < 1
    assert not measure(session).judge_last_day(TREES, ["bloemenwijk"], today, NOW, voices(4, 1.5)).burst


def test_more_voices_are_never_less_of_a_burst(session: Session, ordinary: Ordinary) -> None:
    ordinary()
    run()
    found = [measure(session).judge_last_day(LAMP, ["bloemenwijk"], NOW.date(), NOW, voices(n, 5)).burst for n in range(1, 14)]
    assert found == sorted(found)
    assert found[-1]


def test_what_rises_everywhere_is_less_of_a_burst_of_a_place_and_one_of_the_town_told_of_the_largest_signal(
    session: Session, ordinary: Ordinary, says: Says
) -> None:
    ordinary()
    for number in range(20):
        says(f"lantaarn omgewaaid, nummer {number}", LAMP, "bloemenwijk", hours_ago=1 + number / 5)
    run()
    today, town = NOW.date(), measure(session)
    mine = [Said(-n, NOW - timedelta(hours=1 + n / 5), f"voice {n}") for n in range(6)]
    calm = replace(town, lately=Lately(town.lately.since, {}))
    here, without = (one.judge_last_day(LAMP, ["havenkwartier"], today, NOW, mine) for one in (town, calm))
    assert here.wave > 10 > without.wave
    assert here.p_value > 100 * without.p_value
    assert town.judge_last_day(BAGS, ["havenkwartier"], today, NOW, mine).burst
    assert town.judge_town(LAMP, NOW, mine) is None, "another signal tells more"
    more = [Said(-n, NOW - timedelta(hours=1 + n / 5), f"voice {n}") for n in range(21)]
    told = town.judge_town(LAMP, NOW, more)
    assert told is not None
    assert (told.burst, told.everywhere, told.observed) == (True, True, 41)


def test_what_rises_in_one_place_is_a_burst_of_that_place(session: Session, ordinary: Ordinary, says: Says) -> None:
    ordinary()
    for number in range(9):
        says(f"lantaarn omgewaaid, nummer {number}", LAMP, "bloemenwijk", hours_ago=1 + number / 5)
    run()
    burst = session.scalars(select(Burst)).one()
    assert (burst.everywhere, burst.observed, burst.kind) == (False, 9, BurstKind.RISE)


def test_a_new_topic_is_a_burst_from_five_voices_also_where_there_is_little_history(session: Session, says: Says) -> None:
    for back in range(1, 8):
        says("lantaarn kapot", LAMP, "bloemenwijk", hours_ago=back * 24)
    run()
    today = NOW.date()
    assert measure(session).judge_last_day(BAGS, ["havenkwartier"], today, NOW, voices(5, 6)).kind is BurstKind.NEW
    assert measure(session).judge_last_day(BAGS, ["havenkwartier"], today, NOW, voices(5, 6)).burst
    assert not measure(session).judge_last_day(BAGS, ["havenkwartier"], today, NOW, voices(4, 6)).burst


def test_looking_often_finds_what_looking_once_finds(session: Session, ordinary: Ordinary, says: Says) -> None:
    ordinary()
    for number in range(9):
        says(f"boom omgewaaid, nummer {number}", TREES, "bloemenwijk", at=NOW + timedelta(minutes=10 * number))
    for look in range(10):
        run(NOW + timedelta(minutes=10 * look))
    often = session.execute(select(Burst.observed, Burst.day)).all()
    session.execute(delete(Burst))
    session.commit()
    run(NOW + timedelta(minutes=90))
    assert session.execute(select(Burst.observed, Burst.day)).all() == often
    assert len(often) == 1


def test_a_town_without_messages_has_no_yardstick_and_no_burst(session: Session, says: Says) -> None:
    empty = measure(session)
    assert empty.rhythm is EVEN
    assert empty.usually(BAGS, ["havenkwartier"], NOW.date(), NOW) == 0
    assert usual_in_town(session, NOW, settings().zone) == 0


def test_a_handful_a_week_from_different_people_is_a_slow_burn_and_told_once(session: Session, ordinary: Ordinary, says: Says) -> None:
    ordinary()
    for number in range(16):
        says(f"alweer zakken, keer {number}", BAGS, "bloemenwijk", hours_ago=3 + number * 60)
    run()
    newest = session.scalars(select(Signal).where(Signal.lasting)).one()
    assert newest.last_at == NOW - timedelta(hours=3)
    burst = session.scalars(select(Burst).where(Burst.kind == BurstKind.SLOW)).one()
    assert (burst.signal_id, burst.observed, burst.hours) == (newest.id, 16, 6 * 7 * 24)
    run(NOW + timedelta(days=1))
    assert session.scalar(select(func.count()).select_from(Burst).where(Burst.kind == BurstKind.SLOW)) == 1


def test_one_person_who_keeps_writing_is_no_slow_burn(session: Session, ordinary: Ordinary, says: Says) -> None:
    ordinary()
    for number in range(16):
        says(f"alweer zakken, keer {number}", BAGS, "bloemenwijk", hours_ago=3 + number * 60, author="f" * 32)
    run()
    assert slow_burns(session, [BAGS], NOW) == {}


def test_what_the_season_brings_everywhere_is_no_slow_burn(session: Session, ordinary: Ordinary, says: Says) -> None:
    ordinary()
    for number in range(16):
        for area in AREAS:
            says(f"blad op de stoep in {area}, keer {number}", TREES, area, hours_ago=3 + number * 60)
    run()
    assert slow_burns(session, [TREES], NOW) == {}
