"""The roster's file and the changes made in the application, put together: each moment has one answer."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import RosterChange
from models.settings import settings
from routing.alerts.roster import Roster, on_duty, parse_roster
from routing.alerts.timetable import timetable, who_has_duty
from tests.conftest import NOW

PEOPLE = "people:\n  - {id: a, name: Anna, mail: a@stad.example}\n  - {id: b, name: Bert, mail: b@stad.example}\n"
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
"""Nine o'clock in Rivierstad."""


def written(duties: str = "  - {who: a, start: 2026-11-16 09:00, end: 2026-11-20 09:00}\n", cover: str = "always") -> Roster:
    return parse_roster(f"cover: {cover}\n{PEOPLE}duties:\n{duties}", "roster.yaml")


def changed(session: Session, person: str, start: datetime, hours: float, **more: object) -> RosterChange:
    change = RosterChange(
        person=person, starts_at=start, ends_at=start + timedelta(hours=hours), written_by="redactie", written_at=NOW, **more
    )
    session.add(change)
    session.flush()
    return change


def told(session: Session, roster: Roster, days: int = 4) -> list[tuple[str, float, bool]]:
    found = timetable(session, roster, MONDAY, MONDAY + timedelta(days=days), settings().zone)
    return [(one.person.id if one.person else "", (one.end - one.start) / timedelta(hours=1), one.hole) for one in found]


def test_a_change_comes_before_the_file_for_as_long_as_it_lasts(session: Session) -> None:
    changed(session, "b", MONDAY + timedelta(hours=24), 12)
    assert told(session, written()) == [("a", 24, False), ("b", 12, False), ("a", 60, False)]


def test_of_two_changes_the_newest_holds(session: Session) -> None:
    changed(session, "b", MONDAY, 24)
    changed(session, "a", MONDAY + timedelta(hours=6), 6)
    assert told(session, written(), days=1) == [("b", 6, False), ("a", 6, False), ("b", 12, False)]


def test_what_is_withdrawn_or_of_somebody_who_left_holds_no_more(session: Session) -> None:
    changed(session, "b", MONDAY, 24, withdrawn_by="redactie", withdrawn_at=NOW)
    changed(session, "weg", MONDAY, 24)
    assert told(session, written()) == [("a", 96, False)]


def test_a_hole_is_a_hole_unless_the_town_hall_is_open(session: Session) -> None:
    nobody = "  - {who: a, start: 2026-11-01 09:00, end: 2026-11-02 09:00}\n"
    assert told(session, written(nobody), days=1) == [("", 24, True)]
    assert told(session, written(nobody, "outside_working_hours"), days=1) == [("", 8, False), ("", 16, True)]


def test_without_changes_it_says_what_the_file_says(session: Session) -> None:
    roster = written(
        "  - {who: a, start: 2026-11-02 09:00, end: 2026-11-09 09:00, days: [maandag], every_weeks: 2}\n"
        "  - {who: b, start: 2026-11-18 09:00, end: 2026-11-18 17:00}\n"
    )
    for hours in range(0, 24 * 21, 5):
        moment = MONDAY + timedelta(hours=hours)
        assert who_has_duty(session, roster, moment, settings().zone) == on_duty(roster, moment, settings().zone)


@tried(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-24, 96), st.integers(1, 60)), max_size=5))
def test_every_moment_has_one_answer_and_the_newest_change_gives_it(session: Session, changes: list[tuple[str, int, int]]) -> None:
    session.execute(delete(RosterChange))
    for person, start, hours in changes:
        changed(session, person, MONDAY + timedelta(hours=start), hours)
    found = timetable(session, written(), MONDAY, MONDAY + timedelta(days=4), settings().zone)
    assert (found[0].start, found[-1].end) == (MONDAY, MONDAY + timedelta(days=4))
    assert all(one.end == other.start for one, other in pairwise(found))
    for hour in range(96):
        newest = next((person for person, start, hours in reversed(changes) if start <= hour < start + hours), "a")
        here = next(one for one in found if one.start <= MONDAY + timedelta(hours=hour) < one.end)
        assert here.person is not None
        assert here.person.id == newest
