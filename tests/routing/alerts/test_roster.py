"""Who has duty when: weeks that come again, swaps, the clock's change, holes and doubles."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError
from models.settings import ROOT
from routing.alerts.cover import doubles, gaps
from routing.alerts.roster import Roster, on_duty, parse_roster, roster_on_hand, shifts
from tests.conftest import NOW

ZONE = ZoneInfo("Europe/Amsterdam")
PEOPLE = "people:\n  - {id: ans, name: Ans, mail: ans@rivierstad.example}\n  - {id: bo, name: Bo, channel: pieper}\n"
NIGHTS = "  - {who: ans, start: 2026-11-02 17:00, end: 2026-11-03 09:00, days: [maandag, dinsdag, woensdag, donderdag]}\n"


def roster(duties: str, head: str = "") -> Roster:
    return parse_roster(f"{head}{PEOPLE}duties:\n{duties}", "roster.yaml")


def local(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def who(asked: Roster, moment: datetime) -> str | None:
    person = on_duty(asked, moment, ZONE)
    return person.name if person is not None else None


def test_a_night_shift_comes_again_on_its_days() -> None:
    nights = roster(NIGHTS)
    assert who(nights, local(19, 23)) == "Ans"
    assert who(nights, local(20, 8)) == "Ans", "the shift that began on Thursday"
    assert who(nights, local(20, 9)) is None
    assert who(nights, local(20, 23)) is None, "Friday is not one of the days"
    assert who(nights, local(2, 16)) is None, "before the first"


def test_a_single_duty_takes_the_place_of_one_that_comes_again() -> None:
    swapped = roster(NIGHTS + "  - {who: bo, start: 2026-11-19 17:00, end: 2026-11-20 09:00}\n")
    assert who(swapped, local(19, 23)) == "Bo"
    assert who(swapped, local(18, 23)) == "Ans"
    assert list(doubles(swapped, local(16, 9), ZONE, timedelta(days=5))) == []


def test_a_week_on_and_a_week_off() -> None:
    weeks = roster(
        "  - {who: ans, start: 2026-11-02 09:00, end: 2026-11-09 09:00, days: [maandag], every_weeks: 2}\n"
        "  - {who: bo, start: 2026-11-09 09:00, end: 2026-11-16 09:00, days: [maandag], every_weeks: 2}\n",
        "cover: always\n",
    )
    assert [who(weeks, local(day, 12)) for day in (3, 10, 17, 24)] == ["Ans", "Bo", "Ans", "Bo"]
    assert gaps(weeks, local(3, 12), ZONE) == []


def test_the_clock_s_change_moves_no_shift() -> None:
    nights = roster("  - {who: ans, start: 2026-03-02 22:00, end: 2026-03-03 06:00, days: [zaterdag, zondag]}\n")
    assert who(nights, local(29, 5, month=3)) == "Ans"
    assert who(nights, local(29, 6, month=3)) is None
    assert who(nights, local(25, 5, month=10)) == "Ans"


def test_hours_without_anybody_are_named_holidays_included() -> None:
    nights = roster(NIGHTS)
    found = gaps(nights, local(19, 12), ZONE, timedelta(days=5))
    assert [(gap.start, gap.end) for gap in found] == [(local(20, 17), local(23, 9))]
    christmas = gaps(nights, local(24, 12, month=12), ZONE, timedelta(days=1.5))
    assert (christmas[0].start, christmas[0].end) == (local(25, 9, month=12), local(26, 0, month=12)), "the town hall is closed"


def test_two_people_at_once_are_told_once() -> None:
    both = roster(NIGHTS + NIGHTS.replace("ans", "bo"))
    assert len(list(doubles(both, local(16, 12), ZONE))) == 1


@pytest.mark.parametrize(
    ("duties", "told"),
    [
        ("  - {who: cas, start: 2026-11-02 17:00, end: 2026-11-03 09:00}\n", "cas staat niet onder people"),
        ("  - {who: ans, start: 2026-11-02 17:00, end: 2026-11-02 09:00}\n", "regel 5"),
        ("  - {who: ans, start: 2026-11-02 17:00, end: 2026-11-03 09:00, days: [monday]}\n", "regel 5"),
    ],
)
def test_a_mistake_is_refused_with_its_place(duties: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        roster(duties)


def test_a_roster_that_does_not_parse_leaves_the_last_good_one_in_force(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "roster.yaml"
    assert roster_on_hand(session, tmp_path, NOW).roster is None
    file.write_text(f"{PEOPLE}duties:\n{NIGHTS}")
    good = roster_on_hand(session, tmp_path, NOW)
    assert (good.roster is not None, good.problem) == (True, None)
    file.write_text(file.read_text().replace("mail: ans@rivierstad.example", "mail: nergens"))
    spoilt = roster_on_hand(session, tmp_path, NOW)
    assert spoilt.roster == good.roster
    assert spoilt.problem is not None
    assert "regel 2" in spoilt.problem


def test_the_example_town_has_somebody_at_every_hour() -> None:
    example = parse_roster((ROOT / "config" / "rivierstad" / "roster.yaml").read_text(encoding="utf-8"), "roster.yaml")
    assert gaps(example, NOW, ZONE) == []
    assert list(doubles(example, NOW, ZONE)) == []


@given(st.datetimes(datetime(2026, 11, 2), datetime(2027, 6, 1)))  # noqa: DTZ001 - hypothesis wants them so
def test_who_has_duty_is_on_a_shift_that_holds_the_moment(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    nights = roster(NIGHTS)
    person = on_duty(nights, moment, ZONE)
    holding = [shift for shift in shifts(nights, moment, moment + timedelta(seconds=1), ZONE) if shift.start <= moment < shift.end]
    assert (person is not None) == bool(holding)
