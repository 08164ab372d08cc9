"""A second look at what was heard, by id: what was edited comes as items, what is gone at the source is removed here."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from ingest.entry import Reading
from ingest.errors import SourceError
from ingest.lists.listing import Listed
from ingest.page import Page, Rejected

HOURLY = timedelta(hours=1)
MANY = 10
"""So many messages that are all gone at once say more of the server than of those who wrote them."""
Look = Callable[[Sequence[str]], Listed]
"""Asks for messages by id; what is not in `seen` is gone."""


def recheck(
    source: str, cursor: dict[str, Any], reading: Reading, days: int, batch: int, batches: int, look: Look, every: timedelta = HOURLY
) -> Iterator[Page]:
    """Looks again at messages of the last `days`: at most `batches` of `batch`, all in turn. `days` 0: not at all.

    In the cursor: `rechecked_at`, and `rechecked`, the last id that was looked at.
    """
    last = cursor.get("rechecked_at")
    if not days or (last and reading.now - datetime.fromisoformat(last) < every):
        return
    stored = sorted(reading.stored(reading.now - timedelta(days=days)))
    after = str(cursor.get("rechecked", ""))
    turn = [number for number in stored if number > after][: batch * batches] or stored[: batch * batches]
    lost: SourceError | None = None
    for start in range(0, len(turn), batch):
        asked = turn[start : start + batch]
        listed = look(asked)
        gone = [number for number in asked if number not in listed.seen]
        lost = unknown(source, len(gone)) if len(gone) == len(asked) >= MANY else lost
        cursor = cursor | {"rechecked": asked[-1]}
        yield Page(cursor, listed.items, listed.rejected, removed=[] if lost else gone, problem=lost)
    yield Page(cursor | {"rechecked_at": reading.now.isoformat()})


def once_more(rejected: Sequence[Rejected], cursor: dict[str, Any], look: Look) -> Iterator[Page]:
    """Each message that was set aside, by its id; one that is gone by now, or never had an id, is settled too."""
    for row in rejected:
        number = row.item.get("id")
        listed = look([str(number)]) if number else Listed()
        yield Page(cursor, listed.items, listed.rejected, settled=[] if listed.rejected else [row.location])


def unknown(source: str, many: int) -> SourceError:
    """What a person hears where a server no longer knows any of ours."""
    return SourceError(
        f"{source}: de server kent geen van {many} berichten van de laatste dagen meer; er is niets gewist.",
        "Kijk of de adressen en namen van deze bron in sources.yaml nog kloppen, en of het token nog bij ons account hoort.",
    )
