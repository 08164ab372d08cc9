"""Mail: what a letter looks like on the wire, and whatever a server may say to it, from its greeting to its last answer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import Delivery
from models.words import DeliveryWay
from routing.deliveries.attempt import SENT, Attempt, Fate
from routing.deliveries.mail.server import MailServer
from tests.routing.deliveries.mailbox import Mailbox, knows, listening, own_certificate

SENDER = "Luisterpost <luisterpost@rivierstad.example>"
NOBODY = Session()
"""Mail needs no database."""


def letter(key: str = "a", recipient: str = "reiniging@rivierstad.example", **more: Any) -> Delivery:
    whole = {"subject": "Zakken", "html": "<p>één zak</p>", "text": "één zak\n", "unsubscribe": "", "urgent": False} | more
    return Delivery(id=1, key=key, way=DeliveryWay.SMTP, recipient=recipient, created_at=datetime(2026, 11, 19, tzinfo=UTC), **whole)


def offer(port: int, *letters: Delivery, url: str = "smtp://127.0.0.1:{}", timeout: float = 5) -> list[Attempt]:
    server = MailServer(url.format(port), SENDER, timeout)
    try:
        return [server.send(NOBODY, one) for one in letters]
    finally:
        server.close()


def test_every_line_is_short_and_plain_whatever_is_in_the_letter() -> None:
    box = Mailbox()
    with listening(box) as port:
        assert offer(port, letter(text="é" * 5000 + "\n.\n.punt", html="<p>" + "ü😀" * 3000 + "</p>", subject="Ünï" * 30)) == [SENT]
    assert max(len(line) for line in box.raw[0].splitlines()) <= 998
    assert box.raw[0].isascii()
    text = box.taken[0].get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines()[1:] == [".", ".punt"]


def test_a_mail_says_that_a_machine_wrote_it_and_how_to_stop_it_with_one_click() -> None:
    box = Mailbox()
    with listening(box) as port:
        offer(port, letter(unsubscribe="https://luisterpost.example/afmelden/abc"), letter(key="b"))
    first, second = box.taken
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["List-Unsubscribe"] == "<https://luisterpost.example/afmelden/abc>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert second["List-Unsubscribe"] is None
    assert first["Message-ID"].endswith("@rivierstad.example>")
    assert first["Message-ID"] != second["Message-ID"]


@pytest.mark.parametrize("where", ["recipient", "subject", "unsubscribe"])
def test_nothing_smuggles_in_a_header(where: str) -> None:
    box = Mailbox()
    with listening(box) as port:
        (attempt,) = offer(port, letter(**{where: "a@example.org\r\nBcc: b@example.org"}))
    assert attempt.fate is Fate.NEVER
    assert box.taken == []


def test_a_domain_outside_ascii_is_written_in_it_and_a_name_needs_a_server_that_can() -> None:
    box = Mailbox()
    with listening(box, enable_SMTPUTF8=False) as port:
        assert offer(port, letter(recipient="info@tëst.example")) == [SENT]
        (attempt,) = offer(port, letter(recipient="rené@rivierstad.example"))
    assert box.recipients == ["info@xn--tst-jma.example"]
    assert (attempt.fate, attempt.down) == (Fate.NEVER, False)
    assert "letters als é" in attempt.problem
    with listening(box, enable_SMTPUTF8=True) as port:
        assert offer(port, letter(recipient="rené@rivierstad.example")) == [SENT]


def test_starttls_and_a_password_under_a_ca_of_the_municipality(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, authority = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", authority)
    box = Mailbox()
    secured = {"tls_context": context, "require_starttls": True, "authenticator": knows("post", "ge:heim"), "auth_required": True}
    with listening(box, **secured) as port:
        assert offer(port, letter(), url="smtp://post:ge%3Aheim@127.0.0.1:{}") == [SENT]
        (attempt,) = offer(port, letter(), url="smtp://post:fout@127.0.0.1:{}")
    assert (attempt.fate, attempt.down) == (Fate.LATER, True)
    assert "weigert ons wachtwoord (535)" in attempt.problem
    assert "fout" not in attempt.problem


def test_tls_from_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, authority = own_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", authority)
    box = Mailbox()
    with listening(box, ssl_context=context) as port:
        assert offer(port, letter(), url="smtps://127.0.0.1:{}") == [SENT]


def test_a_certificate_that_nobody_vouches_for_gets_no_letter(tmp_path: Path) -> None:
    context, _ = own_certificate(tmp_path)
    box = Mailbox()
    with listening(box, tls_context=context) as port:
        (attempt,) = offer(port, letter())
    assert (attempt.fate, attempt.down) == (Fate.LATER, True)
    assert "SSL_CERT_FILE" in attempt.problem
    assert box.taken == []


def test_a_password_never_travels_in_plain_sight() -> None:
    box = Mailbox()
    seen: list[str] = []

    def judge(*given: Any) -> Any:
        seen.append("a password")

    with listening(box, authenticator=judge, auth_require_tls=False) as port:
        (attempt,) = offer(port, letter(), url="smtp://post:geheim@127.0.0.1:{}")
    assert (attempt.fate, attempt.down, seen) == (Fate.LATER, True, [])
    assert "STARTTLS" in attempt.problem


def test_one_recipient_who_is_refused_holds_up_no_other() -> None:
    box = Mailbox()
    box.refuses = {"a@rivierstad.example": "451 greylisted", "b@rivierstad.example": "550 unknown", "d@rivierstad.example": "452 full"}
    with listening(box) as port:
        attempts = offer(port, *(letter(key=name, recipient=f"{name}@rivierstad.example") for name in "abcd"))
    assert [attempt.fate for attempt in attempts] == [Fate.LATER, Fate.NEVER, Fate.SENT, Fate.LATER]
    assert not any(attempt.down for attempt in attempts)
    assert box.connections == 1


@pytest.mark.parametrize(
    ("answer", "fate", "down"),
    [
        ("421 closing", Fate.LATER, True),
        ("451 later", Fate.LATER, False),
        ("552 too large", Fate.NEVER, False),
        ("554 spam", Fate.NEVER, False),
    ],
)
def test_what_is_said_of_the_content_is_about_this_letter(answer: str, fate: Fate, down: bool) -> None:
    box = Mailbox()
    box.to_data = answer
    with listening(box) as port:
        (attempt,) = offer(port, letter())
    assert (attempt.fate, attempt.down) == (fate, down)
    assert answer in attempt.problem


def test_a_sender_who_is_refused_is_ours_to_mend_for_all_letters() -> None:
    box = Mailbox()
    box.to_sender = "550 not from you"
    with listening(box) as port:
        (attempt,) = offer(port, letter())
    assert (attempt.fate, attempt.down) == (Fate.LATER, True)
    assert "LUISTERPOST_MAIL_FROM" in attempt.problem


@pytest.mark.parametrize("when", ["dies_before_answer", "dies_after_data"])
def test_a_server_that_dies_over_a_letter_gets_it_again_under_the_same_name(when: str) -> None:
    box = Mailbox()
    setattr(box, when, True)
    with listening(box) as port:
        (attempt,) = offer(port, letter())
        assert (attempt.fate, attempt.down) == (Fate.LATER, True)
        setattr(box, when, False)
        assert offer(port, letter()) == [SENT]
    assert len({mail["Message-ID"] for mail in box.taken}) == 1


def test_a_server_that_thinks_too_long_is_left_for_later() -> None:
    box = Mailbox()
    box.thinks.clear()
    with listening(box) as port:
        (attempt,) = offer(port, letter(), timeout=0.3)
        box.thinks.set()
    assert (attempt.fate, attempt.down) == (Fate.LATER, True)
    assert "viel weg" in attempt.problem


def test_a_connection_that_the_server_dropped_between_two_letters_is_made_again() -> None:
    box = Mailbox()
    with listening(box) as port:
        server = MailServer(f"smtp://127.0.0.1:{port}", SENDER, 5)
        assert server.send(NOBODY, letter()) == SENT
        assert server._server is not None
        assert server._server.sock is not None
        server._server.sock.shutdown(2)
        assert server.send(NOBODY, letter(key="b")) == SENT
        server.close()
    assert box.connections == 2


def test_a_server_that_is_not_there_is_left_for_later() -> None:
    with listening(Mailbox()) as port:
        pass
    (attempt,) = offer(port, letter())
    assert (attempt.fate, attempt.down) == (Fate.LATER, True)
    assert "niet bereikbaar" in attempt.problem
