"""The mail server: one connection for all the letters of a run, and what its answers mean."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from models.delivery import Delivery
from routing.deliveries.attempt import SENT, Attempt, Fate
from routing.deliveries.mail.compose import compose

TIMEOUT = 30.0
"""Seconds for each exchange with the server."""


class PlainText(Exception):
    """The server takes no TLS, and there is a password to be sent."""


class MailServer:
    """The server at `url` (smtp:// with STARTTLS where it is offered and always before a password, smtps:// for TLS from the start)."""

    def __init__(self, url: str, sender: str, timeout: float = TIMEOUT) -> None:
        self._address = urlsplit(url)
        self._sender = sender
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def send(self, _session: Session, delivery: Delivery) -> Attempt:
        """Offer one letter. The connection stays open for the next."""
        try:
            mail = compose(delivery, self._sender)
        except (ValueError, UnicodeError) as error:
            return Attempt(Fate.NEVER, f"Dit bericht is niet te versturen: {error}.")
        try:
            server = self._connected()
        except (smtplib.SMTPException, OSError, PlainText) as error:
            self.close()
            return _no_connection(error)
        attempt = _offer(server, mail)
        if attempt.down:
            self.close()
        return attempt

    def close(self) -> None:
        """Hang up; a server that has gone already is no news."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _connected(self) -> smtplib.SMTP:
        """The open connection if the server still holds its end, else a new one."""
        if self._server is not None and not _answers(self._server):
            self.close()
        if self._server is None:
            self._server = self._greet(self._connect())
        return self._server

    def _connect(self) -> smtplib.SMTP:
        host, port = self._address.hostname or "localhost", self._address.port
        if self._address.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=self._timeout, context=ssl.create_default_context())
        return smtplib.SMTP(host, port or 587, timeout=self._timeout)

    def _greet(self, server: smtplib.SMTP) -> smtplib.SMTP:
        try:
            server.ehlo_or_helo_if_needed()
            encrypted = self._address.scheme == "smtps"
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
                encrypted = True
            if self._address.username:
                if not encrypted:
                    raise PlainText
                server.login(unquote(self._address.username), unquote(self._address.password or ""))
        except BaseException:
            server.close()
            raise
        return server


def _answers(server: smtplib.SMTP) -> bool:
    try:
        return server.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _offer(server: smtplib.SMTP, mail: EmailMessage) -> Attempt:
    try:
        server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()))
        return _refused(code, answer, "De mailserver weigert de ontvanger", "Verbeter het adres en verstuur het opnieuw.")
    except smtplib.SMTPSenderRefused as error:
        return _sender_refused(error)
    except smtplib.SMTPResponseException as error:
        return _refused(
            error.smtp_code, error.smtp_error, "De mailserver weigert het bericht", "Vraag de beheerder van de mailserver waarom."
        )
    except smtplib.SMTPNotSupportedError:
        return Attempt(Fate.NEVER, "De mailserver kan niet overweg met letters als é in een adres. Gebruik een adres zonder.")
    except (smtplib.SMTPException, OSError) as error:
        return _gone(error)
    return SENT


def _no_connection(error: Exception) -> Attempt:
    """Nothing was offered: whatever it is, it is no fault of this one letter."""
    match error:
        case smtplib.SMTPAuthenticationError():
            problem = f"De mailserver weigert ons wachtwoord ({error.smtp_code}). Kijk LUISTERPOST_SMTP_URL na."
        case PlainText():
            problem = (
                "De mailserver biedt geen versleuteling (STARTTLS) aan, en dan sturen wij geen wachtwoord. Kijk LUISTERPOST_SMTP_URL na."
            )
        case ssl.SSLCertVerificationError():
            problem = "Het certificaat van de mailserver is niet te vertrouwen. Is er een eigen CA, wijs die dan aan met SSL_CERT_FILE."
        case smtplib.SMTPNotSupportedError():
            problem = "De mailserver kan niet inloggen met een wachtwoord. Kijk LUISTERPOST_SMTP_URL na."
        case smtplib.SMTPResponseException():
            problem = f"De mailserver neemt nu niets aan ({error.smtp_code}). Het wordt opnieuw geprobeerd."
        case _:
            return _gone(error)
    return Attempt(Fate.LATER, problem, down=True)


def _gone(error: Exception) -> Attempt:
    return Attempt(
        Fate.LATER, f"De mailserver is niet bereikbaar of viel weg ({type(error).__name__}). Het wordt opnieuw geprobeerd.", down=True
    )


def _sender_refused(error: smtplib.SMTPSenderRefused) -> Attempt:
    """The same for every letter: the sender is ours. A letter that is too large is the exception (552)."""
    if error.smtp_code == 552:
        return _refused(
            error.smtp_code, error.smtp_error, "De mailserver vindt het bericht te groot", "Vraag de beheerder van de mailserver."
        )
    problem = f"De mailserver weigert onze afzender: {error.smtp_code} {_said(error.smtp_error)}. Kijk LUISTERPOST_MAIL_FROM na."
    return Attempt(Fate.LATER, problem, down=True)


def _refused(code: int, answer: bytes | str, what: str, mend: str) -> Attempt:
    problem = f"{what}: {code} {_said(answer)}"
    if 400 <= code < 500:
        return Attempt(Fate.LATER, f"{problem}. Het wordt opnieuw geprobeerd.", down=code == 421)
    return Attempt(Fate.NEVER, f"{problem}. {mend}")


def _said(answer: bytes | str) -> str:
    words = answer.decode("utf-8", errors="replace") if isinstance(answer, bytes) else answer
    return " ".join(words.split())[:200]
