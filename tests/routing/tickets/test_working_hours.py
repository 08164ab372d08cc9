"""Terms in working hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from routing.tickets.working_hours import between, term

ZONE = ZoneInfo("Europe/Amsterdam")


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def test_a_term_passes_over_the_night() -> None:
    assert term(local(19, 15), 4, ZONE) == local(20, 11)


def test_a_term_passes_over_the_weekend() -> None:
    assert term(local(20, 16), 2, ZONE) == local(23, 10)


def test_a_term_that_begins_at_night_begins_at_nine() -> None:
    assert term(local(18, 23), 1, ZONE) == local(19, 10)


def test_a_holiday_does_not_count() -> None:
    assert term(local(24, 16, month=12), 2, ZONE) == local(28, 10, month=12)


def test_the_clock_change_does_not_shift_office_hours() -> None:
    friday = datetime(2026, 10, 23, 16, tzinfo=ZONE).astimezone(UTC)
    assert term(friday, 2, ZONE).astimezone(ZONE) == datetime(2026, 10, 26, 10, tzinfo=ZONE)


def test_what_is_left_is_counted_in_working_hours_and_negative_when_over() -> None:
    assert between(local(20, 16), local(23, 10), ZONE) == 2
    assert between(local(23, 10), local(20, 16), ZONE) == -2


@given(
    st.integers(0, 700 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)), st.integers(1, 200)
)
def test_the_hours_of_a_term_are_the_hours_until_it(start: datetime, hours: int) -> None:
    assert abs(between(start, term(start, hours, ZONE), ZONE) - hours) < 1e-6
