"""A source that can only be read whole: what is stored and is no longer there is gone."""

from collections.abc import Iterable, Iterator
from typing import Any

from ingest.entry import Reading
from ingest.errors import SourceError
from ingest.lists.listing import Listed
from ingest.lists.recheck import MANY
from ingest.page import Page
from ingest.written.moments import EARLIEST


def sweep(source: str, cursor: dict[str, Any], reading: Reading, answers: Iterable[Listed]) -> Iterator[Page]:
    """Every answer as a page, and when all of them came whole what is gone.

    More than half of what we know gone at once, and ten at least, says more of the server: then nothing is removed.
    """
    seen: set[str] = set()
    whole = True
    for listed in answers:
        seen |= listed.seen
        whole = whole and listed.problem is None
        yield Page(cursor, listed.items, listed.rejected, problem=listed.problem)
    if not whole:
        return
    stored = reading.stored(EARLIEST)
    gone = [number for number in stored if number not in seen]
    if MANY <= len(gone) > len(stored) // 2:
        problem = SourceError(
            f"{source}: de server laat {len(gone)} van {len(stored)} berichten niet meer zien; er is niets gewist.",
            "Kijk of deze bron in sources.yaml nog alles noemt wat gelezen moet worden, en of de site het doet.",
        )
        yield Page(cursor, problem=problem)
    elif gone:
        yield Page(cursor, removed=gone)
