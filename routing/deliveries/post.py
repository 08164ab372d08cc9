"""The mail server: one connection, one letter, and what its answer means."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from models.delivery import Delivery

TIMEOUT = 20.0
"""Seconds for each exchange with the server."""


class Fate(StrEnum):
    """What became of one attempt."""

    SENT = "sent"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True)
class Attempt:
    """How one attempt ended; `problem` is the Dutch sentence on the mail page, empty when it was sent."""

    fate: Fate
    problem: str = ""


def compose(delivery: Delivery, sender: str, public_url: str) -> EmailMessage:
    """The letter as a mail. Its Message-ID follows from the key: a second sending after a crash is recognised as the same mail.

    Raises:
        ValueError: an address or subject holds a line break.
    """
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = delivery.recipient
    mail["Subject"] = delivery.subject
    mail["Date"] = format_datetime(delivery.created_at)
    mail["Message-ID"] = message_id(delivery.key, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Id"] = f"Luisterpost <luisterpost.{_domain(sender)}>"
    mail["List-Unsubscribe"] = f"<{public_url.rstrip('/')}/post>"
    mail.set_content(delivery.text)
    mail.add_alternative(delivery.html, subtype="html")
    return mail


def message_id(key: str, sender: str) -> str:
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{_domain(sender)}>"


def send(mail: EmailMessage, url: str) -> Attempt:
    """Offer a mail to the server at `url` (smtp:// with STARTTLS where it is offered and always before a password, smtps:// for TLS)."""
    address = urlsplit(url)
    try:
        with _connected(address.scheme, address.hostname or "localhost", address.port) as server:
            if address.username:
                server.login(unquote(address.username), unquote(address.password or ""))
            server.send_message(mail)
            return Attempt(Fate.SENT)
    except smtplib.SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()))
        return _refused(code, answer, "De mailserver weigert de ontvanger")
    except smtplib.SMTPAuthenticationError as error:
        return Attempt(Fate.LATER, f"De mailserver weigert ons wachtwoord ({error.smtp_code}). Kijk LUISTERPOST_SMTP_URL na.")
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code, error.smtp_error, "De mailserver weigert het bericht")
    except smtplib.SMTPNotSupportedError as error:
        return Attempt(Fate.LATER, f"De mailserver kan iets niet wat nodig is: {error}. Kijk LUISTERPOST_SMTP_URL na.")
    except (smtplib.SMTPException, OSError) as error:
        return Attempt(Fate.LATER, f"De mailserver is niet bereikbaar of viel weg ({type(error).__name__}). Het wordt opnieuw geprobeerd.")


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    trust = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=trust)
    server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT)
    try:
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=trust)
    except BaseException:
        server.close()
        raise
    return server


def _refused(code: int, answer: bytes | str, what: str) -> Attempt:
    said = answer.decode("utf-8", errors="replace") if isinstance(answer, bytes) else answer
    problem = f"{what}: {code} {' '.join(said.split())[:200]}"
    if 400 <= code < 500:
        return Attempt(Fate.LATER, f"{problem}. Het wordt opnieuw geprobeerd.")
    return Attempt(Fate.NEVER, f"{problem}. Verbeter het adres en verstuur het opnieuw.")


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].strip("> ") or "localhost"
