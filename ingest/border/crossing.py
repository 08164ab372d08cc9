"""A page crosses the border: items as a source gave them become rows as they will be stored, masked and pseudonymous.

Touches no database, so that a large file's next page can be prepared while the last one is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from ingest.border.border import Border, key
from ingest.border.identity import Name, name_of, parent_name
from ingest.entry import Entry
from ingest.errors import SourceError
from ingest.page import Item, Page
from ingest.privacy import link

TOMORROW = timedelta(days=1)
COLUMNS = (
    "medium text author published_at edited_at answered_at url conversation in_reply_to reach private by_municipality sensitive".split()
)
PUBLISHED, IN_REPLY_TO = COLUMNS.index("published_at"), COLUMNS.index("in_reply_to")
AUTHOR, CONVERSATION, PRIVATE, OWN = (COLUMNS.index(name) for name in ("author", "conversation", "private", "by_municipality"))
YES = "True"
HALF = 8


class Row(NamedTuple):
    """An item as it is stored. `written` is in the order of COLUMNS, as PostgreSQL reads it; empty where there is nothing.

    `digest` tells an edit from a repeat, its first half whether the words are other ones. `names` are the digests of the post's name, by
    the present key first; `parents` those of what it replies to. `former` are the digests it had with its author under old keys.
    """

    external_id: str
    written: list[str]
    digest: bytes
    names: Sequence[bytes] = ()
    sole: bool = True
    parents: Sequence[bytes] = ()
    former: Sequence[bytes] = ()

    @property
    def by_us(self) -> bool:
        return self.written[OWN] == YES


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page as it will be stored: nothing personal is left in it. `renamed` are pseudonyms by what they were under an old key."""

    cursor: dict[str, Any]
    rows: list[Row]
    unchanged: int
    removed: list[str]
    aside: list[tuple[str, str, dict[str, Any]]]
    restarts: str | None
    settled: list[str]
    problem: SourceError | None
    renamed: dict[str, str] = field(default_factory=dict)


def prepare(entry: Entry, page: Page, border: Border, now: datetime) -> Prepared:
    """Mask, name by pseudonym, and keep the last of items with one name."""
    renamed: dict[str, str] = {}
    rows = {row.external_id: row for row in [_row(item, entry, border, now, renamed) for item in page.items]}
    return Prepared(
        cursor=page.cursor,
        rows=list(rows.values()),
        unchanged=len(page.items) - len(rows) + page.known,
        removed=[key(number) for number in page.removed],
        aside=[(key(row.location), row.reason, border.kept(row, entry.medium or entry.id)) for row in page.rejected],
        restarts=page.restarts,
        settled=[key(location) for location in page.settled],
        problem=page.problem,
        renamed=renamed,
    )


def _row(item: Item, entry: Entry, border: Border, now: datetime, renamed: dict[str, str]) -> Row:
    medium = _medium(item.medium or entry.medium)
    network = medium or entry.id
    published = item.published_at
    author = border.pseudonym(item.author, network) or ""
    masked = border.masked(item.text)
    text = masked.text
    written = [
        medium,
        text,
        author,
        _moment(published if published is None or published < now + TOMORROW else now),
        _moment(item.edited_at),
        _moment(item.answered_at),
        _maybe(link(item.url, item.author)),
        _maybe(item.conversation),
        _maybe(item.in_reply_to),
        str(item.reach),
        YES if item.private else "False",
        YES if item.by_municipality or border.is_own(item.author) else "False",
        YES if masked.sensitive else "False",
    ]
    digest = _digest(written)
    former: Sequence[bytes] = ()
    if border.pseudonyms.old:
        names = border.former(item.author, network)
        renamed.update(dict.fromkeys(names, author))
        former = [_digest([*written[:AUTHOR], name, *written[AUTHOR + 1 :]]) for name in names]
    if published is None:
        written[PUBLISHED] = _moment(now)
    name = name_of(item.identity, item.url, text) if item.identity or item.url else None
    parent = parent_name(name, item.in_reply_to) if item.in_reply_to else None
    return Row(
        key(item.external_id),
        written,
        digest,
        _digests(name, border),
        name is None or name.sole,
        _digests(parent, border),
        former,
    )


@lru_cache(maxsize=64)
def _medium(said: str) -> str:
    return key(said)


def _digests(name: Name | None, border: Border) -> Sequence[bytes]:
    return border.pseudonyms.digests(name.text) if name else ()


def _digest(written: Sequence[str]) -> bytes:
    rest = "\x1f".join((written[0], *written[2:]))
    return blake2b(written[1].encode(), digest_size=HALF).digest() + blake2b(rest.encode(), digest_size=HALF).digest()


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()


def _maybe(text: str | None) -> str:
    return key(text) if text else ""
