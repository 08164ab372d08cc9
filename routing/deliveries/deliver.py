"""The outbox leaves the house: one transaction a delivery.

A crash between the server's yes and our commit sends a mail twice, under one Message-ID; nothing that stands in the outbox is lost.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic

from sqlalchemy.orm import Session

from models.database import transaction
from models.delivery import Circuit, Delivery, claim_due
from models.words import DeliveryStatus
from routing.alerts.telling import tell_due
from routing.deliveries.attempt import Attempt, Fate
from routing.deliveries.targets.hand_in import hand_in
from routing.deliveries.ways import Ways
from routing.tickets.alerts import alert_administrator
from routing.tickets.reminders import remind_due

log = logging.getLogger(__name__)
FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=4)
LONGEST_WAIT_URGENT = timedelta(minutes=15)
SPREAD = 0.2
"""Waits differ by up to this share, so that what failed together does not come back together."""
PATIENCE = 12
"""Attempts after which a server that keeps saying "later" is given up on: about a day and a half."""
PATIENCE_URGENT = 96
"""The same time for what is urgent, which is tried more often."""
LONGEST_RUN = 240.0
"""Seconds after which a run stops taking up more: the next one is due."""


@dataclass(frozen=True)
class Counts:
    """What became of the deliveries that were due."""

    sent: int = 0
    waiting: int = 0
    dead: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.sent + other.sent, self.waiting + other.waiting, self.dead + other.dead)


def deliver_due(now: datetime, seconds: float = LONGEST_RUN, clock: Callable[[], float] = monotonic) -> Counts:
    """Send what waits and is due, each once, the urgent first; several processes may do so at the same time.

    Where a server turns out to be out of order, nothing more is tried there in this run. What is not yet in the outbox is put there first:
    alerts whose quiet hours are over, sources that keep failing, tickets that near or pass their term, and what departments' own systems
    have not heard of their tickets.
    """
    for fill in (tell_due, alert_administrator, remind_due, hand_in):
        with transaction() as session:
            fill(session, now)
    return _empty(now, clock() + seconds, clock)


def _empty(now: datetime, end: float, clock: Callable[[], float]) -> Counts:
    counts = Counts()
    stopped: set[Circuit] = set()
    with Ways(now) as ways:
        while clock() < end:
            with transaction() as session:
                delivery = claim_due(session, now, stopped)
                if delivery is None:
                    break
                attempt = _attempt(session, ways, delivery)
                counts += _told(delivery, attempt, now)
                if attempt.down:
                    stopped.add(delivery.circuit)
    return counts


def _attempt(session: Session, ways: Ways, delivery: Delivery) -> Attempt:
    """One delivery that breaks our own code holds up no other: it waits, and the log says where."""
    try:
        with session.begin_nested():
            return ways.send(session, delivery)
    except Exception as error:
        log.exception("a delivery broke", extra={"delivery": delivery.id, "way": delivery.way.value})
        return Attempt(Fate.LATER, f"Hier ging bij ons iets mis ({type(error).__name__}). Het staat in het logboek voor de beheerder.")


def _told(delivery: Delivery, attempt: Attempt, now: datetime) -> Counts:
    delivery.attempts += 1
    delivery.problem = attempt.problem
    if attempt.fate is Fate.SENT:
        delivery.status, delivery.sent_at = DeliveryStatus.SENT, now
        return Counts(sent=1)
    if attempt.fate is Fate.NEVER or delivery.attempts >= (PATIENCE_URGENT if delivery.urgent else PATIENCE):
        delivery.status = DeliveryStatus.DEAD
        return Counts(dead=1)
    delivery.due_at = max(now + wait(delivery.attempts, delivery.key, urgent=delivery.urgent), attempt.until or now)
    return Counts(waiting=1)


def wait(attempts: int, key: str = "", *, urgent: bool = False) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, up to four hours (urgent: a quarter), and a little less by key."""
    doublings = min(attempts - 1, PATIENCE)
    longest = LONGEST_WAIT_URGENT if urgent else LONGEST_WAIT
    share = int.from_bytes(sha256(f"{key} {attempts}".encode()).digest()[:4]) / 2**32
    return min(FIRST_WAIT * int(2**doublings), longest) * (1 - SPREAD * share)
