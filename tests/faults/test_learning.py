"""Learning, killed with SIGKILL at every boundary: a next run ends as if nothing had happened, with one model in use and its file whole."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from classify.model import read
from models.embedded import Server
from tests.conftest import NOW
from tests.faults.databases import Databases
from tests.faults.orders import Answer, Zygote

VERSIONS = {"versions": "SELECT name, corrections, in_use, promoted_at IS NOT NULL, promoted_by, verdict FROM model_version ORDER BY name"}


class School:
    """Where victims learn, each with a database and a data folder of its own."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._databases, self._folder = Databases(server), folder
        self._zygote = Zygote("tests.faults.learner", {})
        self._zygote.run("beginning", NOW, {"LUISTERPOST_DATA": str(folder / "beginning")})

    def room(self, name: str) -> dict[str, str]:
        """A fresh place to learn in."""
        data = shutil.copytree(self._folder / "beginning", self._folder / name)
        return self._databases.copy("template_luisterpost", name) | {"LUISTERPOST_DATA": str(data)}

    def learn(self, room: dict[str, str], kill_at: int | None = None) -> Answer:
        return self._zygote.run("learn", NOW, room, kill_at)

    def outcome(self, name: str) -> tuple[list[tuple[Any, ...]], dict[str, str]]:
        """What the table says, and the finished models with a hash of what they learned."""
        files = (self._folder / name / "model").glob("[!.]*/*.skops")
        learned = {path.parent.name: sha256(read(path).coefficients.tobytes()).hexdigest() for path in files}
        return self._databases.ask(name, VERSIONS)["versions"], learned

    def close(self) -> None:
        self._zygote.close()


@pytest.fixture
def school(server: Server, tmp_path: Path) -> Iterator[School]:
    built = School(server, tmp_path)
    yield built
    built.close()


def test_killed_at_any_boundary_learning_loses_and_doubles_nothing(school: School) -> None:
    undisturbed = school.learn(school.room("learning_undisturbed"))
    boundaries = undisturbed.crossed
    right = school.outcome("learning_undisturbed")
    assert [in_use for _, _, in_use, *_ in right[0]] == [True]
    assert {"before rename", "after rename"} <= set(boundaries)
    assert boundaries.count("after commit") >= 2
    wrong = []
    for number, boundary in undisturbed.places_to_die():
        room = school.room(f"learning_{number}")
        assert school.learn(room, kill_at=number).killed, boundary
        school.learn(room)
        if school.outcome(f"learning_{number}") != right:
            wrong.append(f"{number} {boundary}")
    assert wrong == [], f"of {len(boundaries)} boundaries"
