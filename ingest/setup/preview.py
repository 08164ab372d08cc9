"""Messages as they would be stored, for a person to look at: masked, authors by pseudonym. Stores nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.border.border import Border
from ingest.border.crossing import COLUMNS, YES, prepare
from ingest.entry import Entry
from ingest.kinds.files import Files
from ingest.page import Item, Page
from ingest.run import surroundings

PSEUDONYM = 8
"""So much of a pseudonym tells people apart on a page."""


@dataclass(frozen=True)
class Shown:
    """One message as it would be stored; None where there would be nothing."""

    external_id: str
    text: str
    author: str | None
    published_at: datetime
    medium: str
    url: str | None
    answered_at: datetime | None
    private: bool
    by_municipality: bool


def as_stored(entry: Entry, items: Iterable[Item], border: Border, now: datetime) -> list[Shown]:
    """What would be stored of these items."""
    rows = prepare(entry, Page({}, list(items)), border, now).rows
    return [_shown(row.external_id, dict(zip(COLUMNS, row.written, strict=True))) for row in rows]


def look(entry: Entry, most: int, now: datetime) -> list[Shown]:
    """The first messages that a source gives when it is read from its beginning, without storing them or moving its cursor.

    Raises:
        SourceError: it gives none because something is the matter.
    """
    reading, border = surroundings(entry, now)
    found: list[Item] = []
    with TemporaryDirectory() as trial:
        if isinstance(entry, Files) and entry.fetch:
            reading = replace(reading, data=Path(trial))  # what is fetched to be looked at does not stay
        for page in entry.read({}, reading):
            found += islice(page.items, most - len(found))
            if len(found) == most:
                break
            if page.problem is not None:
                raise page.problem
    return as_stored(entry, found, border, now)


def _shown(external_id: str, written: dict[str, str]) -> Shown:
    return Shown(
        external_id=external_id,
        text=written["text"],
        author=written["author"][:PSEUDONYM] or None,
        published_at=datetime.fromisoformat(written["published_at"]),
        medium=written["medium"],
        url=written["url"] or None,
        answered_at=datetime.fromisoformat(written["answered_at"]) if written["answered_at"] else None,
        private=written["private"] == YES,
        by_municipality=written["by_municipality"] == YES,
    )
