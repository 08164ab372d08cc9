"""Sending again what did not arrive, by hand: under the same key, so that nobody sees it twice, and with a trace of who asked."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from models.delivery import Delivery, Resend, lock_dead, locked_delivery
from models.language import _
from models.words import DeliveryStatus, DeliveryWay
from routing.errors import RoutingError

ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


class ResendRefused(RoutingError):
    """Something is not sent again; the message says why."""


def resend(session: Session, delivery_id: int, actor: str, now: datetime, recipient: str = "") -> Delivery:
    """Have one delivery tried again now. A mail may get another address, where the first one was wrong.

    Raises:
        ResendRefused: it is not there, was sent already, or the address is none.
    """
    delivery = locked_delivery(session, delivery_id)
    if delivery is None:
        raise ResendRefused(_("Dit bericht is er niet. Kijk in de lijst op de postpagina."))
    if delivery.status is DeliveryStatus.SENT:
        raise ResendRefused(_("Dit bericht is intussen verzonden. Nog eens versturen is niet nodig."))
    mended = recipient.strip() or delivery.recipient
    if delivery.way is not DeliveryWay.SMTP:
        mended = delivery.recipient
    elif not ADDRESS.fullmatch(mended):
        raise ResendRefused(_("Dit is geen e-mailadres. Schrijf het als naam@gemeente.nl."))
    _again(session, delivery, actor, now)
    delivery.recipient = mended
    return delivery


def resend_all(session: Session, way: DeliveryWay, actor: str, now: datetime) -> int:
    """Have every dead delivery of one way tried again now; how many."""
    dead = lock_dead(session, way)
    for delivery in dead:
        _again(session, delivery, actor, now)
    return len(dead)


def _again(session: Session, delivery: Delivery, actor: str, now: datetime) -> None:
    trace = Resend(delivery_id=delivery.id, at=now, actor=actor, recipient=delivery.recipient, problem=delivery.problem)
    session.add(trace)
    delivery.status, delivery.attempts, delivery.due_at = DeliveryStatus.WAITING, 0, now
