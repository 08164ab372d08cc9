"""A process that learns, or is killed while it does: `python -m tests.faults.learner`, one order a line.

It runs without threads of its own, so that each order can be carried out in a fork.
"""

import json
import os
import sys
import traceback
from datetime import datetime
from typing import Any

from classify.retrain import learn
from models.database import engine
from models.municipality import load_municipality
from models.settings import ROOT, settings
from tests.classify.learning import lamps, lesson, small_champion
from tests.faults.boundaries import Boundaries


def victim(order: dict[str, Any], answer: int) -> None:
    """Learn in this (forked) process; never returns."""
    os.environ.update(order["environment"])
    settings.cache_clear()
    engine.cache_clear()
    small_champion()
    boundaries = Boundaries(order["kill_at"])
    boundaries.install()
    try:
        learn(lesson(lamps(140)), load_municipality(ROOT / "config" / "rivierstad"), datetime.fromisoformat(order["now"]))
        os.write(answer, json.dumps(boundaries.crossed).encode())
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def main() -> None:
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
        failed = os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
        print(json.dumps({"killed": os.WIFSIGNALED(status), "failed": failed, "crossed": json.loads(crossed or b"[]")}), flush=True)


if __name__ == "__main__":
    main()
