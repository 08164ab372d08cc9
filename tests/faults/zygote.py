"""A process that has loaded the whole house once, and forks a victim for every order on its standard input.

An order is a line of JSON: environment, step, now, kill_at. The answer is a line of JSON: killed, crossed.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from typing import Any

from classify.pipeline import annotator
from classify.understand import understand
from ingest.listen import due_sources, listen
from models.database import engine
from models.municipality import load_municipality
from models.settings import settings
from routing.deliveries.deliver import deliver_due
from routing.digests.build import build_due
from routing.route import route
from tests.faults.boundaries import Boundaries


def listen_to_all(now: datetime) -> None:
    for source in due_sources(now):
        listen(source, now)


def build_all(now: datetime) -> None:
    build_due(now, everyone=True)


STEPS: dict[str, Callable[[datetime], object]] = {
    "listen": listen_to_all,
    "understand": understand,
    "route": route,
    "digest": build_all,
    "deliver": deliver_due,
}


def victim(order: dict[str, Any], answer: int) -> None:
    """Run one step in this (forked) process; never returns."""
    os.environ.update(order["environment"])
    settings.cache_clear()
    engine.cache_clear()
    boundaries = Boundaries(order["kill_at"])
    boundaries.install()
    try:
        STEPS[order["step"]](datetime.fromisoformat(order["now"]))
        os.write(answer, json.dumps(boundaries.crossed).encode())
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def main() -> None:
    annotator(load_municipality(settings().config))
    print("ready", flush=True)
    for line in sys.stdin:
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            victim(json.loads(line), writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            crossed = pipe.read()
        _, status = os.waitpid(pid, 0)
        killed, failed = os.WIFSIGNALED(status), os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
        print(json.dumps({"killed": killed, "failed": failed, "crossed": json.loads(crossed or b"[]")}), flush=True)


if __name__ == "__main__":
    main()
