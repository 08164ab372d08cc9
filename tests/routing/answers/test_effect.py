"""Whether it helped: two rates compared, and nothing said where nothing can be."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Burst, Signal
from routing.answers.effect import Change, Verdict, compare, effect, effects
from tests.conftest import NOW
from tests.routing.conftest import LAMP, VOICES, Says, run

DAY = timedelta(days=1)


def test_far_fewer_is_said_with_its_bounds() -> None:
    told = compare(82, 2.0, 9, 3.0)
    assert told.verdict is Verdict.LESS
    assert told.figures == "41 → 3 per dag"
    assert 0 < told.low < 3 / 41 < told.high < 0.2
    assert told.sentence == "41 → 3 per dag. Duidelijk minder: 85% tot 97% eraf."


def test_far_more_is_said_too_also_where_there_was_nothing_before() -> None:
    assert compare(4, 2.0, 30, 2.0).sentence == "2 → 15 per dag. Duidelijk meer."
    assert compare(0, 1.0, 12, 1.0).verdict is Verdict.MORE


def test_a_difference_that_chance_could_make_is_called_so() -> None:
    assert compare(9, 1.0, 5, 1.0).sentence == "9 → 5 per dag. Het verschil kan toeval zijn."


def test_little_says_nothing_and_the_same_day_is_too_early() -> None:
    assert compare(4, 1.0, 3, 1.0).sentence == "Te weinig berichten om te zeggen of het hielp."
    assert compare(40, 1.0, 0, 0.0).sentence == "Het is nog te vroeg om te zeggen of het hielp."
    assert compare(4, 1.0, 3, 1.0).figures == ""


@given(st.integers(0, 500), st.floats(0.5, 10), st.integers(0, 500), st.floats(0.5, 20))
def test_the_bounds_hold_the_ratio_and_swapping_sides_swaps_the_verdict(before: int, days: float, after: int, since: float) -> None:
    told, turned = compare(before, days, after, since), compare(after, since, before, days)
    swapped = {Verdict.LESS: Verdict.MORE, Verdict.MORE: Verdict.LESS}
    assert turned.verdict is swapped.get(told.verdict, told.verdict)
    if before and told.verdict not in (Verdict.TOO_FEW, Verdict.TOO_EARLY):
        assert told.low <= told.after / told.before * (1 + 1e-9)
        assert told.after / told.before <= told.high * (1 + 1e-9)


def test_where_nothing_changed_it_is_rarely_said_that_it_did() -> None:
    counts = poisson.rvs(20, size=(400, 2), random_state=7)
    wrong = sum(compare(int(before), 1.0, int(after), 1.0).verdict is not Verdict.UNSURE for before, after in counts)
    assert wrong / len(counts) <= 0.05


@pytest.fixture
def calm_town(says: Says) -> None:
    """Four weeks in which every day brings as much."""
    for day in range(28):
        for number in range(4):
            says(f"Lantaarn {number} van dag {day} brandt niet", LAMP, "spoorzicht", at=NOW - day * DAY - timedelta(hours=number + 1))


def settle_after(says: Says, settled: datetime, since: int) -> None:
    """Two days of twelve people a day, and `since` a day for two days after."""
    for day in (1, 2):
        for number in range(12):
            says(f"{VOICES[number % 8]} ({day}, {number})", at=settled - day * DAY + timedelta(hours=1 + number))
    for day in (0, 1):
        for number in range(since):
            says(f"{VOICES[number % 8]} (later {day}, {number})", at=settled + day * DAY + timedelta(hours=1 + number))


def test_what_was_done_is_followed_in_the_same_places_also_in_a_new_signal(session: Session, says: Says, calm_town: None) -> None:
    settled = NOW - 2 * DAY - timedelta(minutes=5)
    settle_after(says, settled, 2)
    run()
    signal = session.scalars(select(Signal).where(Signal.sub == "afval/bijplaatsing")).one()
    told = effect(session, Change(signal.id, settled), NOW)
    assert (told.verdict, told.days) == (Verdict.LESS, 2)
    assert told.before == pytest.approx(12, abs=2.5)
    assert told.after == pytest.approx(2, abs=0.5)


def test_a_stray_message_days_earlier_does_not_make_what_rose_look_smaller(session: Session, says: Says, calm_town: None) -> None:
    settled = NOW - 2 * DAY - timedelta(minutes=5)
    says(f"{VOICES[0]} (vorige week)", at=settled - 6 * DAY)
    settle_after(says, settled, 2)
    run()
    signal = session.scalars(select(Signal).where(Signal.sub == "afval/bijplaatsing")).one()
    assert signal.first_at < settled - 5 * DAY
    assert effect(session, Change(signal.id, settled), NOW).before == pytest.approx(4, abs=1)
    rose = settled - DAY
    session.add(Burst(signal_id=signal.id, day=rose.date(), detected_at=rose, observed=20, expected=1, p_value=1e-9, hours=24))
    session.commit()
    assert effect(session, Change(signal.id, settled), NOW).before == pytest.approx(12, abs=2.5)


def test_one_person_who_writes_all_day_is_one_voice(session: Session, says: Says, calm_town: None) -> None:
    settled = NOW - 2 * DAY - timedelta(minutes=5)
    settle_after(says, settled, 0)
    for number in range(12):
        says(f"{VOICES[number % 8]} nog eens {number}", at=settled + timedelta(hours=2, minutes=number), author="f" * 32)
    run()
    signal = session.scalars(select(Signal).where(Signal.sub == "afval/bijplaatsing")).one()
    assert effect(session, Change(signal.id, settled), NOW).after <= 0.6


def test_nothing_done_asks_nothing(session: Session, says: Says) -> None:
    assert effects(session, [], NOW) == []
