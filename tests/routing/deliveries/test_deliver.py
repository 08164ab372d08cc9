"""The outbox against a real mail server on loopback, with everything such servers do."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery
from models.database import transaction
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay
from routing.deliveries.deliver import PATIENCE, Counts, deliver_due, wait
from routing.deliveries.outbox import put
from routing.digests.letters import Letter
from tests.conftest import NOW

LETTER = Letter("Zakken naast containers: 41 berichten", "<p>één zak</p>", "één zak\n")


class Mailbox:
    """A server's handler: keeps what it takes, and answers as told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.to_recipient = "250 OK"
        self.to_data = "250 OK"
        self.dies_after_data = False

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.to_data.startswith("250"):
            self.taken.append(BytesParser(policy=default).parsebytes(envelope.content))
        if self.dies_after_data:
            transport = server.transport
            assert isinstance(transport, asyncio.Transport)
            transport.abort()
        return self.to_data


@pytest.fixture
def mailbox(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    monkeypatch.setenv("LUISTERPOST_SMTP_URL", f"smtp://127.0.0.1:{port}")
    settings.cache_clear()
    yield box
    controller.stop()
    settings.cache_clear()


def outbox(
    *, key: str = "digest/reiniging/2026-11-19", recipient: str | None = "reiniging@rivierstad.example", letter: Letter = LETTER
) -> int:
    with transaction() as session:
        return put(session, key, letter, recipient, NOW)


def only(session: Session) -> Delivery:
    session.expire_all()
    return session.scalars(select(Delivery)).one()


def test_a_letter_arrives_whole_in_both_forms(session: Session, mailbox: Mailbox) -> None:
    outbox()
    assert deliver_due(NOW) == Counts(sent=1)
    (mail,) = mailbox.taken
    assert mail["Subject"] == LETTER.subject
    assert mail["To"] == "reiniging@rivierstad.example"
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content().strip() == LETTER.html
    assert text.get_content().strip() == LETTER.text.strip()
    assert only(session).status is DeliveryStatus.SENT


def test_a_letter_is_sent_once_and_one_key_is_one_letter(session: Session, mailbox: Mailbox) -> None:
    assert [outbox(), outbox()] == [1, 0]
    deliver_due(NOW)
    deliver_due(NOW)
    assert len(mailbox.taken) == 1


def test_later_is_tried_again_ever_less_often(session: Session, mailbox: Mailbox) -> None:
    outbox()
    mailbox.to_recipient = "451 greylisted, come back"
    assert deliver_due(NOW) == Counts(waiting=1)
    assert only(session).problem == "De mailserver weigert de ontvanger: 451 greylisted, come back. Het wordt opnieuw geprobeerd."
    assert deliver_due(NOW) == Counts()
    mailbox.to_recipient = "250 OK"
    assert deliver_due(NOW + wait(1)) == Counts(sent=1)
    assert wait(1) < wait(2) < wait(3)
    assert wait(50) == timedelta(hours=4)


def test_never_is_dead_and_says_why(session: Session, mailbox: Mailbox) -> None:
    outbox()
    mailbox.to_recipient = "550 no such user"
    assert deliver_due(NOW) == Counts(dead=1)
    delivery = only(session)
    assert (delivery.status, "550 no such user" in delivery.problem) == (DeliveryStatus.DEAD, True)
    assert deliver_due(NOW + timedelta(days=1)) == Counts()


def test_a_refused_content_is_dead_too(session: Session, mailbox: Mailbox) -> None:
    outbox()
    mailbox.to_data = "554 looks like spam"
    assert deliver_due(NOW) == Counts(dead=1)


def test_a_server_that_dies_after_the_letter_is_tried_again_with_the_same_identity(session: Session, mailbox: Mailbox) -> None:
    outbox()
    mailbox.dies_after_data = True
    assert deliver_due(NOW) == Counts(waiting=1)
    mailbox.dies_after_data = False
    deliver_due(NOW + timedelta(hours=1))
    assert len(mailbox.taken) == 2
    assert len({mail["Message-ID"] for mail in mailbox.taken}) == 1


def test_a_server_that_is_not_there_is_tried_again_until_patience_ends(
    session: Session, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUISTERPOST_SMTP_URL", "smtp://127.0.0.1:1")
    settings.cache_clear()
    outbox()
    now = NOW
    for _ in range(PATIENCE - 1):
        assert deliver_due(now) == Counts(waiting=1)
        now += timedelta(hours=5)
    assert "niet bereikbaar" in only(session).problem
    assert deliver_due(now) == Counts(dead=1)
    settings.cache_clear()


def test_one_letter_in_trouble_stops_no_other(session: Session, mailbox: Mailbox) -> None:
    outbox(key="a", letter=Letter("regel\r\nBcc: iedereen@example.org", "x", "x"))
    outbox(key="b")
    assert deliver_due(NOW) == Counts(sent=1, dead=1)
    assert "Bcc" not in mailbox.taken[0]


def test_an_address_cannot_smuggle_in_a_header(session: Session, mailbox: Mailbox) -> None:
    outbox(recipient="a@example.org\r\nBcc: b@example.org")
    assert deliver_due(NOW) == Counts(dead=1)
    assert mailbox.taken == []


def test_without_mail_server_or_address_a_letter_goes_to_the_mail_page(session: Session, database: str) -> None:
    outbox()
    outbox(key="zonder-adres", recipient=None)
    assert deliver_due(NOW) == Counts(sent=2)
    assert {row.way for row in session.scalars(select(Delivery))} == {DeliveryWay.PAGE}


def test_what_another_process_is_sending_is_left_alone(session: Session, mailbox: Mailbox) -> None:
    outbox()
    with transaction() as other:
        other.scalars(select(Delivery).with_for_update()).one()
        assert deliver_due(NOW) == Counts()
    assert deliver_due(NOW) == Counts(sent=1)
