"""A department whose tickets go into a system of its own, and that system on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models import Delivery, Department, OutsideTicket, Signal, Ticket
from models.database import transaction
from models.embedded import Server
from models.municipality import Municipality, synchronise
from models.settings import settings
from models.words import DeliveryStatus, DeliveryWay, TicketStatus, TicketStep
from routing.deliveries.deliver import Counts, deliver_due
from routing.deliveries.targets.reflect import Asked, reflect_due
from routing.tickets import changes
from routing.tickets.history import write_down
from tests.conftest import NOW, fresh_database
from tests.routing.deliveries.targets.fakes import FAKES, SECRET, Fake
from tests.site import Site, serving

TARGET = "eigen"
SOON = timedelta(minutes=20)


@pytest.fixture(scope="module")
def database(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all the tests of a module: there are many, and each has a ticket of its own."""
    with fresh_database(server, "template_luisterpost", tmp_path_factory.mktemp("targets")) as url:
        yield url


@pytest.fixture(scope="module")
def town(database: str, rivierstad: Municipality) -> Municipality:
    with transaction() as session:
        synchronise(session, rivierstad)
    return rivierstad


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@dataclass
class Desk:
    """The department with its ticket, seen from our side."""

    session: Session
    folder: Path
    ticket_id: int
    now: datetime = NOW

    def configure(self, entry: dict[str, Any]) -> None:
        with (self.folder / "targets.yaml").open("w", encoding="utf-8") as file:
            YAML(typ="safe").dump({"targets": {TARGET: entry}}, file)

    @property
    def ticket(self) -> Ticket:
        self.session.expire_all()
        return self.session.get_one(Ticket, self.ticket_id)

    @property
    def row(self) -> OutsideTicket:
        self.session.expire_all()
        return self.session.scalars(select(OutsideTicket)).one()

    def deliveries(self) -> list[Delivery]:
        self.session.expire_all()
        return list(self.session.scalars(select(Delivery).where(Delivery.way == DeliveryWay.TARGET).order_by(Delivery.id)))

    def states(self) -> list[DeliveryStatus]:
        return [delivery.status for delivery in self.deliveries()]

    def run(self, later: timedelta = timedelta()) -> Counts:
        self.session.rollback()
        self.now += later
        return deliver_due(self.now)

    def ask(self, later: timedelta = SOON) -> Asked:
        self.session.rollback()
        self.now += later
        return reflect_due(self.now)

    def grow(self, note: str = "41 berichten") -> None:
        self._line(TicketStep.GREW, note)

    def settle(self, outcome: str = "De containers zijn geleegd.") -> None:
        with transaction() as session:
            version = session.get_one(Ticket, self.ticket_id).version
            changes.settle(session, self.ticket_id, version, "Ans", self.now, outcome)

    def reopen(self) -> None:
        with transaction() as session:
            version = session.get_one(Ticket, self.ticket_id).version
            changes.reopen(session, self.ticket_id, version, "Ans", self.now, "er liggen weer zakken")

    def hand_over(self) -> None:
        with transaction() as session:
            version = session.get_one(Ticket, self.ticket_id).version
            changes.hand_over(session, self.ticket_id, version, "Ans", self.now, "openbare-ruimte")

    def _line(self, step: TicketStep, note: str) -> None:
        with transaction() as session:
            ticket = session.get_one(Ticket, self.ticket_id)
            write_down(session, ticket, step, "luisterpost", self.now, note)


@pytest.fixture
def desk(session: Session, town: Municipality, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    folder = tmp_path / "config"
    folder.mkdir()
    monkeypatch.setenv("LUISTERPOST_CONFIG", str(folder))
    monkeypatch.setenv("DOEL_TOKEN", SECRET)
    settings.cache_clear()
    session.execute(delete(OutsideTicket))
    session.execute(delete(Delivery))
    session.execute(update(Ticket).values(status=TicketStatus.SETTLED))
    signal = Signal(
        theme="afval",
        sub="afval/bijplaatsing",
        title="Zakken naast containers <b> & co",
        messages=41,
        people=37,
        first_at=NOW,
        last_at=NOW,
        created_at=NOW,
        summarised_at=NOW,
    )
    session.add(signal)
    session.execute(update(Department).where(Department.id == "reiniging").values(target=TARGET))
    session.flush()
    ticket = Ticket(signal_id=signal.id, department_id="reiniging", opened_at=NOW, due_at=NOW + timedelta(days=1), status=TicketStatus.OPEN)
    session.add(ticket)
    session.flush()
    write_down(session, ticket, TicketStep.OPENED, "luisterpost", NOW, "piek: 41 berichten, gewoonlijk 5")
    session.commit()
    yield Desk(session, folder, ticket.id)
    settings.cache_clear()


@pytest.fixture(params=FAKES, ids=lambda fake: fake.__name__)
def fake(request: pytest.FixtureRequest, site: Site, desk: Desk) -> Fake:
    made: Fake = request.param(site)
    desk.configure(made.entry())
    return made
