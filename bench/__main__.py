"""Runs every measurement, each on a database of its own, and prints a line for each figure."""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bench import load, many, mask, places, route, understand
from launcher.prepare import bring_in_configuration
from models.database import database
from models.settings import settings

ROWS = 300_000
"""Of the export that is loaded; `ROWS=1000000 make bench` takes a few minutes more."""


@contextmanager
def town_of_its_own() -> Iterator[None]:
    """A fresh embedded database with the example municipality's configuration in it."""
    with tempfile.TemporaryDirectory(prefix="luisterpost-bench-") as folder:
        os.environ["LUISTERPOST_DATA"] = folder
        settings.cache_clear()
        with database():
            bring_in_configuration(settings())
            yield


def main() -> None:
    os.environ.pop("DATABASE_URL", None)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    texts = understand.example_texts()
    rows = int(os.environ.get("ROWS", ROWS))
    measurements: list[Callable[[], list[str]]] = [
        lambda: load.measure(rows),
        many.measure,
        lambda: mask.measure(texts),
        lambda: understand.measure(texts),
        lambda: places.measure(texts),
        route.measure,
    ]
    for measure in measurements:
        with town_of_its_own():
            print("\n".join(measure()))


if __name__ == "__main__":
    main()
