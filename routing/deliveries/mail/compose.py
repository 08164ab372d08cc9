"""A letter as a mail."""

from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from models.delivery import Delivery


def compose(delivery: Delivery, sender: str) -> EmailMessage:
    """The letter as a mail of 7-bit lines of at most 76 characters, which every server takes.

    Its Message-ID follows from the key: a second sending after a crash is recognised as the same mail.

    Raises:
        ValueError: an address or subject holds a line break.
    """
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = _with_ascii_domain(delivery.recipient)
    mail["Subject"] = delivery.subject
    mail["Date"] = format_datetime(delivery.created_at)
    mail["Message-ID"] = message_id(delivery.key, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Id"] = f"Luisterpost <luisterpost.{_domain(sender)}>"
    if delivery.unsubscribe:
        mail["List-Unsubscribe"] = f"<{delivery.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(delivery.text, cte="quoted-printable")
    mail.add_alternative(delivery.html, subtype="html", cte="quoted-printable")
    return mail


def message_id(key: str, sender: str) -> str:
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{_domain(sender)}>"


def _with_ascii_domain(address: str) -> str:
    """Domains outside ASCII have a form in it (IDNA), so that only names outside ASCII need a server with SMTPUTF8."""
    name, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{name}{at}{domain.encode('idna').decode('ascii')}"


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].strip("> ") or "localhost"
