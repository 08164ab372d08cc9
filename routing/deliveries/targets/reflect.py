"""What departments' own systems say of our tickets comes back: asked for where they can be asked, taken where they tell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.configuration import ConfigurationError
from models.database import transaction
from models.outside_ticket import OutsideTicket, outside_ticket_named, to_ask_after
from models.settings import settings
from models.ticket import Ticket
from models.words import CLOSED
from outside.errors import SecretMissing
from routing.deliveries.targets.configured import Entry, load_targets, target_named
from routing.deliveries.targets.signature import signed_at
from routing.deliveries.targets.target import Standing, Target, TargetError
from routing.deliveries.targets.webhook import WebhookEntry, standing_told
from routing.errors import RoutingError
from routing.tickets.changes import reflect

ASKED_EVERY = timedelta(minutes=10)
MOST = 300
"""Tickets asked after in one run; the rest first in the next."""


class NotSigned(RoutingError):
    """A call does not come from one who knows the secret of this target, or is a copy of an old one."""

    def __init__(self) -> None:
        super().__init__("Deze aanroep is niet door dit systeem ondertekend, of langer dan vijf minuten geleden.")


class NotOurs(RoutingError):
    """A call is about a ticket that this target never got."""

    def __init__(self) -> None:
        super().__init__("Wij hebben dit systeem geen ticket met dit kenmerk gegeven.")


@dataclass(frozen=True)
class Asked:
    """How many tickets were asked after, and of how many the state changed here."""

    asked: int = 0
    changed: int = 0


def reflect_due(now: datetime) -> Asked:
    """Ask after open tickets, those asked longest ago first; one transaction each. A target out of order is asked no more in this run."""
    asked = changed = 0
    out_of_order: list[str] = []
    doors: dict[str, Target] = {}
    try:
        while asked < MOST:
            with transaction() as session:
                row = to_ask_after(session, now - ASKED_EVERY, out_of_order)
                if row is None:
                    break
                asked += 1
                changed += _ask(session, row, doors, out_of_order, now)
    finally:
        for door in doors.values():
            door.close()
    return Asked(asked, changed)


def take_word(session: Session, name: str, body: bytes, signature: str, read: Callable[[], "Told"], now: datetime) -> bool:
    """What a webhook's receiver says of a ticket; True if that changed anything. An older word never goes over a newer one.

    `read` reads the body, once it is known who wrote it.

    Raises:
        NotSigned: the call proves nothing.
        NotOurs: there is no such ticket.
    """
    entry = load_targets(settings().config).targets.get(name)
    if not isinstance(entry, WebhookEntry):
        raise NotSigned
    moment = signed_at(signature, body, entry.secrets(), now)
    if moment is None:
        raise NotSigned
    told = read()
    row = outside_ticket_named(session, name, told.reference)
    if row is None:
        raise NotOurs
    if row.synced_at is not None and moment < row.synced_at:
        return False
    return _take(session, row, entry, standing_told(entry, told.state, told.note), moment)


@dataclass(frozen=True)
class Told:
    """What a receiver says: our reference, its word for where the ticket stands, and a sentence."""

    reference: str
    state: str
    note: str = ""


def _ask(session: Session, row: OutsideTicket, doors: dict[str, Target], out_of_order: list[str], now: datetime) -> int:
    row.synced_at = now
    try:
        entry = target_named(settings().config, row.target)
        if row.target not in doors:
            doors[row.target] = entry.open()
        standing = doors[row.target].standing(row.reference or "")
    except (ConfigurationError, SecretMissing) as error:
        row.problem = str(error)
        out_of_order.append(row.target)
        return 0
    except TargetError as error:
        row.problem = error.attempt.problem
        if error.attempt.down:
            out_of_order.append(row.target)
        return 0
    return 0 if standing is None else _take(session, row, entry, standing, now)


def _take(session: Session, row: OutsideTicket, entry: Entry, standing: Standing, now: datetime) -> bool:
    row.state, row.synced_at, row.problem = standing.state, now, ""
    if standing.status is None:
        row.problem = (
            f"{entry.name} noemt de stand {standing.state[:60]!r}, en die kennen wij niet. "
            "Zet in targets.yaml bij `states` wat dat betekent."
        )
        return False
    ticket = session.get_one(Ticket, row.ticket_id)
    before = ticket.lines
    changed = reflect(session, ticket.id, standing.status, entry.name, now, standing.said)
    session.flush()
    session.refresh(ticket)
    if row.told_lines == before:
        row.told_lines = ticket.lines
    row.closed_there = standing.status in CLOSED
    return changed
