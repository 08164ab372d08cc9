"""Runs every measurement, each on a database of its own, and prints a line for each figure."""

import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bench import digests, group, load, many, mask, pages, places, route, rules, trends, understand
from launcher.prepare import bring_in_configuration
from models.database import database
from models.settings import settings

ROWS = 300_000
"""Of the export that is loaded; `ROWS=1000000 make bench` takes a few minutes more."""
YEARS_ROWS = 300_000
"""Messages over ten years that trends, searches and pages are asked of; `YEARS_ROWS=10000000 make bench` takes an hour or two and 25 GB."""


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
    years = int(os.environ.get("YEARS_ROWS", YEARS_ROWS))
    measurements: list[Callable[[], list[str]]] = [
        lambda: load.measure(rows),
        many.measure,
        lambda: mask.measure(texts),
        lambda: understand.measure(texts),
        lambda: places.measure(texts),
        group.measure,
        route.measure,
        rules.measure,
        lambda: digests.measure(rows),
        lambda: [*trends.measure(years), *pages.measure()],
    ]
    for measure in measurements:
        with town_of_its_own():
            print("\n".join(measure()))


if __name__ == "__main__":
    main()
