"""iCalendar (RFC 5545) in and out. What comes in is anybody's file: bounded, and one odd event does not stop the others."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event

from models.calendar import CalendarEvent
from models.language import _
from models.words import Occasion

MAX_BYTES = 2_000_000
MAX_EVENTS = 2000
MAX_DAYS = 366 * 3
TITLE, NOTE, URL = 200, 2000, 500
PRODUCT = "-//Luisterpost//Agenda//NL"
DAY = timedelta(days=1)


class CalendarError(Exception):
    """A file cannot be read as a calendar; the Dutch message says what to do."""


@dataclass(frozen=True)
class Came:
    """What a file held: events to keep, and how many were left out because they repeat, have no title or day, or last too long."""

    events: tuple[CalendarEvent, ...]
    left_out: int


def read(content: bytes, zone: ZoneInfo, by: str, now: datetime) -> Came:
    """The events of an iCalendar file, as whole days in `zone`.

    Raises:
        CalendarError: it is too large, or no calendar.
    """
    if len(content) > MAX_BYTES:
        raise CalendarError(
            _("Dit bestand is groter dan %(max_bytes)s MB. Exporteer een korter tijdvak.", max_bytes=MAX_BYTES // 1_000_000)
        )
    try:
        calendars = Calendar.from_ical(content, multiple=True)
        found = [part for calendar in calendars for part in calendar.walk("VEVENT")]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise CalendarError(_("Dit is geen agenda. Kies een bestand dat eindigt op .ics, uit uw agenda geëxporteerd.")) from error
    kept: dict[str, CalendarEvent] = {}
    for component in found[:MAX_EVENTS]:
        event = _event(component, zone, by, now)
        if event is not None:
            kept[event.uid] = event
    return Came(tuple(kept.values()), len(found) - len(kept))


def write(events: Iterable[CalendarEvent], name: str) -> bytes:
    """Events as an iCalendar file, each on whole days."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for event in events:
        calendar.add_component(_component(event))
    written: bytes = calendar.to_ical()
    return written


def _event(component: Component, zone: ZoneInfo, by: str, now: datetime) -> CalendarEvent | None:
    try:
        title = " ".join(str(component.get("summary", "")).split())[:TITLE]
        days = _days(component, zone)
        url = str(component.get("url", ""))[:URL]
        note = " ".join(str(component.get("description", "")).split())[:NOTE]
        uid = str(component.get("uid", ""))
        kinds = _categories(component)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
    if not title or days is None or component.get("rrule") is not None:
        return None
    return CalendarEvent(
        uid=sha256(uid.encode("utf-8", "replace")).hexdigest() if len(uid) > TITLE else uid or f"{days[0]}-{title}",
        occasion=next((occasion for occasion in Occasion if occasion.value in kinds), Occasion.EVENT),
        title=title,
        first=days[0],
        last=days[1],
        themes=[],
        areas=[],
        url=url if url.startswith(("https://", "http://")) else None,
        note=note,
        written_by=by,
        written_at=now,
    )


def _days(component: Component, zone: ZoneInfo) -> tuple[date, date] | None:
    """First and last day; DTEND is excluded where it is a day, and where it is midnight."""
    begin = component.get("dtstart")
    if begin is None:
        return None
    first = _day(begin.dt, zone)
    end = component.get("dtend")
    last = first if end is None else _last(end.dt, zone)
    length = (max(first, last) - first).days
    return (first, max(first, last)) if length <= MAX_DAYS else None


def _day(moment: date | datetime, zone: ZoneInfo) -> date:
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(zone).date()
    return moment


def _last(moment: date | datetime, zone: ZoneInfo) -> date:
    if isinstance(moment, datetime):
        return _day(moment - timedelta(seconds=1), zone)
    return moment - DAY


def _categories(component: Component) -> Sequence[str]:
    told = component.get("categories")
    several = told if isinstance(told, list) else [told] if told is not None else []
    return [str(word).strip().lower() for one in several for word in getattr(one, "cats", [one])]


def _component(event: CalendarEvent) -> Event:
    written = Event()
    written.add("uid", event.uid)
    written.add("dtstamp", event.written_at.astimezone(UTC))
    written.add("dtstart", event.first)
    written.add("dtend", event.last + DAY)
    written.add("summary", event.title)
    written.add("categories", [event.occasion.value])
    for name, value in (("description", event.note), ("url", event.url)):
        if value:
            written.add(name, value)
    return written


def months(events: Iterable[CalendarEvent]) -> Iterator[tuple[date, list[CalendarEvent]]]:
    """Events by the month they begin in: its first day and its events, in the order given."""
    by_month: dict[date, list[CalendarEvent]] = {}
    for event in events:
        by_month.setdefault(event.first.replace(day=1), []).append(event)
    yield from by_month.items()
