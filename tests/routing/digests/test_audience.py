"""When a digest is due: by the clocks of the day, once, and never for a day that has been told."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.words import DigestKind
from routing.digests.audience import EVERY_DAY, Audience, due_at

ZONE = ZoneInfo("Europe/Amsterdam")
WORKING_WEEK = frozenset(range(5))
THURSDAY = date(2026, 11, 19)


def reads(at: time = time(8), kind: DigestKind = DigestKind.DAILY, days: frozenset[int] = WORKING_WEEK, minutes: int = 0) -> Audience:
    return Audience("reiniging", "Reiniging", at, None, kind, days, minutes)


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZONE).astimezone(UTC)  # type: ignore[misc,arg-type]


def test_it_is_due_from_its_hour_on_and_once_a_day() -> None:
    yesterday = THURSDAY - timedelta(days=1)
    assert due_at(reads(), local(2026, 11, 19, 7, 59), ZONE, yesterday) is None
    due = due_at(reads(), local(2026, 11, 19, 11, 0), ZONE, yesterday)
    assert due is not None
    assert (due.day, due.goes_at) == (THURSDAY, local(2026, 11, 19, 11, 0)), "built late, it goes at once"
    assert due_at(reads(), local(2026, 11, 19, 11, 15), ZONE, THURSDAY) is None


def test_a_clock_that_is_put_back_brings_no_second_digest_and_none_of_an_earlier_day() -> None:
    assert due_at(reads(), local(2026, 11, 19, 8, 0), ZONE, THURSDAY) is None
    assert due_at(reads(), local(2026, 11, 17, 9, 0), ZONE, THURSDAY) is None
    assert due_at(reads(), local(2026, 11, 17, 9, 0), ZONE, THURSDAY, everyone=True) is None


def test_no_digest_appears_on_days_that_are_not_read() -> None:
    assert due_at(reads(), local(2026, 11, 21, 9, 0), ZONE, date(2026, 11, 20)) is None, "a Saturday"
    assert due_at(reads(days=EVERY_DAY), local(2026, 11, 21, 9, 0), ZONE, date(2026, 11, 20)) is not None
    assert due_at(reads(), local(2026, 11, 23, 8, 0), ZONE, date(2026, 11, 20)) is not None


@pytest.mark.parametrize("day", [(2026, 3, 29), (2026, 10, 25)])
@pytest.mark.parametrize("at", [time(2, 30), time(7, 0), time(0, 15)])
def test_days_on_which_the_clocks_change_have_one_digest_at_its_hour(day: tuple[int, int, int], at: time) -> None:
    audience, last = reads(at, days=EVERY_DAY), date(*day) - timedelta(days=1)
    built = []
    begin = local(*day, 0, 0)
    for quarter in range(25 * 4):
        now = begin + timedelta(minutes=15 * quarter)
        due = due_at(audience, now, ZONE, last)
        if due is not None and due.day == date(*day):
            built.append(now)
            last = due.day
    (moment,) = built
    shown = moment.astimezone(ZONE)
    assert timedelta() <= datetime.combine(date(*day), shown.time()) - datetime.combine(date(*day), at) <= timedelta(hours=1)


def test_it_is_built_ahead_for_an_editor_and_goes_at_its_hour() -> None:
    yesterday = THURSDAY - timedelta(days=1)
    due = due_at(reads(minutes=30), local(2026, 11, 19, 7, 30), ZONE, yesterday)
    assert due is not None
    assert due.goes_at == local(2026, 11, 19, 8, 0)
    assert due_at(reads(minutes=30), local(2026, 11, 19, 7, 29), ZONE, yesterday) is None
    night = due_at(reads(time(0, 10), minutes=20), local(2026, 11, 18, 23, 55), ZONE, yesterday)
    assert night is not None
    assert (night.day, night.goes_at) == (THURSDAY, local(2026, 11, 19, 0, 10)), "the evening before belongs to the day on which it goes"


def test_the_first_digest_comes_as_soon_as_there_is_something() -> None:
    assert due_at(reads(), local(2026, 11, 22, 3, 0), ZONE, None, ready=False) is None
    due = due_at(reads(), local(2026, 11, 22, 3, 0), ZONE, None)
    assert due is not None
    assert due.day == date(2026, 11, 22)


def test_the_week_is_told_on_monday_or_the_day_after_and_not_later() -> None:
    weekly = reads(time(9), DigestKind.WEEKLY, frozenset({0}))
    assert due_at(weekly, local(2026, 11, 16, 8, 45), ZONE, None) is None
    due = due_at(weekly, local(2026, 11, 17, 10, 0), ZONE, date(2026, 11, 9))
    assert due is not None
    assert due.day == date(2026, 11, 16)
    assert due_at(weekly, local(2026, 11, 17, 10, 0), ZONE, date(2026, 11, 16)) is None
    assert due_at(weekly, local(2026, 11, 19, 10, 0), ZONE, date(2026, 11, 9)) is None
    assert due_at(weekly, local(2026, 11, 19, 10, 0), ZONE, date(2026, 11, 9), everyone=True) is None
