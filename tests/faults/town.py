"""The little town of the fault walk: four sources, two of them with the same posts, a burst of waste bags, a row without a date, mail."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from ruamel.yaml import YAML

from classify.examples import Example, Voice
from launcher.example import Scheduled
from launcher.prepare import bring_in_configuration
from launcher.replay import create_replay
from models.database import engine, migrate
from models.embedded import Server
from models.settings import ROOT, settings
from models.words import Kind
from tests.ports import free_ports
from tests.routing.deliveries.targets.fakes import SECRET, ZammadFake
from tests.site import Answer, Site
from tests.site import serving as serving_site

BAGS = (
    "zakken naast de ondergrondse container op de Loskade",
    "Weer vuilniszakken naast de container, Kadeplein",
    "bij de Tankerstraat staan zes vuilniszakken naast de bak",
    "Mw belt: huisvuil naast container Silostraat, graag opruimen",
    "vuilniszakken en dozen naast de container in de Lichterstraat, wie ruimt het op?",
    "Dhr meldt afvalzakken naast de ondergrondse container Laadkade",
    "meeuwen trekken de zakken naast de container open in de Rederijstraat",
    "afval naast de container Bunkerstraat stinkt",
    "Hele stoep vol vuilniszakken naast de ondergrondse, Havenkwartier",
    "Bevrachterslaan: restafval naast de container gezet",
)
OTHERS = (
    "Lantaarnpaal in de Lijsterlaan brandt niet",
    "wanneer kan ik mijn paspoort ophalen?",
    "Auto staat fout geparkeerd op de stoep in de Tulpstraat",
    "gat in de weg op de Molenweg",
    "hondenpoep in het Bloemenpark",
)
SOURCES = """sources:
  - {id: kcc, name: Contactcentrum, kind: files, channel: contact_centre, medium: telefoon, path: "inbox/kcc/*.csv",
     columns: {id: Contactnummer, date: Datum, time: Tijd, medium: Kanaal, text: Notitie, answered: Afgehandeld op},
     purpose: proef, legal_basis: publieke taak, retention_days: 90, audience: webcare}
  - {id: nieuws, name: Nieuws, kind: feed, channel: news, url: "http://127.0.0.1:${replay_port}/nieuws.rss", title: false,
     allow_private: true, purpose: proef, legal_basis: publieke taak, retention_days: 90, audience: webcare}
  - {id: mastodon, name: Mastodon, kind: mastodon, channel: social, base: "http://127.0.0.1:${replay_port}", hashtags: [rivierstad],
     allow_private: true, purpose: proef, legal_basis: publieke taak, retention_days: 90, audience: webcare}
  - {id: suite, name: Webcare-suite, kind: mastodon, channel: webcare, base: "http://127.0.0.1:${replay_port}", hashtags: [rivierstad],
     allow_private: true, purpose: proef, legal_basis: publieke taak, retention_days: 90, audience: webcare}
"""

CHANNELS = 'channels: {piket: {url: {env: PIKET_URL}, purpose: "wie piket heeft"}}\n'


@dataclass
class Mailbox:
    """What the mail server took in, as a person would see it: the same Message-ID twice is one mail."""

    received: list[bytes] = field(default_factory=list)
    out_of_order: bool = False

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: object, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return "421 later" if self.out_of_order else "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.received.append(envelope.content or b"")  # type: ignore[arg-type]
        return "250 OK"

    def identities(self) -> set[str]:
        return {str(message_from_bytes(content)["Message-ID"]) for content in self.received}


@dataclass(frozen=True)
class Arrived:
    """What is to be seen outside: identities of mails, notes by ticket, and calls of the chat."""

    mails: set[str]
    tickets: dict[str, int]
    chats: int


@dataclass(frozen=True)
class Town:
    environment: dict[str, str]
    mailbox: Mailbox
    site: Site
    """The chat of who has duty, at `/piket`, and everything else is the system of the cleaning department."""
    desk: ZammadFake

    def forget_post(self) -> None:
        """As if nothing had ever left the house."""
        self.mailbox.received.clear()
        self.site.asked.clear()
        self.desk.kept.clear()

    def arrived(self) -> Arrived:
        """What people see: a mail by its identity, a ticket with its notes; a chat shows each call."""
        chats = [asked.body for asked in self.site.asked if asked.path.startswith("/piket")]
        tickets = {kept.fields["title"]: len(kept.notes) for kept in self.desk.kept.values()}
        assert len(tickets) == len(self.desk.kept), "a ticket is there twice"
        return Arrived(self.mailbox.identities(), tickets, len(chats))

    @contextmanager
    def failing(self, which: str) -> Iterator[None]:
        """The mail server, the chat or the department's system is out of order."""
        self.mailbox.out_of_order = which == "mail"
        self.site.bend = lambda asked, answer: (
            Answer(status=503) if which == ("chat" if asked.path.startswith("/piket") else "target") else answer
        )
        try:
            yield
        finally:
            self.mailbox.out_of_order = False
            self.site.bend = lambda _, answer: answer

    @contextmanager
    def configured(self, server: Server, name: str) -> Iterator[None]:
        """A migrated database with this town's configuration in it."""
        server.ensure_database(name)
        before = {key: os.environ.get(key) for key in (*self.environment, "DATABASE_URL")}
        os.environ.update(self.environment | {"DATABASE_URL": server.url(name)})
        _forget()
        try:
            migrate()
            bring_in_configuration(settings())
            yield
        finally:
            engine().dispose()
            for key, value in before.items():
                os.environ.pop(key, None)
                if value is not None:
                    os.environ[key] = value
            _forget()


@contextmanager
def build_town(folder: Path, trained_model: Path, now: datetime) -> Iterator[Town]:
    """Files, servers and settings; the servers stop with the block."""
    config = shutil.copytree(ROOT / "config" / "rivierstad", folder / "config", ignore=shutil.ignore_patterns("messages"))
    (config / "sources.yaml").write_text(SOURCES)
    data = folder / "data"
    (data / "inbox" / "kcc").mkdir(parents=True)
    (data / "model").symlink_to(trained_model)
    (data / "inbox" / "kcc" / "vandaag.csv").write_text(calls(now), encoding="cp1252")
    (config / "channels.yaml").write_text(CHANNELS)
    (replay_port,) = free_ports(1)
    mailbox = Mailbox()
    mail = Controller(mailbox, hostname="127.0.0.1", port=free_ports(1)[0])
    mail.start()
    with serving(create_replay(posts(now)), replay_port), serving_site() as site:
        desk = ZammadFake(site)
        site.say["/piket*"] = Answer.json({})
        with (config / "targets.yaml").open("w") as file:
            YAML(typ="safe").dump({"targets": {"eigen": desk.entry()}}, file)
        environment = {
            "LUISTERPOST_CONFIG": str(config),
            "LUISTERPOST_DATA": str(data),
            "LUISTERPOST_REPLAY_PORT": str(replay_port),
            "LUISTERPOST_SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
            "PIKET_URL": f"json://127.0.0.1:{site.port}/piket",
            "DOEL_TOKEN": SECRET,
        }
        try:
            yield Town(environment, mailbox, site, desk)
        finally:
            mail.stop()


def calls(now: datetime) -> str:
    """An export of the contact centre: bags, other things, a row without a date."""
    lines = ["Contactnummer;Datum;Tijd;Kanaal;Notitie;Afgehandeld op"]
    for number, text in enumerate([*BAGS, *OTHERS]):
        at = (now - timedelta(minutes=40 * number + 30)).astimezone(settings().zone)
        lines.append(f"{number};{at:%d-%m-%Y};{at:%H:%M};Telefoon;{text};")
    return "\n".join([*lines, "99;gisteren ofzo;;Telefoon;dit kan niemand dateren;"]) + "\n"


def posts(now: datetime) -> list[Scheduled]:
    """Six posts on Mastodon and six comments on the news, half of them about the bags."""
    written = []
    for number in range(6):
        for voice in (Voice.MASTODON, Voice.NEWS):
            text = f"{BAGS[number] if number % 2 else OTHERS[number % 5]}, {number} keer gezien #rivierstad"
            example = Example(text, (), Kind.REPORT, 0, False, voice)
            written.append(Scheduled(now - timedelta(minutes=50 * number + 20), f"inwoner{number}{voice.value}", example))
    return sorted(written, key=lambda post: post.at)


@contextmanager
def serving(app: Any, port: int) -> Iterator[None]:
    """A real HTTP server on loopback."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


def _forget() -> None:
    settings.cache_clear()
    engine.cache_clear()
