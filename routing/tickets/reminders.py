"""Who hears when of a ticket that is still open: its department before and at the term, and after it the head and the newsroom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.delivery import keys_present
from models.municipality import About, Reminders
from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket, to_remind_of
from models.town import Department
from models.words import TicketStep
from routing.deliveries.outbox import put
from routing.digests.letters import write
from routing.tickets.history import ROBOT, write_down
from routing.tickets.working_hours import by_the_clock, moment_at, term


class Reminder(StrEnum):
    """What a reminder is about; the value stands in its key in the outbox."""

    NEARLY = "bijna"
    DUE = "termijn"
    WAITED = "gewacht"
    HEAD = "leiding"
    NEWSROOM = "redactie"


TO_DEPARTMENT = frozenset({Reminder.NEARLY, Reminder.DUE, Reminder.WAITED})


@dataclass(frozen=True)
class Term:
    """What decides when to remind: the term, and until when the ticket waits (None: it does not)."""

    since: datetime
    due_at: datetime
    waiting_until: datetime | None = None


@dataclass(frozen=True)
class Due:
    """One reminder that is to be sent, with the key that names it for good."""

    ticket: Ticket
    signal: Signal
    department: Department
    reminder: Reminder

    @property
    def key(self) -> str:
        """Once for each department, and for each end of a term or of waiting."""
        end = self.ticket.waiting_until if self.reminder is Reminder.WAITED else self.ticket.due_at
        return f"ticket/{self.ticket.id}/{self.reminder}/{self.department.id}/{end:%Y-%m-%dT%H:%M}"


def reached(term: Term, now: datetime, wanted: Reminders, zone: ZoneInfo) -> Iterator[Reminder]:
    """What is to be told by now: to the department only the latest, after a night in which nothing ran. While it waits nothing at all."""
    if term.waiting_until is not None and now < term.waiting_until:
        return
    moments = dict(_moments(term, wanted, zone))
    past = [reminder for reminder in sorted(moments, key=moments.__getitem__) if moments[reminder] <= now]
    yield from [reminder for reminder in past if reminder in TO_DEPARTMENT][-1:]
    yield from [reminder for reminder in past if reminder not in TO_DEPARTMENT]


def _moments(term: Term, wanted: Reminders, zone: ZoneInfo) -> Iterator[tuple[Reminder, datetime]]:
    if wanted.share is not None:
        yield Reminder.NEARLY, moment_at(wanted.share, term.since, term.due_at, zone)
    yield Reminder.DUE, term.due_at
    if term.waiting_until is not None:
        yield Reminder.WAITED, term.waiting_until
    for reminder, hours in ((Reminder.HEAD, wanted.head_after_hours), (Reminder.NEWSROOM, wanted.newsroom_after_hours)):
        if hours is not None:
            yield reminder, _later(term, hours, zone)


def _later(ended: Term, hours: float, zone: ZoneInfo) -> datetime:
    """So many working hours after the term, or hours on the clock where the term is by the clock."""
    if by_the_clock(ended.since, ended.due_at, zone):
        return ended.due_at + timedelta(hours=hours)
    return term(ended.due_at, hours, zone)


def remind_due(session: Session, now: datetime) -> int:
    """Put into the outbox what is to be told by now, each once for good; how many are new."""
    wanted, newsroom = _configured()
    due = list(_due(session, now, wanted))
    present = keys_present(session, [one.key for one in due])
    return sum(_tell(session, one, newsroom, now) for one in due if one.key not in present)


def _due(session: Session, now: datetime, wanted: Reminders) -> Iterator[Due]:
    for ticket, signal, department in to_remind_of(session, now):
        term = Term(ticket.running_since, ticket.due_at, ticket.waiting_until)
        for reminder in reached(term, now, wanted, settings().zone):
            if reminder is not Reminder.HEAD or department.escalation is not None:
                yield Due(ticket, signal, department, reminder)


def _tell(session: Session, due: Due, newsroom: str | None, now: datetime) -> int:
    to = {Reminder.HEAD: due.department.escalation, Reminder.NEWSROOM: newsroom}.get(due.reminder, due.department.email)
    told = put(session, due.key, write("reminder", _subject(due), _content(due)), to, now, ticket_id=due.ticket.id)
    if told:
        step = TicketStep.REMINDED if due.reminder in TO_DEPARTMENT else TicketStep.ESCALATED
        write_down(session, due.ticket, step, ROBOT, now, _line(due))
    return told


def _subject(due: Due) -> str:
    opening = {Reminder.NEARLY: "Bijna aan de termijn", Reminder.WAITED: "Hoe staat het ermee"}.get(due.reminder, "Over de termijn")
    return f"{opening}: {due.signal.title}"


def _content(due: Due) -> dict[str, str]:
    return {
        "heading": _line(due),
        "title": due.signal.title,
        "state": f"{due.ticket.status.value}, bij {due.department.name}",
        "until": format_datetime(due.ticket.due_at.astimezone(settings().zone), "EEEE d MMMM HH:mm", locale="nl_NL"),
        "waited_for": (due.ticket.waiting_for or "") if due.reminder is Reminder.WAITED else "",
        "department": due.department.name,
        "link": f"{settings().public_url.rstrip('/')}/tickets/{due.ticket.id}",
    }


def _line(due: Due) -> str:
    match due.reminder:
        case Reminder.NEARLY:
            return f"Aan {due.department.name}: de termijn is bijna om."
        case Reminder.DUE:
            return f"Aan {due.department.name}: de termijn is om."
        case Reminder.WAITED:
            return f"Aan {due.department.name}: het wachten is voorbij."
        case Reminder.HEAD:
            return f"Aan de leiding van {due.department.name}: de termijn is om en het ticket is nog open."
        case Reminder.NEWSROOM:
            return f"Aan de redactie: het ticket bij {due.department.name} is ver over zijn termijn."


def _configured() -> tuple[Reminders, str | None]:
    """What municipality.yaml asks, and the newsroom's address. A mistake in that file is no reason to remind nobody."""
    try:
        about = read_yaml(settings().config / "municipality.yaml", About)
    except ConfigurationError:
        return Reminders(), None
    return about.reminders, about.newsroom_email
