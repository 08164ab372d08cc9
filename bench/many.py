"""Twenty sources of which five fail: whether the healthy ones are done as soon as without the failing ones."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from ingest.entry import Entry, Reading
from ingest.errors import SourceError
from ingest.page import Item, Page
from ingest.run import run
from ingest.sources import synchronise_sources
from models.database import transaction
from models.source import due
from models.words import Channel

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
HEALTHY, FAILING = 15, 5
AT_ONCE = 4
"""As many sources as Airflow reads at the same time."""
PAGES, ITEMS = 10, 40
ANSWER = 0.02
"""Seconds that a healthy server takes for a page."""
PATIENCE = 2.0
"""Seconds until a failing server is given up on."""


class Imagined(Entry):
    """A source without a server: it answers in its time, or never."""

    kind: Literal["imagined"] = "imagined"
    fails: bool = False

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:  # noqa: ARG002 - as every kind
        waiting = threading.Event()
        if self.fails:
            waiting.wait(PATIENCE)
            raise SourceError("De server antwoordt niet.", "Wacht.")
        for page in range(PAGES):
            waiting.wait(ANSWER)
            items = [Item(f"{page}-{n}", f"bericht {n} van blad {page}", reading.now) for n in range(ITEMS)]
            yield Page({"page": page}, items)

    def again(self, *_: Any) -> Iterator[Page]:
        return iter(())


def measure() -> list[str]:
    """A line for a person. Needs a running database with our schema."""
    alone = _read([_source(f"a{n:02}") for n in range(HEALTHY)], NOW)
    mixed = [_source(f"{'b' if n % 4 else 'a-stuk'}{n:02}", fails=n % 4 == 0) for n in range(HEALTHY + FAILING)]
    first = _read(mixed, NOW)
    later = _read(mixed, NOW + timedelta(hours=6))
    return [
        f"sources: {HEALTHY} healthy ones, {AT_ONCE} at once, take {alone:.1f} s; with {FAILING} more that each fail after "
        f"{PATIENCE:.0f} s they are done in {first:.1f} s the first time and {later:.1f} s after that"
    ]


def _source(name: str, fails: bool = False) -> Imagined:
    return Imagined(
        id=name,
        name=name,
        channel=Channel.SOCIAL,
        purpose="meten",
        legal_basis="geen, verzonnen",
        retention_days=1,
        audience="niemand",
        fails=fails,
    )


def _read(sources: list[Imagined], now: datetime) -> float:
    """Seconds until the last healthy source is done, when they are read in the order in which they are due."""
    by_id = {source.id: source for source in sources}
    done: list[float] = []
    with transaction() as session:
        synchronise_sources(session, sources)
        order = due(session, now, {})
    begin = time.perf_counter()

    def read(source_id: str) -> None:
        source = by_id[source_id]
        run(source, source.read, now)
        if not source.fails:
            done.append(time.perf_counter() - begin)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(read, order))
    return max(done)
