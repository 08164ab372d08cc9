"""A mailbox on a real IMAP server: the conformance suite, what is particular to mail, and mails that come while we listen."""

import threading
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

import pytest

from ingest.kinds.mailbox import Mailbox
from ingest.run import surroundings
from ingest.sources import find_source
from models import Source
from models.database import transaction
from models.settings import settings
from models.words import RunOutcome
from outside.waiting import UNSAID
from tests.ingest.conformance import PIET, US, Conformance, Fake, Said, said
from tests.ingest.conftest import NOW, Answer, Post, Site
from tests.ingest.imap_server import USER, ImapServer, Scripted, authority
from tests.ingest.test_ticket_systems import ZammadFake, article

SECRET = "geheim-van-de-mailbox"
MINUTES = timedelta(minutes=10)
STEP = 1_100


def mail(one: Said, **more: str) -> bytes:
    """As a mail program writes it."""
    message = EmailMessage(policy=SMTP)
    author = one.author
    message["From"] = f"{author.name} <{author.mail if author is US else author.handle + '@post.example'}>"
    message["To"] = f"Webcare <{USER}>"
    message["Message-ID"] = number(one)
    message["Date"] = format_datetime(one.at)
    if one.answers:
        message["In-Reply-To"] = message["References"] = number(one.answers)
    for name, value in more.items():
        message[name.replace("_", "-")] = value
    message.set_content(one.text, charset="utf-8")
    message.add_attachment(b"een foto", "image", "jpeg", filename=f"{author.name}.jpg")
    return message.as_bytes()


def number(one: Said) -> str:
    return f"<{one.number}.{PIET.handle}@laptop-van-piet.example>"


def broken(one: Said) -> bytes:
    """Every rule of a mail broken that can be."""
    head = f"From {one.author.handle}@post.example\r\nFrom: =?utf-99?q?{one.author.handle}@post.example\r\nMessage-ID: {number(one)}\r\n"
    kind = 'Content-Type: multipart/mixed; boundary="x\r\nContent-Transfer-Encoding: base64\r\nDate: gisteren\r\n\r\n'
    return (head + kind).encode() + b"\xff\xfe--x\r\n" + one.text.encode("utf-16")


class MailboxFake(Fake):
    """INBOX, and Verzonden with our answers."""

    kind = "mailbox"
    secrets = {"MAILBOX_WACHTWOORD": SECRET}
    keeps_old_text = "a mail is never edited"
    keeps_deleted = "a mail that leaves the folder was filed, not taken back"
    breaks_nothing = "of any mail something is read"
    has_no_patience = "IMAP has no word for it"

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.server = ImapServer(SECRET)
        self.inside: list[int] = []

    def entry(self) -> dict[str, Any]:
        trusted = {"authority": str(authority()[0]), "allow_private": True, "first_days": 400}
        return {"host": "127.0.0.1", "port": self.server.port, "username": USER, "token": {"env": "MAILBOX_WACHTWOORD"}, **trusted} | {
            "sent": "Verzonden"
        }

    def serve(self, everything: Sequence[Said]) -> None:
        for position, gone in [(p, n) for p, n in enumerate(self.inside) if n not in [one.number for one in everything]][::-1]:
            self.server.take_away(position)
            self.inside.remove(gone)
        for one in sorted(everything, key=lambda one: one.at):
            if one.number not in self.inside:
                self.server.put(broken(one) if one.broken else mail(one), one.at, "Verzonden" if one.author is US else "INBOX")
                self.inside += [] if one.author is US else [one.number]

    def name(self, one: Said) -> str:
        return sha256(number(one).encode()).hexdigest()[:40]

    def dies(self, at: int) -> None:
        self.failed = False
        self.server.was_cut, self.server.cut = False, at * STEP + 1

    def refuses(self) -> None:
        self.server.set_password("een ander")

    def heals(self) -> None:
        self.server.cut = None
        self.server.set_password(SECRET)

    def told(self) -> str:
        return self.server.told.decode("utf-8", "replace")

    def close(self) -> None:
        self.server.close()

    @property
    def failed(self) -> bool:
        return self.server.was_cut

    @failed.setter
    def failed(self, value: bool) -> None:
        """Only the server knows."""


class TestMailbox(Conformance):
    fake = MailboxFake

    def test_a_mail_is_private_and_in_its_thread_and_stays_unread(self, remote: MailboxFake, post: Post) -> None:
        question = said(9)
        remote.serve([question, said(8, "en nog steeds", answers=question)])
        post.hear()
        first, second = post.messages()
        assert first.private and first.medium == "e-mail" and first.conversation == second.conversation == remote.name(question)
        assert second.in_reply_to == remote.name(question)
        assert remote.server.flags() == [frozenset(), frozenset()]

    @pytest.mark.parametrize(
        "header",
        [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Unsubscribe": "<https://x.example>"}, {"Return_Path": "<>"}],
    )
    def test_what_a_machine_wrote_is_left_out(self, remote: MailboxFake, post: Post, header: dict[str, str]) -> None:
        remote.server.put(mail(said(1), **header), said(1).at)
        remote.server.put(mail(said(2), Auto_Submitted="no"), said(2).at)
        assert post.hear().added == 1

    def test_a_mail_by_our_own_people_is_ours_in_any_folder(self, remote: MailboxFake, post: Post) -> None:
        post.source("mailbox", **remote.entry(), own=["@rivierstad.example"])
        remote.server.put(mail(said(1, author=US)), said(1).at)
        post.hear()
        assert [message.by_municipality for message in post.messages()] == [True]

    def test_a_folder_that_was_numbered_anew_is_read_again_and_adds_nothing(self, remote: MailboxFake, post: Post) -> None:
        everything = [said(n) for n in range(1, 5)]
        remote.serve(everything)
        post.hear()
        remote.server.renumber()
        remote.inside = []
        remote.serve([*everything, said(0, minutes_ago=-1)])
        again = post.hear(now=NOW + MINUTES)
        assert (again.added, again.unchanged) == (1, 4)

    def test_a_wrong_folder_is_told(self, remote: MailboxFake, post: Post) -> None:
        post.source("mailbox", **remote.entry() | {"folders": ["Bestaat niet"]})
        assert "folders" in post.hear().mend

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, remote: MailboxFake, post: Post) -> None:
        post.source("mailbox", **{name: value for name, value in remote.entry().items() if name != "authority"})
        outcome = post.hear()
        assert "certificaat" in outcome.problem and "authority" in outcome.mend
        assert SECRET not in remote.told()

    def test_a_certificate_that_is_not_there_is_told(self, remote: MailboxFake, post: Post) -> None:
        post.source("mailbox", **remote.entry() | {"authority": "weg.pem"})
        outcome = post.hear()
        assert "weg.pem is er niet" in outcome.problem and "authority" in outcome.mend

    def test_a_private_address_needs_permission(self, remote: MailboxFake, post: Post) -> None:
        post.source("mailbox", **remote.entry() | {"allow_private": False})
        assert "eigen netwerk" in post.hear().problem

    def test_who_is_not_there_is_told(self, remote: MailboxFake, post: Post) -> None:
        remote.server.close()
        remote.close = lambda: None  # type: ignore[method-assign]
        outcome = post.hear()
        assert outcome.outcome is RunOutcome.FAILED and "127.0.0.1" in outcome.problem

    def test_what_comes_while_we_listen_is_there_at_once(self, remote: MailboxFake, post: Post) -> None:
        remote.serve([said(2)])
        post.hear()
        pages, stopping = follow()
        remote.serve([said(2), said(1)])
        assert [item.external_id for item in next(pages).items] == [remote.name(said(1))]
        stopping.set()
        assert list(pages) == []

    def test_a_connection_that_breaks_while_we_listen_is_told(self, remote: MailboxFake, post: Post) -> None:
        remote.serve([said(3)])
        post.hear()
        pages, _ = follow()
        remote.serve([said(3), said(2)])
        next(pages)
        remote.dies(at=0)
        remote.server.put(mail(said(1)), said(1).at)
        with pytest.raises(Exception, match="brak af"):
            list(pages)


def follow() -> tuple[Iterator[Any], threading.Event]:
    """Pages as they come, from the cursor that the source has."""
    entry, stopping = find_source(settings().config, "bron"), threading.Event()
    assert isinstance(entry, Mailbox)
    with transaction() as session:
        cursor = session.get_one(Source, "bron").cursor
    return entry.follow(cursor, surroundings(entry, NOW)[0], stopping), stopping


def test_a_mail_that_zammad_has_too_is_one_message(post: Post, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOX_WACHTWOORD", SECRET)
    monkeypatch.setenv("ZAMMAD_TOKEN", "geheim-van-zammad")
    zammad = ZammadFake(site)
    zammad.serve([said(1)])
    site.say["/api/v1/ticket_articles/by_ticket/1"] = Answer.json([article(said(1), 1, message_id=number(said(1)))])
    post.source("zammad", "tickets", **zammad.entry())
    post.hear("tickets")
    with ImapServer(SECRET) as server:
        server.put(mail(said(1)), said(1).at)
        where = {"host": "127.0.0.1", "port": server.port, "authority": str(authority()[0]), "allow_private": True}
        post.source("mailbox", **where, username=USER, token={"env": "MAILBOX_WACHTWOORD"})
        post.hear()
    assert len(post.messages()) == 1 and len(post.by_id()) == 2


def test_starttls_is_spoken_before_any_password(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOX_WACHTWOORD", SECRET)
    with ImapServer(SECRET, starttls=True) as server:
        server.put(mail(said(1)), said(1).at)
        token = {"env": "MAILBOX_WACHTWOORD"}
        where = {"host": "127.0.0.1", "port": server.port, "starttls": True, "authority": str(authority()[0]), "allow_private": True}
        post.source("mailbox", **where, username=USER, token=token)
        assert post.hear().added == 1


def test_a_token_is_asked_for_and_not_kept(post: Post, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOX_WACHTWOORD", SECRET)
    site.say["/tenant/token"] = Answer.json({"access_token": "kort-geldig", "expires_in": 3600})
    examined = "* 0 EXISTS|* OK [UIDVALIDITY 1] x|* OK [UIDNEXT 1] x|{tag} OK klaar"
    server = Scripted(SCRIPT | {"AUTHENTICATE XOAUTH2": "+ ", "EXAMINE": examined, "UID SEARCH": "* SEARCH|{tag} OK klaar"})
    oauth = {"url": f"{site.url}/tenant/token", "client": "luisterpost"}
    post.source("mailbox", **scripted(server), oauth=oauth)
    assert post.hear().outcome is RunOutcome.DONE
    assert f"client_secret={SECRET}" in site.asked[0].body.decode() and site.asked[0].method == "POST"
    proof = server.heard[[heard.split()[-1] for heard in server.heard].index("XOAUTH2") + 1]
    assert b64decode(proof).decode() == f"user={USER}\x01auth=Bearer kort-geldig\x01\x01"
    assert "kort-geldig" not in str(post.session.get_one(Source, "bron").cursor)


def test_a_server_that_is_too_busy_gets_time(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOX_WACHTWOORD", SECRET)
    post.source("mailbox", **scripted(Scripted(SCRIPT | {"EXAMINE": "{tag} NO [UNAVAILABLE] Piet Zilvervloot is er niet"})))
    outcome = post.hear()
    assert "te druk" in outcome.problem and "Zilvervloot" not in outcome.problem
    assert post.session.get_one(Source, "bron").next_read_at == NOW + UNSAID


SCRIPT = {"CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2|{tag} OK klaar", "LOGOUT": "* BYE dag|{tag} OK klaar"}


def scripted(server: Scripted) -> dict[str, Any]:
    where = {"host": "127.0.0.1", "port": server.port, "authority": str(authority()[0]), "allow_private": True}
    return where | {"username": USER, "token": {"env": "MAILBOX_WACHTWOORD"}}


def test_a_reply_that_quotes_is_read_without_what_it_quotes(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOX_WACHTWOORD", SECRET)
    text = "Nog steeds vol.\n\nOp do 19 nov 2026 om 09:12 schreef Gemeente <info@rivierstad.example>:\n> Wij komen."
    with ImapServer(SECRET) as server:
        server.put(mail(replace(said(1, text), answers=said(2)), Subject="Re: bak"), said(1).at)
        where = {"host": "127.0.0.1", "port": server.port, "authority": str(authority()[0]), "allow_private": True}
        post.source("mailbox", **where, username=USER, token={"env": "MAILBOX_WACHTWOORD"})
        post.hear()
    assert post.texts() == ["Nog steeds vol."]
