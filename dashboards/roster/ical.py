"""The duties as iCalendar (RFC 5545), for the calendars of those who have them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256

from icalendar import Calendar, Event

from routing.alerts.timetable import Stretch

PRODUCT = "-//Luisterpost//Dienstrooster//NL"


def write(stretches: Iterable[Stretch], now: datetime) -> bytes:
    """Duties, and the holes between them, each with a name of its own that stays the same as long as it does."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Dienstrooster")
    for stretch in stretches:
        if stretch.person is not None or stretch.hole:
            calendar.add_component(_event(stretch, now))
    written: bytes = calendar.to_ical()
    return written


def _event(stretch: Stretch, now: datetime) -> Event:
    event = Event()
    who = stretch.person.id if stretch.person is not None else ""
    start, end = stretch.start.astimezone(UTC), stretch.end.astimezone(UTC)
    event.add("uid", f"{sha256(f'{who} {start} {end}'.encode()).hexdigest()[:32]}@luisterpost")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", f"Dienst: {stretch.person.name}" if stretch.person is not None else "Niemand heeft dienst")
    return event
