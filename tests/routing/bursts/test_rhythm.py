"""What weekday, hour and holidays make of a day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.bursts.rhythm import EVEN, learn_rhythm, weekday
from routing.bursts.surveillance import Floats

ZONE = ZoneInfo("Europe/Amsterdam")
DAYS = [date(2026, 9, 7) + timedelta(days=ahead) for ahead in range(56)]
MINUTES = st.integers(0, 60 * 24 * 8)


def office_hours() -> Floats:
    counts = np.zeros((56, 24))
    for row, day in enumerate(DAYS):
        counts[row, 9:17] = 10 if day.weekday() == 0 else 1 if day.weekday() >= 5 else 4
    return counts


def test_a_busy_monday_is_expected() -> None:
    rhythm = learn_rhythm(DAYS, office_hours())
    assert rhythm.factor(date(2026, 11, 9)) > 2 * rhythm.factor(date(2026, 11, 10)) > 4 * rhythm.factor(date(2026, 11, 14))


def test_a_public_holiday_is_a_sunday() -> None:
    assert weekday(date(2026, 12, 25)) == 6
    assert weekday(date(2026, 12, 24)) == 3


def test_two_hours_in_the_morning_bring_more_than_two_at_night_and_a_night_never_nothing() -> None:
    rhythm = learn_rhythm(DAYS, office_hours())
    morning = rhythm.between(datetime(2026, 11, 10, 10, tzinfo=ZONE), datetime(2026, 11, 10, 12, tzinfo=ZONE))
    night = rhythm.between(datetime(2026, 11, 10, 2, tzinfo=ZONE), datetime(2026, 11, 10, 4, tzinfo=ZONE))
    assert morning > 10 * night > 0


def test_a_town_without_history_spreads_its_messages_evenly() -> None:
    assert learn_rhythm([], np.zeros((0, 24))) is EVEN
    assert EVEN.between(datetime(2026, 11, 10, 6, tzinfo=ZONE), datetime(2026, 11, 11, 6, tzinfo=ZONE)) == pytest.approx(1.0)


@given(st.tuples(MINUTES, MINUTES, MINUTES))
def test_two_stretches_after_each_other_are_worth_their_sum(minutes: tuple[int, int, int]) -> None:
    rhythm = learn_rhythm(DAYS, office_hours())
    first, middle, last = (datetime(2026, 11, 6, tzinfo=ZONE) + timedelta(minutes=minute) for minute in sorted(minutes))
    assert rhythm.between(first, middle) + rhythm.between(middle, last) == pytest.approx(rhythm.between(first, last), abs=1e-9)
    assert rhythm.between(first, last) >= -1e-9
