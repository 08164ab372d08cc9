"""A list that begins with its newest entry and can only be walked towards older ones.

A walk goes down to where the last whole one began, and somewhat further: an entry may appear late under an earlier moment. What the walk
brings is stored page by page; only its end moves the mark, so a walk that is broken off loses nothing, and the next goes on where it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ingest.errors import SourceError
from ingest.lists.listing import Listed
from ingest.page import Page

MAX_PAGES = 250


@dataclass(frozen=True, slots=True)
class Leg:
    """One answer of the list. Nothing later than `reached` follows it; `next` is the server's name for what does, None: nothing."""

    listed: Listed
    reached: datetime | None
    next: str | None


Fetch = Callable[[datetime, str | None], Leg]
"""Asks for entries from a moment on, at the server's own name for a page; None is the first."""


def newest_first(cursor: dict[str, Any], name: str, now: datetime, first: timedelta, overlap: timedelta, fetch: Fetch) -> Iterator[Page]:
    """Pages of the list `name`; `first` is how far the first walk goes back.

    In the cursor, under `lists` and `name`: `since`, when the last whole walk began; of a walk that is not at its end, `top`, when it
    began, and `next`, the page that follows.
    """
    mark = dict(cursor.get("lists", {}).get(name, {}))
    since = datetime.fromisoformat(mark["since"]) - overlap if mark.get("since") else now - first
    top, page = mark.get("top") or now.isoformat(), mark.get("next")
    for turn in range(MAX_PAGES):
        try:
            leg = fetch(since, page)
        except SourceError as error:
            if turn or page is None or error.until is not None:
                raise
            top, leg = now.isoformat(), fetch(since, None)  # the page of then is no longer known to the server
        page = leg.next
        done = page is None or (leg.reached is not None and leg.reached < since)
        mark = {"since": top} if done else {"since": mark.get("since"), "top": top, "next": page}
        cursor = cursor | {"lists": cursor.get("lists", {}) | {name: mark}}
        yield Page(cursor, leg.listed.items, leg.listed.rejected)
        if done:
            return
