"""Putting things into the outbox: each under a key that names it for good, so that a retry doubles nothing."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.delivery import Delivery
from models.words import DeliveryStatus
from routing.deliveries.address import Address, address_of
from routing.digests.letters import Letter


def put(
    session: Session,
    key: str,
    letter: Letter,
    to: Address | str | None,
    now: datetime,
    *,
    digest_id: int | None = None,
    ticket_id: int | None = None,
    urgent: bool = False,
    brief: str = "",
    unsubscribe: str = "",
) -> int:
    """Have a letter sent; 1 if it was not in the outbox yet.

    A plain string is an e-mail address. Without an address, or without a mail server, the letter goes to the mail page. What is `urgent`
    goes before the rest. `brief` is the letter in one sentence, for a chat; nothing that a resident wrote may be in it. `unsubscribe` is
    the address where one click (a POST, RFC 8058) ends these letters.
    """
    address = address_of(to)
    values = {
        "key": key,
        "way": address.way,
        "status": DeliveryStatus.WAITING,
        "recipient": address.recipient,
        "subject": letter.subject,
        "html": letter.html,
        "text": letter.text,
        "digest_id": digest_id,
        "ticket_id": ticket_id,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
        "problem": "",
        "urgent": urgent,
        "brief": brief,
        "unsubscribe": unsubscribe,
    }
    written = insert(Delivery).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(Delivery.id)
    return len(session.execute(written).all())
