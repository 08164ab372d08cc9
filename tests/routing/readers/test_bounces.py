"""Mail that comes back."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Delivery
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay
from routing.deliveries.mail.compose import message_id
from routing.readers.bounces import take_back
from tests.conftest import NOW
from tests.routing.readers.conftest import Reads

ADDRESS = "s.devries@rivierstad.example"
KEY = "digest/reiniging/daily/2026-11-19/1"


def came_back(
    address: str = "S.deVries@rivierstad.example", key: str = KEY, status: str = "5.1.1", action: str = "failed", whole: bool = False
) -> bytes:
    """A report as Postfix (headers alone) or Exchange (the whole mail) sends it."""
    returned = "message/rfc822" if whole else "text/rfc822-headers"
    return f"""From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <terug@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grens"

--grens
Content-Type: text/plain; charset=utf-8

Dit adres bestaat niet.
--grens
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}

--grens
Content-Type: {returned}

From: luisterpost@localhost
Subject: Zakken
Message-ID: {message_id(key, settings().mail_from)}

--grens--
""".encode()


@pytest.fixture
def letter(session: Session, reads: Reads) -> Delivery:
    """A digest that the mail server took, to somebody who reads."""
    one = Delivery(key=KEY, way=DeliveryWay.SMTP, status=DeliveryStatus.SENT, recipient=ADDRESS, subject="", html="", text="", attempts=1)
    one.created_at = one.due_at = one.sent_at = NOW
    session.add(one)
    reads()
    session.flush()
    return one


def test_a_reader_whose_mail_comes_back_gets_no_more_and_the_newsroom_hears(session: Session, letter: Delivery) -> None:
    assert take_back(session, came_back(), NOW) == 1
    session.flush()
    assert take_back(session, came_back(), NOW) == 0
    told = session.scalars(select(Delivery).where(Delivery.key.like("reader/%/bounced/%"))).one()
    assert told.recipient == "newsroom@rivierstad.example"


def test_what_is_no_refusal_of_our_own_letter_stops_nobody(session: Session, letter: Delivery) -> None:
    later, delayed = came_back(status="4.4.1"), came_back(action="delayed")
    not_ours, not_there = came_back(key="digest/elders/daily/2026-11-19/1"), came_back(address="iemand.anders@rivierstad.example")
    assert [take_back(session, report, NOW) for report in (later, delayed, not_ours, not_there, b"")] == [0] * 5


def test_a_report_that_brings_the_whole_letter_along_is_read_too(session: Session, letter: Delivery) -> None:
    assert take_back(session, came_back(whole=True), NOW) == 1


KINDS = st.sampled_from(
    [b"multipart/report; boundary=x", b"message/delivery-status", b"text/rfc822-headers; charset=onbekend", b"message/rfc822"]
)


@effort(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(KINDS, KINDS, st.binary(max_size=300))
def test_no_mail_breaks_the_reading(session: Session, letter: Delivery, outer: bytes, inner: bytes, body: bytes) -> None:
    mail = b"Content-Type: " + outer + b"\n\n--x\nContent-Type: " + inner + b"\n\n" + body + b"\n--x--\n"
    assert take_back(session, mail, NOW) == 0
