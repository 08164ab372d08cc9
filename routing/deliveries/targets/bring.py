"""Bringing a ticket into a department's own system: found there or made, then brought up to date. The same for every kind."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.configuration import ConfigurationError
from models.delivery import Delivery
from models.outside_ticket import OutsideTicket, earlier_on_its_way, told_before
from models.settings import settings
from models.ticket import Ticket
from outside.errors import SecretMissing
from routing.deliveries.attempt import SENT, Attempt, Fate
from routing.deliveries.targets.case import case_of
from routing.deliveries.targets.configured import target_named
from routing.deliveries.targets.target import Case, Target, TargetError, Turn


class TargetDoor:
    """The target of this name in targets.yaml, opened for one run."""

    def __init__(self, name: str, now: datetime) -> None:
        self._name = name
        self._now = now
        self._target: Target | None = None

    def send(self, session: Session, delivery: Delivery) -> Attempt:
        """Bring one ticket there, in the order in which its news came."""
        if delivery.ticket_id is None:
            return Attempt(Fate.NEVER, "Dit bericht gaat niet over een ticket, en een eigen systeem neemt alleen tickets aan.")
        earlier = earlier_on_its_way(session, delivery)
        if earlier is not None:
            return Attempt(Fate.LATER, "Wacht op een eerder bericht over dit ticket.", until=earlier.due_at)
        ticket = session.get_one(Ticket, delivery.ticket_id)
        row = session.get_one(OutsideTicket, (ticket.id, self._name), with_for_update=True, populate_existing=True)
        attempt = self._attempt(session, delivery, ticket, row)
        row.problem = attempt.problem
        return attempt

    def close(self) -> None:
        if self._target is not None:
            self._target.close()

    def _attempt(self, session: Session, delivery: Delivery, ticket: Ticket, row: OutsideTicket) -> Attempt:
        try:
            if self._target is None:
                self._target = target_named(settings().config, self._name).open()
            case = case_of(session, delivery, ticket, row, self._now)
            row.reference = _bring(self._target, row, case, again=told_before(session, delivery))
        except (ConfigurationError, SecretMissing) as error:
            return Attempt(Fate.LATER, str(error), down=True)
        except TargetError as error:
            return error.attempt
        row.closed_there = case.turn is Turn.CLOSES
        return SENT


def _bring(target: Target, row: OutsideTicket, case: Case, *, again: bool) -> str | None:
    """The target's name for the ticket, which is then up to date there; None where it left us before it ever got there.

    What was made just before a crash, or before an answer that got lost, is found by our reference and not made twice.
    """
    if row.reference is not None:
        target.update(row.reference, case)
        return row.reference
    found = target.find(case)
    if found is None and row.let_go:
        return None
    present = found or target.create(case)
    if case.turn is not Turn.STAYS or (found and again):
        target.update(present, case)
    return present
