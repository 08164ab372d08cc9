"""The example town, lived day by day on a clock of its own: residents write, sources are read, mail arrives."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.types import Receive, Scope, Send

from classify.examples import Voice
from classify.understand import understand
from dashboards.app import create_app
from dashboards.people.accounts import sign_in_link
from ingest.listen import due_sources, listen
from launcher import airflow
from launcher.example import Scheduled, schedule
from launcher.inbox import NETWORKS, OVERLAP, contact_centre, forms, webcare
from launcher.prepare import bring_in_configuration
from launcher.replay import create_replay
from launcher.website import agree_on_token
from models import Origin, Signal, SignalMessage, Ticket
from models.database import engine, transaction
from models.digest import digest_for
from models.embedded import Server
from models.settings import ROOT, settings
from models.stand_up import stand_up_of
from models.ticket import ticket_about
from models.words import DigestKind, Role, RunOutcome
from routing.alerts.hurrying import send_alerts
from routing.deliveries.deliver import deliver_due
from routing.digests.audience import audiences
from routing.digests.build import build_due, compose
from routing.digests.content import DigestContent
from routing.readers.feedback import asked
from routing.readers.ranking import liking
from routing.route import route
from routing.stand_up.kept import content_of, keep_due
from routing.stand_up.told import StandUp
from tests.dashboards.conftest import csrf_of, fields_of
from tests.faults.town import serving
from tests.ports import free_ports
from tests.routing.deliveries.mailbox import Mailbox, listening

KEY = 16
"""Signs of a message's key, at the end of the number by which its source knows it; Mastodon alone gives numbers of its own."""
MORNING = time(9, 30)
BEFORE_ALL = timedelta(days=90)
"""Longer than the example goes back: the first export holds all that came before."""
DAGS = ("measure", "listen", "understand", "route", "digest", "deliver")
"""What happens every day; learning, which is nightly and weekly, has a test of its own in tests/dags."""
AT = """
import datetime as real, importlib, json, sys
moment = real.datetime.fromisoformat(sys.argv[1])
class Clock(real.datetime):
    now = classmethod(lambda cls, zone=None: moment)
states = {}
for name in sys.argv[2:]:
    module = importlib.import_module(f"dags.{name}")
    module.datetime = Clock
    states[name] = str(getattr(module, f"{name}_dag").test().state)
print("STATES " + json.dumps(states))
"""
"""Runs DAGs as Airflow does, at a moment on the town's clock."""


@dataclass
class Town:
    """Rivierstad. `now` is its clock; nothing happens by itself: it lives on when asked to."""

    messages: Sequence[Scheduled]
    mailbox: Mailbox
    zone: ZoneInfo
    begin: datetime
    now: datetime
    dropped_until: datetime
    served: list[FastAPI]

    def lives_until(self, day: date, clock: time) -> None:
        """Every morning in between, and this moment: what residents wrote is read, understood, routed, told and mailed."""
        moment = datetime.combine(day, clock, self.zone)
        while (morning := self._next_morning()) < moment:
            self._passes(morning)
        if self.now < moment:
            self._passes(moment)

    def lives_a_day_with_airflow(self, day: date, clock: time, server: Server, folder: Path) -> dict[str, str]:
        """The same for one day, by the real DAGs: the state of each."""
        self.now = datetime.combine(day, clock, self.zone)
        self._publish()
        environment = airflow_in(folder, server)
        command = [sys.executable, "-W", "ignore", "-c", AT, self.now.isoformat(), *DAGS]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
        assert "STATES " in answer.stdout, answer.stderr[-3000:]
        states: dict[str, str] = json.loads(answer.stdout.split("STATES ")[1].splitlines()[0])
        return states

    def days(self) -> list[date]:
        """The days it lived through."""
        first, last = self.begin.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
        return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]

    def letters_to(self, address: str, day: date) -> list[EmailMessage]:
        """What somebody got on a day, in order of arrival."""
        to = [letter for letter in self.mailbox.taken if address in str(letter["To"])]
        return [letter for letter in to if letter["Date"].datetime.astimezone(self.zone).date() == day]

    def signals_of(self, story: str, sub: str | None = None) -> Counter[int]:
        """How many messages of a story of stories.txt (about `sub`) are in which signal by now; 0: in none."""
        told = {m.key for m in self.messages if m.story == story and m.at <= self.now and (sub is None or sub in m.example.themes)}
        with Session(engine()) as session:
            homes = session.execute(
                select(Origin.external_id, SignalMessage.signal_id).outerjoin(SignalMessage, SignalMessage.message_id == Origin.message_id)
            )
            return Counter(signal or 0 for external, signal in homes if external[-KEY:] in told)

    def signal(self, number: int) -> Signal:
        with Session(engine()) as session:
            return session.get_one(Signal, number)

    def ticket(self, signal: int) -> Ticket | None:
        with Session(engine()) as session:
            return ticket_about(session, signal)

    def stories_for(self, audience: str) -> list[int]:
        """The signals that its digest would tell now, in that order."""
        with Session(engine()) as session:
            reader = next(one for one in audiences(session) if one.id == audience and one.kind is DigestKind.DAILY)
            return [story.signal_id for story in compose(session, reader, self.now).stories]

    def likes(self, audience: str) -> Mapping[str, float]:
        """What its readers' opinions make of each sub-theme, around 1."""
        with Session(engine()) as session:
            return liking(session, audience, self.now)

    def stand_up(self, day: date) -> StandUp:
        """The stand-up as it was held."""
        with Session(engine()) as session:
            held = stand_up_of(session, day)
            told = content_of(held) if held else None
        assert told is not None, f"no stand-up on {day}"
        return told

    def digest(self, audience: str, day: date) -> DigestContent:
        """The day's digest of a department or of the newsroom, as it went."""
        with Session(engine()) as session:
            digest = digest_for(session, audience, DigestKind.DAILY, day)
        assert digest is not None, f"no digest for {audience} on {day}"
        return DigestContent.model_validate(digest.content)

    @property
    def bags(self) -> int:
        """The signal of the bags beside the containers."""
        ((signal, _),) = self.signals_of("bijplaatsing-haven").most_common(1)
        return signal

    def reader_says(self, letter: EmailMessage, signal: int, opinion: str) -> None:
        """Somebody opens the word under an item of a letter, and presses a button there."""
        reader, page = self.pages(), self._page_of_opinion(letter, signal)
        form = fields_of(reader.get(page).text)
        assert reader.post(page, data={**form, "oordeel": opinion}).status_code == 303

    def _page_of_opinion(self, letter: EmailMessage, signal: int) -> str:
        part = letter.get_body(("plain",))
        assert part is not None
        pages = [str(urlsplit(address).path) for address in re.findall(r"Nuttig: (\S+)", part.get_content())]
        with Session(engine()) as session:
            about = {page: asked(session, page.rsplit("/", 1)[1]).signal for page in pages}
        (page,) = [page for page, said in about.items() if said is not None and said.id == signal]
        return page

    def pages(self) -> TestClient:
        """The pages, in the browser of somebody who has not signed in."""
        return TestClient(create_app(lambda: self.now), follow_redirects=False)

    def signs_in(self, name: str, role: Role, department: str | None = None) -> TestClient:
        """The pages, in the browser of a colleague."""
        client = self.pages()
        with transaction() as session:
            path = sign_in_link(session, name, role, department, self.now)
        assert client.post(path, data={"_csrf": csrf_of(client.get(path).text)}).status_code == 303
        return client

    def _next_morning(self) -> datetime:
        local = self.now.astimezone(self.zone)
        return datetime.combine(local.date() + timedelta(days=local.time() >= MORNING), MORNING, self.zone)

    def _passes(self, moment: datetime) -> None:
        self.now = moment
        self._publish()
        for source in due_sources(moment):
            outcome = listen(source, moment)
            assert outcome.outcome is RunOutcome.DONE, outcome
        understand(moment)
        route(moment)
        send_alerts(moment)
        build_due(moment)
        keep_due(moment)
        deliver_due(moment)

    def _publish(self) -> None:
        """Exports land in the inbox, feeds and timelines have grown."""
        said = [self._as_known(message) for message in self.messages if message.at <= self.now]
        self.served[:] = [create_replay(said)]
        new = [message for message in said if message.at > self.dropped_until - OVERLAP]
        name = f"{self.now:%Y-%m-%d-%H%M}"
        of = {
            f"kcc/{name}.csv": contact_centre([m for m in new if m.example.voice is Voice.CALL], self.zone),
            f"webcare/{name}.xlsx": webcare([m for m in new if m.example.voice in NETWORKS], self.zone),
            f"formulieren/{name}.jsonl": forms([m for m in new if m.example.voice is Voice.FORM]),
        }
        for path, content in of.items():
            file = settings().data / "inbox" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        self.dropped_until = self.now

    def _as_known(self, message: Scheduled) -> Scheduled:
        """A message as its source shows it now: answers of later are not there yet."""
        later = message.answered_at is not None and message.answered_at > self.now
        return replace(message, answered_at=None) if later else message


@contextmanager
def living(folder: Path, trained_model: Path, anchor: datetime, begin: datetime, later: timedelta) -> Iterator[Town]:
    """A town whose stories are told around `anchor`, with everything outside it, at `begin`. The database is the settings' own."""
    config = shutil.copytree(ROOT / "config" / "rivierstad", folder / "config", ignore=shutil.ignore_patterns("messages", "matomo.yaml"))
    mailbox = Mailbox()
    served: list[FastAPI] = []
    zone = settings().zone
    (replay_port,) = free_ports(1)

    async def replayed(scope: Scope, receive: Receive, send: Send) -> None:
        await served[0](scope, receive, send)

    with serving(replayed, replay_port), listening(mailbox) as mail_port, pytest.MonkeyPatch.context() as outside:
        outside.setenv("LUISTERPOST_CONFIG", str(config))
        outside.setenv("LUISTERPOST_REPLAY_PORT", str(replay_port))
        outside.setenv("LUISTERPOST_SMTP_URL", f"smtp://127.0.0.1:{mail_port}")
        settings.cache_clear()
        settings().data.mkdir(parents=True, exist_ok=True)
        (settings().data / "model").symlink_to(trained_model)
        agree_on_token(settings(), "website")
        bring_in_configuration(settings())
        messages = schedule(ROOT / "config" / "rivierstad" / "messages", anchor, zone, later)
        yield Town(messages, mailbox, zone, begin, begin, begin - BEFORE_ALL, served)
    settings.cache_clear()


def airflow_in(folder: Path, server: Server) -> dict[str, str]:
    """Airflow's tables in the embedded server, and the variables under which it runs with the present settings."""
    name = f"airflow_{folder.name}"
    server.ensure_database(name)
    environment = {**os.environ, **airflow.environment(settings()), "AIRFLOW_HOME": str(folder / "airflow")}
    environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = server.url(name)
    environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"] = server.url(name, "asyncpg")
    for command in (["db", "migrate"], ["pools", "set", *airflow.POOL]):
        subprocess.run([str(Path(sys.executable).parent / "airflow"), *command], env=environment, check=True, capture_output=True)
    return environment
