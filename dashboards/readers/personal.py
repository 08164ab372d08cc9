"""What of a reader the mail page shows: whole addresses, and the links that change a reader's wishes, to administrators alone."""

import re
from collections.abc import Collection, Sequence

from dashboards.people.rights import Right
from dashboards.visit import Visit
from models.delivery import Delivery
from models.reader import personal_addresses
from routing.readers.tokens import Purpose

_OWN = re.compile(rf"/({Purpose.PREFERENCES}|{Purpose.UNSUBSCRIBE}|{Purpose.CONFIRM})/[\w.-]+")


def hidden_addresses(visit: Visit, deliveries: Sequence[Delivery]) -> Collection[str]:
    """The addresses among these deliveries that this visitor sees only in part."""
    if visit.may(Right.READERS):
        return frozenset()
    return personal_addresses(visit.session, [delivery.recipient for delivery in deliveries])


def shown_to(visit: Visit, body: str) -> str:
    """A letter as this visitor may see it: without the links that are its reader's own."""
    return body if visit.may(Right.READERS) else _OWN.sub(r"/\1", body)
