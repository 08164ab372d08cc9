"""The outbox leaves the house: one transaction a delivery.

A crash between the server's yes and our commit sends a mail twice, under one Message-ID; nothing that stands in the outbox is lost.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.database import transaction
from models.delivery import Delivery, claim_due
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay
from routing.deliveries.post import Attempt, Fate, compose, send
from routing.tickets.alerts import alert_administrator

FIRST_WAIT = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=4)
PATIENCE = 12
"""Attempts after which a server that keeps saying "later" is given up on: about a day and a half."""


@dataclass(frozen=True)
class Counts:
    """What became of the deliveries that were due."""

    sent: int = 0
    waiting: int = 0
    dead: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.sent + other.sent, self.waiting + other.waiting, self.dead + other.dead)


def deliver_due(now: datetime) -> Counts:
    """Send what waits and is due, each once; several processes may do so at the same time. Sources that keep failing are told of first."""
    with transaction() as session:
        alert_administrator(session, now)
    counts = Counts()
    while True:
        with transaction() as session:
            delivery = claim_due(session, now)
            if delivery is None:
                return counts
            counts += _deliver(delivery, now)


def _deliver(delivery: Delivery, now: datetime) -> Counts:
    delivery.attempts += 1
    attempt = _attempt(delivery)
    delivery.problem = attempt.problem
    if attempt.fate is Fate.SENT:
        delivery.status, delivery.sent_at = DeliveryStatus.SENT, now
        return Counts(sent=1)
    if attempt.fate is Fate.NEVER or delivery.attempts >= PATIENCE:
        delivery.status = DeliveryStatus.DEAD
        return Counts(dead=1)
    delivery.due_at = now + wait(delivery.attempts)
    return Counts(waiting=1)


def wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, up to four hours."""
    doublings = min(attempts - 1, PATIENCE)
    return min(FIRST_WAIT * int(2**doublings), LONGEST_WAIT)


def _attempt(delivery: Delivery) -> Attempt:
    if delivery.way is DeliveryWay.PAGE:
        return Attempt(Fate.SENT)
    url = settings().smtp_url
    if url is None:
        return Attempt(Fate.LATER, "Er is geen mailserver ingesteld. Zet LUISTERPOST_SMTP_URL.")
    try:
        mail = compose(delivery, settings().mail_from, settings().public_url)
    except ValueError as error:
        return Attempt(Fate.NEVER, f"Dit bericht is niet te versturen: {error}.")
    return send(mail, url.get_secret_value())
