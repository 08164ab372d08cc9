"""Tickets change here: every change checks the version the person saw, and leaves a line of history.

All functions work in the caller's transaction, so that the change and its line are kept together or not at all. Those that people use raise
UnknownTicket, StaleTicket (see there) and TicketError where the ticket's state does not allow it, or something is missing.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.account import Account, may_handle
from models.language import _
from models.settings import settings
from models.ticket import Ticket, helpers_of
from models.town import Department
from models.words import TicketStatus, TicketStep
from routing.errors import TicketError
from routing.tickets.helping import announce, stop_helping
from routing.tickets.history import ROBOT as ROBOT
from routing.tickets.history import write_down
from routing.tickets.seen import locked, seen
from routing.tickets.transitions import after
from routing.tickets.working_hours import term, term_like

LONGEST_WAIT = timedelta(days=60)
DEPARTMENT_DAY = 8.0
"""Working hours that a ticket waits when another system only says that it waits."""
FORWARD = {TicketStatus.OPEN: 0, TicketStatus.ACCEPTED: 1, TicketStatus.IN_HAND: 2, TicketStatus.WAITING: 2}
"""How far a ticket is; closed is further than all."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def accept(session: Session, ticket_id: int, version: int, actor: str, now: datetime) -> Ticket:
    """The department takes it on."""
    return _step(session, seen(session, ticket_id, version), TicketStep.ACCEPTED, actor, now)


def start(session: Session, ticket_id: int, version: int, actor: str, now: datetime) -> Ticket:
    """Somebody is working on it; also after waiting."""
    return _step(session, seen(session, ticket_id, version), TicketStep.STARTED, actor, now)


def wait(session: Session, ticket_id: int, version: int, actor: str, now: datetime, waiting_for: str, until: datetime) -> Ticket:
    """It has to wait for somebody or something. The term runs on; `until` (aware, at most sixty days ahead) is when we ask again."""
    ticket = seen(session, ticket_id, version)
    told = one_line(waiting_for)
    if not told:
        raise TicketError(_("Schrijf op wie of wat u wacht. Dan weten uw collega's dat ook."))
    if not now < until <= now + LONGEST_WAIT:
        raise TicketError(_("Kies een dag die nog komt, hoogstens zestig dagen vooruit. Dan vragen we u hoe het ermee staat."))
    return _wait(session, ticket, actor, now, told, until)


def assign(session: Session, ticket_id: int, version: int, actor: str, now: datetime, account_id: int | None) -> Ticket:
    """This person does it; None: nobody in particular any more. A new ticket is accepted by it."""
    ticket = seen(session, ticket_id, version)
    person = None if account_id is None else session.get(Account, account_id)
    if account_id is not None and (
        person is None or not may_handle(person, [ticket.department_id, *helpers_of(session, [ticket.id])[ticket.id]])
    ):
        raise TicketError(_("Deze collega kan dit ticket niet doen. Kies iemand van de afdeling, of draag het ticket over."))
    status = ticket.status
    ticket.status = after(ticket.id, status, TicketStep.ASSIGNED) if person is not None else status
    ticket.assignee_id = account_id
    return write_down(session, ticket, TicketStep.ASSIGNED, actor, now, "aan niemand meer" if person is None else f"aan {person.name}")


def hand_over(session: Session, ticket_id: int, version: int, actor: str, now: datetime, department_id: str, note: str = "") -> Ticket:
    """Another department should do this. The term stays: a resident does not wait longer because of a wrong first address."""
    ticket = seen(session, ticket_id, version)
    status = after(ticket.id, ticket.status, TicketStep.HANDED_OVER)
    department = session.get(Department, department_id)
    if department is None or not department.active:
        raise TicketError(_("Afdeling %(department_id)r bestaat niet. Kies een afdeling uit de lijst.", department_id=department_id))
    if department_id == ticket.department_id:
        raise TicketError(
            _("Ticket %(ticket_id)s ligt al bij %(name)s. Kies een andere afdeling.", ticket_id=ticket_id, name=department.name)
        )
    announce(session, ticket)
    stop_helping(session, ticket.id, department_id)
    ticket.department_id, ticket.assignee_id = department_id, None
    _stand(ticket, status)
    return write_down(session, ticket, TicketStep.HANDED_OVER, actor, now, _cleaned(note), department_id)


def settle(session: Session, ticket_id: int, version: int, actor: str, now: datetime, outcome: str) -> Ticket:
    """It is done; `outcome` says what was done, in a sentence that residents may read."""
    ticket = seen(session, ticket_id, version)
    after(ticket.id, ticket.status, TicketStep.SETTLED)
    told = one_line(outcome)
    if not told:
        raise TicketError(_("Schrijf in één zin wat er is gedaan. Bewoners mogen die zin lezen."))
    return _close(session, ticket, TicketStep.SETTLED, actor, now, told)


def refuse(session: Session, ticket_id: int, version: int, actor: str, now: datetime, why: str) -> Ticket:
    """No department of the municipality has to do anything about it; `why` says so, in a sentence that residents may read."""
    ticket = seen(session, ticket_id, version)
    after(ticket.id, ticket.status, TicketStep.REFUSED)
    told = one_line(why)
    if not told:
        raise TicketError(
            _("Schrijf in één zin waarom de gemeente hier niets mee doet. Hoort het bij een andere afdeling, draag het dan over.")
        )
    return _close(session, ticket, TicketStep.REFUSED, actor, now, told)


def reopen(session: Session, ticket_id: int, version: int, actor: str, now: datetime, note: str = "") -> Ticket:
    """It was not over after all. What was done before stays in the history; the term begins again, as long as the first."""
    ticket = seen(session, ticket_id, version)
    after(ticket.id, ticket.status, TicketStep.REOPENED)
    ticket.due_at = term_like(ticket.running_since, ticket.due_at, now, settings().zone)
    return reopen_seen(session, ticket, actor, now, _cleaned(note))


def reopen_seen(session: Session, ticket: Ticket, actor: str, now: datetime, note: str) -> Ticket:
    """Like `reopen`, for a closed ticket the caller has locked itself, and given its new term."""
    _stand(ticket, after(ticket.id, ticket.status, TicketStep.REOPENED))
    ticket.running_since = now
    ticket.settled_at = ticket.outcome = ticket.merged_into = None
    return write_down(session, ticket, TicketStep.REOPENED, actor, now, note)


def note(session: Session, ticket_id: int, version: int, actor: str, now: datetime, text: str) -> Ticket:
    """Write something down for colleagues."""
    ticket = seen(session, ticket_id, version)
    told = _cleaned(text)
    if not told:
        raise TicketError(_("De aantekening is leeg. Schrijf op wat uw collega's moeten weten."))
    return write_down(session, ticket, TicketStep.NOTED, actor, now, told)


def reflect(session: Session, ticket_id: int, status: TicketStatus, by: str, now: datetime, note: str = "") -> bool:
    """What the department's own system (`by`) says of it; True if that changed anything.

    It wins only forward: what people did here is not undone.

    Raises:
        UnknownTicket: see there.
    """
    ticket = locked(session, ticket_id)[0]
    told = one_line(note)
    if ticket.status not in FORWARD or ticket.status is status or FORWARD.get(status, 9) < FORWARD[ticket.status]:
        return False
    match status:
        case TicketStatus.WAITING:
            _wait(session, ticket, by, now, told or f"volgens {by}", term(now, DEPARTMENT_DAY, settings().zone))
        case TicketStatus.SETTLED:
            _close(session, ticket, TicketStep.SETTLED, by, now, told or f"Afgehandeld in {by}.")
        case TicketStatus.REFUSED:
            _close(session, ticket, TicketStep.REFUSED, by, now, told or f"Niet in behandeling genomen in {by}.")
        case TicketStatus.IN_HAND:
            _step(session, ticket, TicketStep.STARTED, by, now, told)
        case TicketStatus.ACCEPTED:
            _step(session, ticket, TicketStep.ACCEPTED, by, now, told)
        case _:
            return False
    return True


def one_line(text: str) -> str:
    """What somebody typed, on one line."""
    return " ".join(_CONTROL.sub("", text).split())


def _cleaned(text: str) -> str:
    return _CONTROL.sub("", text).strip()


def _step(session: Session, ticket: Ticket, step: TicketStep, actor: str, now: datetime, note: str = "") -> Ticket:
    _stand(ticket, after(ticket.id, ticket.status, step))
    return write_down(session, ticket, step, actor, now, note)


def _wait(session: Session, ticket: Ticket, actor: str, now: datetime, waiting_for: str, until: datetime) -> Ticket:
    _stand(ticket, after(ticket.id, ticket.status, TicketStep.WAITS))
    ticket.waiting_for, ticket.waiting_until = waiting_for, until
    day = until.astimezone(settings().zone).strftime("%d-%m-%Y")
    return write_down(session, ticket, TicketStep.WAITS, actor, now, f"op {waiting_for}, tot {day}")


def _close(session: Session, ticket: Ticket, step: TicketStep, actor: str, now: datetime, told: str) -> Ticket:
    _stand(ticket, after(ticket.id, ticket.status, step))
    ticket.settled_at, ticket.outcome = now, told
    return write_down(session, ticket, step, actor, now, told)


def _stand(ticket: Ticket, status: TicketStatus) -> None:
    """Where it stands; what it waited for is over."""
    ticket.status = status
    ticket.waiting_for = ticket.waiting_until = None
