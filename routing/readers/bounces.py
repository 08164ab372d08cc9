"""Readers whose mail comes back: nothing more is sent there until somebody mends it, and the newsroom is told once.

A refusal shows in one of two ways: our own mail server says no while we send, or it says yes and a mail comes back later (RFC 3464).
"""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy.orm import Session

from models.configuration import ConfigurationError, read_yaml
from models.municipality import About
from models.reader import Reader, keys_sent_to, readers_to_write_off, refused_readers
from models.settings import settings
from routing.deliveries.deliver import PATIENCE
from routing.deliveries.mail.compose import message_id
from routing.deliveries.outbox import put
from routing.digests.letters import write
from routing.readers.subscribing import audience_names, masked

LONGEST = 2_000_000
"""Bytes of a returned mail that are looked at."""


def mark_bouncing(session: Session, now: datetime) -> int:
    """Mark the readers whose address the mail server refused for good; how many were marked."""
    refused = refused_readers(session, PATIENCE)
    for reader in refused:
        _mark(session, reader, now)
    return len(refused)


def take_back(session: Session, returned: bytes, now: datetime) -> int:
    """Read one mail that came back and mark whom it is about; how many readers. Only a mail that returns one of our own letters to that
    address counts, so that no stranger can write a reader off.
    """
    mail = message_from_bytes(returned[:LONGEST], policy=policy.default)
    ours = set(_message_ids(mail))
    marked = 0
    for address in _failed(mail):
        sent = {message_id(key, settings().mail_from) for key in keys_sent_to(session, address)}
        for reader in readers_to_write_off(session, address) if sent & ours else ():
            _mark(session, reader, now)
            marked += 1
    return marked


def _failed(mail: EmailMessage) -> Iterator[str]:
    """The addresses of which a delivery report says that they will never take the mail."""
    for report in mail.walk():
        if report.get_content_type() == "message/delivery-status":
            for block in report.iter_parts() if report.is_multipart() else ():
                action, status = str(block.get("Action", "")).strip().lower(), str(block.get("Status", "")).strip()
                if action == "failed" and status.startswith("5"):
                    yield str(block.get("Final-Recipient", "")).rpartition(";")[2].strip().lower()


def _message_ids(mail: EmailMessage) -> Iterator[str]:
    """How the mail that came back was called: in the returned mail, or in its headers alone."""
    for part in mail.walk():
        if part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            yield (
                str(message_from_bytes(headers, policy=policy.default).get("Message-ID", "")).strip() if isinstance(headers, bytes) else ""
            )
        elif part is not mail and part.get("Message-ID"):
            yield str(part["Message-ID"]).strip()


def _mark(session: Session, reader: Reader, now: datetime) -> None:
    reader.bouncing_since = now
    audience = audience_names(session).get(reader.audience, reader.audience)
    content = {
        "heading": f"Een lezer van {audience} krijgt geen post meer",
        "lines": [
            f"De mailserver weigert {masked(reader.recipient)}. Luisterpost stuurt daar niets meer heen.",
            "Laat uw beheerder kijken of het adres nog klopt. Op de pagina staat een knop voor als het weer werkt.",
        ],
        "button": "Bekijk de abonnementen",
        "link": f"{settings().public_url.rstrip('/')}/abonnementen",
    }
    letter = write("reader", str(content["heading"]), content)
    told = _keeper()
    put(session, f"reader/{reader.id}/bounced/{now.isoformat()}", letter, None if told == reader.recipient else told, now)


def _keeper() -> str | None:
    try:
        about = read_yaml(settings().config / "municipality.yaml", About)
    except ConfigurationError:
        return None
    return about.newsroom_email or about.administrator
