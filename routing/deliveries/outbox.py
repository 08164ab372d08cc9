"""Putting things into the outbox: each under a key that names it for good, so that a retry doubles nothing."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.delivery import Delivery
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay
from routing.digests.letters import Letter


def put(
    session: Session,
    key: str,
    letter: Letter,
    recipient: str | None,
    now: datetime,
    *,
    digest_id: int | None = None,
    ticket_id: int | None = None,
) -> int:
    """Have a letter sent; 1 if it was not in the outbox yet. Without an address, or without a mail server, it goes to the mail page."""
    way = DeliveryWay.SMTP if recipient and settings().smtp_url else DeliveryWay.PAGE
    row = Delivery(
        key=key, way=way, recipient=recipient or "", subject=letter.subject, html=letter.html, text=letter.text, created_at=now, due_at=now
    )
    values = {name: getattr(row, name) for name in ("key", "way", "recipient", "subject", "html", "text", "created_at", "due_at")}
    values |= {"status": DeliveryStatus.WAITING, "attempts": 0, "problem": "", "digest_id": digest_id, "ticket_id": ticket_id}
    written = insert(Delivery).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(Delivery.id)
    return len(session.execute(written).all())
