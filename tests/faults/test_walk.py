"""The fault walk: at every boundary of every step the process is killed with SIGKILL, and the retry makes it as if nothing had happened.

For each step: one undisturbed run gives the boundaries and the outcome that is right; then, from the same beginning, a run is killed at the
first boundary, at the second, and so on to the last, and after each a second run must reach that same outcome.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from ingest.border.key_ring import rotate
from models.embedded import Server
from models.settings import ROOT
from tests.conftest import NOW
from tests.faults.town import Town, build_town

STEPS = ("listen", "understand", "route", "digest", "deliver")
AFTERWARDS = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(hours=2)
OUTCOME = {
    "messages": "SELECT o.source_id, o.external_id, m.text, m.author, m.channel, m.deleted_at FROM origin o "
    "JOIN message m ON m.id = o.message_id ORDER BY 1, 2",
    "shared": "SELECT count(*) FROM (SELECT FROM origin GROUP BY message_id HAVING count(*) > 1) AS message",
    "unoriginated": "SELECT count(*) FROM message WHERE id NOT IN (SELECT message_id FROM origin)",
    "rejected": "SELECT source_id, location, reason FROM rejected_row ORDER BY 1, 2",
    "annotations": "SELECT o.external_id, a.kind, t.rank, t.sub FROM annotation a JOIN origin o USING (message_id) "
    "LEFT JOIN annotation_theme t USING (message_id) ORDER BY 1, 3",
    "signals": "SELECT s.sub, s.title, s.messages, array_agg(o.external_id ORDER BY o.external_id) FROM signal s "
    "JOIN signal_message m ON m.signal_id = s.id JOIN origin o ON o.message_id = m.message_id GROUP BY s.id ORDER BY 1, 2, 4",
    "tickets": "SELECT s.title, t.department_id, t.status, t.messages_seen FROM ticket t JOIN signal s ON s.id = t.signal_id ORDER BY 1",
    "history": "SELECT s.title, e.step, e.actor FROM ticket_event e JOIN ticket t ON t.id = e.ticket_id "
    "JOIN signal s ON s.id = t.signal_id ORDER BY 1, 2",
    "routings": "SELECT s.title, r.rule, r.department_id, r.reason FROM routing r JOIN signal s ON s.id = r.signal_id ORDER BY 1, 2, 4",
    "digests": "SELECT audience, day, subject FROM digest ORDER BY 1",
    "deliveries": "SELECT regexp_replace(key, '^alert/.*', 'alert'), status, way, recipient, subject FROM delivery ORDER BY 1, 4, 5",
    "left to do": "SELECT count(*) FILTER (WHERE annotation_due), count(*) FILTER (WHERE grouping_due) FROM message",
}


class Zygote:
    """The process that forks victims."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.zygote"],
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def run(self, step: str, now: datetime, environment: dict[str, str], kill_at: int | None = None) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"step": step, "now": now.isoformat(), "environment": environment, "kill_at": kill_at}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert not answer["failed"], f"{step} failed; its trace stands above"
        return answer

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def town(trained_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with build_town(tmp_path_factory.mktemp("town"), trained_model, NOW) as built:
        yield built


@pytest.fixture(scope="module")
def zygote(town: Town) -> Iterator[Zygote]:
    process = Zygote(town.environment)
    yield process
    process.close()


class Databases:
    """Databases of one server, copied from one another."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def copy(self, source: str, name: str) -> dict[str, str]:
        """Make `name` a copy of `source`; gives the environment that points at it."""
        with self._admin() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
        return {"DATABASE_URL": self._server.url(name)}

    def outcome(self, name: str) -> dict[str, list[tuple[Any, ...]]]:
        with psycopg.connect(host=str(self._server.sockets), user="postgres", dbname=name) as connection:
            return {what: connection.execute(question.encode()).fetchall() for what, question in OUTCOME.items()}

    @contextmanager
    def _admin(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(host=str(self._server.sockets), user="postgres", dbname="postgres", autocommit=True) as connection:
            yield connection


@pytest.fixture(scope="module")
def stages(server: Server, town: Town, zygote: Zygote) -> Databases:
    """For each step a database `before_<step>` in which the steps before it have been done."""
    databases = Databases(server)
    with town.configured(server, "stage_configured"):
        pass
    before = "stage_configured"
    for step in STEPS:
        databases.copy(before, f"before_{step}")
        zygote.run(step, NOW, databases.copy(before, f"after_{step}"))
        before = f"after_{step}"
    return databases


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_boundary_a_step_loses_and_doubles_nothing(step: str, stages: Databases, town: Town, zygote: Zygote) -> None:
    boundaries: list[str] = zygote.run(step, NOW, stages.copy(f"before_{step}", "walk"))["crossed"]
    assert boundaries, "a step without a boundary does nothing"
    right = stages.outcome("walk")
    wrong = {}
    for number, boundary in enumerate(boundaries, 1):
        town.forget_mail()
        environment = stages.copy(f"before_{step}", "walk")
        assert zygote.run(step, NOW, environment, kill_at=number)["killed"], f"{step} no longer reaches boundary {number} ({boundary})"
        zygote.run(step, AFTERWARDS, environment)
        found = stages.outcome("walk")
        if found != right:
            wrong[f"{number} {boundary}"] = [what for what in right if found[what] != right[what]]
        if step == "deliver":
            mailed = [key for key, _, way, *_ in right["deliveries"] if way == "smtp"]
            assert len(town.mailbox.identities()) == len(mailed), f"mail lost or doubled at {number} {boundary}"
    assert wrong == {}, f"of {len(boundaries)} boundaries of {step}"


def test_killed_at_any_boundary_nobody_is_renamed_by_half(stages: Databases, town: Town, zygote: Zygote) -> None:
    """The key is new, and everybody is heard once more: a person has one name before and after, and no message is doubled."""
    rotate(Path(town.environment["LUISTERPOST_DATA"]) / "keys")
    before = {row[:2]: row[3] for row in stages.outcome("after_listen")["messages"]}
    boundaries: list[str] = zygote.run("listen", LATER, stages.copy("after_listen", "walk"))["crossed"]
    right = stages.outcome("walk")
    renamed = [row for row in right["messages"] if row[3] != before[row[:2]]]
    assert len(renamed) >= 5
    wrong = {}
    for number, boundary in enumerate(boundaries, 1):
        environment = stages.copy("after_listen", "walk")
        assert zygote.run("listen", LATER, environment, kill_at=number)["killed"], f"boundary {number} ({boundary}) is no longer reached"
        halfway = {row[3] for row in stages.outcome("walk")["messages"]}
        assert len(halfway) == len({row[3] for row in right["messages"]}), f"somebody has two names at {number} {boundary}"
        zygote.run("listen", LATER + timedelta(minutes=5), environment)
        if stages.outcome("walk") != right:
            wrong[f"{number} {boundary}"] = [what for what, rows in stages.outcome("walk").items() if rows != right[what]]
    assert wrong == {}, f"of {len(boundaries)} boundaries"


def test_the_walk_meets_what_it_is_meant_to_meet(stages: Databases, zygote: Zygote) -> None:
    """A walk over nothing proves nothing: the little town has a signal, a ticket, digests and mail, and several commits a step."""
    done = stages.outcome("after_deliver")
    assert len(done["messages"]) >= 25
    assert len(done["tickets"]) >= 1
    assert len(done["digests"]) >= 12
    assert {status for _, status, *_ in done["deliveries"]} == {"sent"}
    assert done["rejected"]
    assert done["shared"][0][0] >= 5
    for step in STEPS:
        crossed = zygote.run(step, NOW, stages.copy(f"before_{step}", "walk"))["crossed"]
        assert crossed.count("after commit") >= 2, step
