"""Mails as programs make them, well and badly."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.written.letters import read_letter


def raw(head: str, body: bytes = b"de bak is vol") -> bytes:
    return head.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def text(head: str, body: bytes = b"de bak is vol") -> str:
    return read_letter(raw(head, body), "x").text


def test_plain_text_goes_before_html_and_attachments_are_left_out() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Afval"
    mail.set_content("de bak is vol")
    mail.add_alternative("<p>de <b>bak</b> is vol (html)</p>", subtype="html")
    mail.add_attachment("een bijlage", filename="nota.txt")
    assert read_letter(mail.as_bytes(), "x").text == "Afval\n\nde bak is vol"


def test_html_alone_is_read_as_a_person_would() -> None:
    assert (
        text("Content-Type: text/html", b"<style>p {}</style><p>de bak &amp; de <b>straat</b></p><p>vies</p>")
        == "de bak & de straat\n\nvies"
    )


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("utf-8", "één café".encode()),
        ("iso-8859-1", "één café".encode("latin-1")),
        ("windows-1252", "één café".encode("cp1252")),
        ("utf-8", "één café".encode("cp1252")),
        ("bestaat-niet", "één café".encode()),
        ("us-ascii", "één café".encode()),
    ],
)
def test_a_charset_that_is_wrong_or_unknown_costs_nothing(charset: str, body: bytes) -> None:
    assert text(f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit", body) == "één café"


def test_a_subject_counts_unless_it_repeats_what_is_answered() -> None:
    assert text("Subject: =?utf-8?q?volle_bak_=C3=A9=C3=A9n?=") == "volle bak één\n\nde bak is vol"
    assert text("Subject: Re: volle bak\nIn-Reply-To: <1@x>") == "de bak is vol"
    assert text("Subject: Nieuw onderwerp\nIn-Reply-To: <1@x>") == "Nieuw onderwerp\n\nde bak is vol"


def test_threads_hold_together_by_whatever_a_program_gives() -> None:
    first = read_letter(raw("Message-ID: <1@x>"), "x")
    second = read_letter(raw("Message-ID: <2@x>\nIn-Reply-To: <1@x>"), "x")
    third = read_letter(raw("Message-ID: <3@x>\nReferences: <1@x> <2@x>"), "x")
    assert first.thread == second.thread == third.thread == first.name
    assert (first.answers, second.answers, third.answers) == (None, first.name, second.name)


def test_nothing_of_a_message_id_can_be_read_back() -> None:
    letter = read_letter(raw("Message-ID: <piet.hein@laptop-van-piet.example>"), "x")
    assert "piet" not in letter.name + letter.thread and len(letter.name) == 40


def test_without_an_id_the_place_in_the_mailbox_names_it() -> None:
    assert read_letter(raw("Subject: x"), "INBOX/1").name != read_letter(raw("Subject: x"), "INBOX/2").name


def test_a_bounce_is_no_message() -> None:
    assert read_letter(raw("From: Mail Delivery <MAILER-DAEMON@x.example>"), "x").automatic
    assert read_letter(raw("Content-Type: multipart/report; boundary=a"), "x").automatic
    assert not read_letter(raw("From: Piet <piet@x.example>"), "x").automatic


def test_a_mail_cut_off_in_an_attachment_keeps_its_words() -> None:
    mail = EmailMessage()
    mail.set_content("de bak is vol")
    mail.add_attachment(b"x" * 50_000, "image", "jpeg", filename="foto.jpg")
    assert read_letter(mail.as_bytes()[:2_000], "x").text == "de bak is vol"


@given(st.binary(max_size=600))
def test_any_bytes_are_read(body: bytes) -> None:
    read_letter(body, "x")


HEADS = ["From: ", "Subject: ", "Message-ID: ", "Content-Type: ", "References: ", "Content-Transfer-Encoding: ", "Content-Disposition: "]
VALUES = [
    "=?utf-8?q?=ff?=",
    "=?x?b?!!?=",
    "multipart/mixed; boundary=",
    "text/plain; charset*=x''%ff",
    "base64",
    "<a@b> \x00",
    'a; name*0*="',
    "multipart/mixed; boundary=a",
    "quoted-printable",
    "attachment; filename*=utf-8''%E2%82",
    "message/rfc822",
    "uuencode",
]


@given(st.lists(st.tuples(st.sampled_from(HEADS), st.sampled_from(VALUES)), max_size=8), st.binary(max_size=80))
def test_whatever_its_head_says_a_mail_is_read(head: list[tuple[str, str]], body: bytes) -> None:
    read_letter("\r\n".join(name + value for name, value in head).encode() + b"\r\n\r\n--a\r\n\r\n" + body, "x")
