"""What happened to a ticket is written down here, and looked over: a line that was changed, taken out or put in between breaks its chain.

The database numbers and chains the lines itself (models/migrations/versions/0012); here the same hashes are worked out once more, from
what the lines say. Whoever may drop the database's trigger can rewrite a chain from some line on, with all its hashes; a hash that was
written down elsewhere (the ticket's page shows and prints that of the last line) then no longer fits.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from models.language import _
from models.ticket import Chain, Ticket, TicketEvent, chains
from models.words import TicketStep

ROBOT = "luisterpost"
"""The actor of what nobody did by hand."""
START = b""
"""What the first line holds for the hash before it."""


@dataclass(frozen=True)
class Broken:
    """The first link of a ticket's chain that does not hold."""

    ticket_id: int
    number: int
    why: str


def write_down(
    session: Session, ticket: Ticket, step: TicketStep, actor: str, now: datetime, note: str = "", department_id: str | None = None
) -> Ticket:
    """Add a line to the history of a ticket, together with the change it tells of."""
    session.flush()
    session.add(TicketEvent(ticket_id=ticket.id, at=now, step=step, actor=actor, department_id=department_id, note=note))
    session.flush()
    return ticket


def seal(line: TicketEvent) -> bytes:
    """SHA-256 of a line: of the JSON array of ticket, number, moment (UTC, microseconds), step, actor, department, note, hash before it."""
    at = line.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    content = [line.ticket_id, line.number, at, line.step.value, line.actor, line.department_id, line.note, line.before.hex()]
    return sha256(json.dumps(content, ensure_ascii=False).encode()).digest()


def first_break(chain: Chain) -> Broken | None:
    """Where a chain is broken first, or None where it holds from its first line to its last."""
    before = START
    for number, line in enumerate(chain.lines, start=1):
        if line.number != number:
            return Broken(chain.ticket_id, number, _("deze regel ontbreekt"))
        if line.before != before:
            return Broken(chain.ticket_id, number, _("deze regel sluit niet aan op de vorige"))
        if line.hash != seal(line):
            return Broken(chain.ticket_id, number, _("deze regel is veranderd"))
        before = line.hash
    if len(chain.lines) != chain.told or before != chain.head:
        return Broken(chain.ticket_id, len(chain.lines) + 1, _("hierna zijn regels verdwenen of bijgekomen"))
    return None


class Chains:
    """Looks histories over and counts them."""

    def __init__(self) -> None:
        self.tickets = 0
        self.lines = 0

    def breaks(self, found: Iterable[Chain]) -> Iterator[Broken]:
        """The first broken link of each chain that does not hold."""
        for chain in found:
            self.tickets += 1
            self.lines += len(chain.lines)
            if (broken := first_break(chain)) is not None:
                yield broken


def break_in(session: Session, ticket_id: int) -> Broken | None:
    """Where the history of one ticket is broken first, or None."""
    return next(Chains().breaks(chains(session, ticket_id)), None)
