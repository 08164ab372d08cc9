"""Who has duty from when to when, once the roster's file and the changes made in the application are put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models.roster import RosterChange, roster_changes
from routing.alerts.roster import Person, Roster, shifts
from routing.tickets.working_hours import openings

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Stretch:
    """A span in which one person has duty, or nobody. `change` is what put this person there; `hole`: somebody should have duty."""

    start: datetime
    end: datetime
    person: Person | None
    change: RosterChange | None
    hole: bool


def timetable(session: Session, roster: Roster, since: datetime, until: datetime, zone: ZoneInfo) -> list[Stretch]:
    """The whole span, each moment once: a change before a single duty, and that before one that comes again."""
    people = {person.id: person for person in roster.people}
    changes = [change for change in roster_changes(session, since, until) if change.person in people]
    duties = sorted(shifts(roster, since, until, zone), key=lambda shift: not shift.once)
    open_hours = openings(since, until, zone) if roster.cover == "outside_working_hours" else []
    spans = [*((c.starts_at, c.ends_at) for c in changes), *((s.start, s.end) for s in duties), *open_hours]
    moments = sorted({since, until, *(moment for span in spans for moment in span if since < moment < until)})
    found = list[Stretch]()
    for start, end in pairwise(moments):
        change = next((one for one in changes if one.starts_at <= start < one.ends_at), None)
        duty = next((one.person for one in duties if one.start <= start < one.end), None)
        person = people[change.person] if change is not None else duty
        hole = person is None and not any(opens <= start < closes for opens, closes in open_hours)
        found = _joined(found, Stretch(start, end, person, change, hole))
    return found


def who_has_duty(session: Session, roster: Roster, now: datetime, zone: ZoneInfo) -> Person | None:
    """Who has duty at this moment."""
    return timetable(session, roster, now, now + INSTANT, zone)[0].person


def _joined(found: Sequence[Stretch], new: Stretch) -> list[Stretch]:
    """The stretches with one more, which goes on with the last where nothing changes."""
    if found and (found[-1].person, found[-1].change, found[-1].hole) == (new.person, new.change, new.hole):
        last = found[-1]
        return [*found[:-1], Stretch(last.start, new.end, last.person, last.change, last.hole)]
    return [*found, new]
