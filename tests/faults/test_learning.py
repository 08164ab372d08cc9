"""Learning, killed with SIGKILL at every boundary: a next run ends as if nothing had happened, with one model in use and its file whole."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from classify.model import read
from models.embedded import Server
from models.settings import ROOT
from tests.conftest import NOW

THREADLESS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
VERSIONS = "SELECT name, corrections, in_use, promoted_at IS NOT NULL, promoted_by, verdict FROM model_version ORDER BY name"


class Learner:
    """The process that forks victims, each with a database and a data folder of its own."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server, self._folder = server, folder
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.faults.learner"],
            env={**os.environ, **THREADLESS},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def town(self, name: str) -> dict[str, str]:
        """A fresh place to learn in."""
        with psycopg.connect(host=str(self._server.sockets), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template_luisterpost").format(sql.Identifier(name)))
        return {"DATABASE_URL": self._server.url(name), "LUISTERPOST_DATA": str(self._folder / name)}

    def learn(self, town: dict[str, str], kill_at: int | None = None) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"environment": town, "now": NOW.isoformat(), "kill_at": kill_at}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert not answer["failed"], "learning failed; its trace stands above"
        return answer

    def outcome(self, name: str) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
        """What the table says, and the finished models with a hash of what they learned."""
        with psycopg.connect(host=str(self._server.sockets), user="postgres", dbname=name) as connection:
            versions = connection.execute(VERSIONS).fetchall()
        files = (self._folder / name / "model").glob("[!.]*/*.skops")
        return versions, {path.parent.name: sha256(read(path).coefficients.tobytes()).hexdigest() for path in files}

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture
def learner(server: Server, tmp_path: Path) -> Iterator[Learner]:
    process = Learner(server, tmp_path)
    yield process
    process.close()


def test_killed_at_any_boundary_learning_loses_and_doubles_nothing(learner: Learner) -> None:
    boundaries: list[str] = learner.learn(learner.town("learning_undisturbed"))["crossed"]
    right = learner.outcome("learning_undisturbed")
    assert [in_use for _, _, in_use, *_ in right[0]] == [True]
    assert {"before rename", "after rename"} <= set(boundaries)
    assert boundaries.count("after commit") >= 2
    wrong = []
    for number, boundary in enumerate(boundaries, 1):
        town = learner.town(f"learning_{number}")
        assert learner.learn(town, kill_at=number)["killed"], boundary
        learner.learn(town)
        if learner.outcome(f"learning_{number}") != right:
            wrong.append(f"{number} {boundary}")
    assert wrong == [], f"of {len(boundaries)} boundaries"
