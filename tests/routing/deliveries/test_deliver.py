"""The outbox against a real mail server on loopback, with everything such servers do."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery
from models.database import transaction
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay
from routing.deliveries.address import Address
from routing.deliveries.deliver import FIRST_WAIT, LONGEST_WAIT, PATIENCE, SPREAD, Counts, deliver_due, wait
from routing.deliveries.outbox import put
from routing.digests.letters import Letter
from tests.conftest import NOW
from tests.routing.deliveries.mailbox import Mailbox, listening

LETTER = Letter("Zakken naast containers: 41 berichten", "<p>één zak</p>", "één zak\n")


@pytest.fixture
def mailbox(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    with listening(box) as port:
        monkeypatch.setenv("LUISTERPOST_SMTP_URL", f"smtp://127.0.0.1:{port}")
        settings.cache_clear()
        yield box
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
    assert deliver_due(NOW + FIRST_WAIT) == Counts(sent=1)
    assert wait(1) < wait(2) < wait(3)
    assert wait(1, "a") != wait(1, "b")
    assert LONGEST_WAIT * (1 - SPREAD) <= wait(50) <= LONGEST_WAIT


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


def test_a_server_that_is_not_there_is_tried_once_a_run_and_holds_up_no_other_way(session: Session, mailbox: Mailbox) -> None:
    for number in range(20):
        outbox(key=f"brief/{number}")
    with transaction() as other:
        put(other, "bord", LETTER, None, NOW)
    mailbox.to_sender = "421 closing down"
    assert deliver_due(NOW) == Counts(sent=1, waiting=1)
    mailbox.to_sender = "250 OK"
    assert deliver_due(NOW).sent == 19


def test_all_letters_of_a_run_go_over_one_connection(session: Session, mailbox: Mailbox) -> None:
    for number in range(5):
        outbox(key=f"brief/{number}")
    assert deliver_due(NOW) == Counts(sent=5)
    assert mailbox.connections == 1


def test_what_is_urgent_goes_first_and_waits_less(session: Session, mailbox: Mailbox) -> None:
    outbox(key="digest", recipient="dagbericht@rivierstad.example")
    with transaction() as other:
        put(other, "alarm", LETTER, "piket@rivierstad.example", NOW + timedelta(seconds=1), urgent=True)
    deliver_due(NOW + timedelta(minutes=1))
    assert mailbox.recipients == ["piket@rivierstad.example", "dagbericht@rivierstad.example"]
    assert wait(9, urgent=True) <= timedelta(minutes=15) < wait(9)


def test_a_run_ends_in_time_and_the_next_goes_on(session: Session, mailbox: Mailbox) -> None:
    for number in range(4):
        outbox(key=f"brief/{number}")
    ticks = iter(range(100))
    assert deliver_due(NOW, seconds=3, clock=lambda: next(ticks)) == Counts(sent=2)
    assert deliver_due(NOW) == Counts(sent=2)


def test_a_delivery_that_breaks_our_own_code_holds_up_no_other(session: Session, mailbox: Mailbox) -> None:
    with transaction() as other:
        put(other, "stuk", LETTER, Address(DeliveryWay.TARGET, "nergens"), NOW, ticket_id=None)
        put(other, "kapot", LETTER, Address(DeliveryWay.CHAT, "nergens"), NOW)
    outbox()
    assert deliver_due(NOW) == Counts(sent=1, waiting=1, dead=1)


def test_what_another_process_is_sending_is_left_alone(session: Session, mailbox: Mailbox) -> None:
    outbox()
    with transaction() as other:
        other.scalars(select(Delivery).with_for_update()).one()
        assert deliver_due(NOW) == Counts()
    assert deliver_due(NOW) == Counts(sent=1)
