"""A list that can be asked for what changed since a moment, longest ago first.

Each page begins where the one before ended, by moment and not by number: what changes meanwhile moves to the end, and would shift numbered
pages under our feet. Where more changed at one moment than a page holds, numbers are all there is; then it is read until two readings
agree, for only then did nothing move away before what was still to be read. A server that stores a change under the moment it began may
show it late: each reading begins somewhat earlier.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ingest.lists.listing import Listed
from ingest.page import Page
from ingest.written.moments import NoMoment, moment

MAX_PAGES = 1_000


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer. `newest` is when the last of its entries changed; None: there were none. `more`: there may be others."""

    listed: Listed
    newest: datetime | None
    more: bool


Fetch = Callable[[datetime, int], Turn]
"""Asks for what changed at or after a moment; the number of the page is 1 unless a whole page changed at one moment."""


def changed_since(cursor: dict[str, Any], now: datetime, first: timedelta, overlap: timedelta, fetch: Fetch) -> Iterator[Page]:
    """Pages up to what changed last; `first` is how far the first reading goes back. In the cursor: `since`."""
    since = datetime.fromisoformat(cursor["since"]) - overlap if cursor.get("since") else now - first
    mark, number = datetime.fromisoformat(cursor["since"]) if cursor.get("since") else since, 1
    told: set[str] = set()
    crowd: tuple[set[str], set[str] | None] = set(), None
    for _ in range(MAX_PAGES):
        turn = fetch(since, number)
        mark = max(mark, min(turn.newest or mark, now))  # a moment in the future would hide what changes before it
        cursor = cursor | {"since": mark.isoformat()}
        yield Page(cursor, turn.listed.items, [row for row in turn.listed.rejected if row.location not in told])
        told |= {row.location for row in turn.listed.rejected}  # what stands on the edge of two pages is seen twice
        seen, before = crowd
        seen |= {item.external_id for item in turn.listed.items}
        if turn.more and (turn.newest is None or turn.newest <= since):
            number += 1
        elif number > 1 and seen != before:
            number, crowd = 1, (set(), seen)
        elif turn.more and turn.newest is not None:
            since, number, crowd = turn.newest, 1, (set(), None)
        else:
            return


def newest(written: Iterable[Any], zone: ZoneInfo) -> datetime | None:
    """The last of the moments that can be read; None where there is none."""
    found = []
    for value in written:
        try:
            found.append(moment(value, zone))
        except NoMoment:
            continue
    return max(found, default=None)
