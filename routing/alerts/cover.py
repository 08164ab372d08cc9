"""Whether a roster has somebody for every hour it should, and nobody twice."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from routing.alerts.roster import Roster, Shift, shifts
from routing.rules.checks.holes import Gap
from routing.tickets.working_hours import openings

AHEAD = timedelta(weeks=8)


def gaps(roster: Roster, now: datetime, zone: ZoneInfo, ahead: timedelta = AHEAD) -> list[Gap]:
    """Spans from now on in which nobody has duty and somebody should, local."""
    end = now + ahead
    taken = [(shift.start, shift.end) for shift in shifts(roster, now, end, zone)]
    if roster.cover == "outside_working_hours":
        taken += openings(now, end, zone)
    found, free = list[Gap](), now
    for begin, until in sorted(taken, key=lambda span: span[0].timestamp()):
        if begin > free:
            found.append(Gap(free.astimezone(zone), begin.astimezone(zone)))
        free = max(free, until)
    if free < end and roster.duties:
        found.append(Gap(free.astimezone(zone), end.astimezone(zone)))
    return found


def doubles(roster: Roster, now: datetime, zone: ZoneInfo, ahead: timedelta = AHEAD) -> Iterator[str]:
    """Shifts of two people at one time, in Dutch, once for each two people; a single duty in place of one that comes again is meant."""
    found = shifts(roster, now, now + ahead, zone)
    told: set[frozenset[str]] = set()
    for index, one in enumerate(found):
        for other in found[index + 1 :]:
            if other.start >= one.end:
                break
            pair = frozenset((one.person.id, other.person.id))
            if one.once == other.once and len(pair) == 2 and pair not in told:
                told.add(pair)
                yield _double(one, other, zone)


def _double(one: Shift, other: Shift, zone: ZoneInfo) -> str:
    moment = other.start.astimezone(zone)
    both = f"{one.person.name} en {other.person.name} hebben allebei dienst op {moment:%d-%m vanaf %H:%M}"
    return f"{both}: meldingen gaan dan naar de eerste."
