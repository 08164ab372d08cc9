"""Orders for victims: a process that has loaded what it needs once, forks a victim for each order, and says what became of it.

An order and its answer are a line of JSON each, over the process's standard input and output.
"""

import gc
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import NoReturn

from models.database import engine
from models.settings import ROOT, settings
from tests.faults.boundaries import Boundaries

Steps = Mapping[str, Callable[[datetime], object]]
THREADLESS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A fork has the threads of its parent no longer; so the parent has none."""


@dataclass(frozen=True)
class Order:
    step: str
    now: str
    """As ISO 8601."""
    environment: dict[str, str]
    kill_at: int | None = None
    """Which boundary is the last, counted from one; None: run to the end."""


@dataclass(frozen=True)
class Answer:
    killed: bool
    failed: bool
    crossed: list[str]
    """The boundaries of a run that ended; of one that was killed none are known."""

    def places_to_die(self) -> Iterator[tuple[int, str]]:
        """Number and name of each boundary behind which the world differs: between an effect and the next nothing lasts,
        so dying after the one is dying before the other."""
        return ((number, name) for number, name in enumerate(self.crossed, 1) if number == 1 or name.startswith("after"))


class Zygote:
    """The process that forks victims, seen from the tests: `module` is run and must call `serve`."""

    def __init__(self, module: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", module],
            env={**os.environ, **THREADLESS, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def run(self, step: str, now: datetime, environment: dict[str, str], kill_at: int | None = None) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(Order(step, now.isoformat(), environment, kill_at))) + "\n")
        self._process.stdin.flush()
        answer = Answer(**json.loads(self._process.stdout.readline()))
        assert not answer.failed, f"{step} failed; its trace stands above"
        return answer

    def close(self) -> None:
        self._process.communicate()


def serve(steps: Steps) -> None:
    """Say that all is loaded, and carry out orders until there are no more."""
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(asdict(_carried_out(steps, Order(**json.loads(line))))), flush=True)


def _carried_out(steps: Steps, order: Order) -> Answer:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _victim(steps, order, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        crossed = json.loads(pipe.read() or b"[]")
    _, status = os.waitpid(pid, 0)
    return Answer(os.WIFSIGNALED(status), os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0, crossed)


def _victim(steps: Steps, order: Order, answer: int) -> NoReturn:
    """Run one step in this (forked) process; never returns."""
    os.environ.update(order.environment)
    settings.cache_clear()
    engine.cache_clear()
    boundaries = Boundaries(order.kill_at)
    boundaries.install()
    try:
        steps[order.step](datetime.fromisoformat(order.now))
        os.write(answer, json.dumps(boundaries.crossed).encode())
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
