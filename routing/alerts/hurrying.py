"""Alerts do not wait for the next round of the outbox: they leave as soon as routing is done."""

from datetime import datetime

from models.database import transaction
from models.delivery import urgent_is_due
from routing.alerts.telling import tell
from routing.deliveries.deliver import Counts, deliver_due

SECONDS = 45.0
"""How long the outbox is emptied for alerts' sake; what is urgent goes first, and the rest has a round of its own."""


def send_alerts(now: datetime) -> Counts:
    """Send what is urgent, where something is; what became of it."""
    tell(now)
    with transaction() as session:
        due = urgent_is_due(session, now)
    return deliver_due(now, SECONDS) if due else Counts()
