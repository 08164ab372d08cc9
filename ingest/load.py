"""Stores a page of messages with its cursor, in the caller's transaction: masked, pseudonymous, nothing twice.

`prepare` takes a page across the border (ingest.border) without touching the database; `store` writes what it made.

The caller holds the source's lock, so nobody else adds origins of this source meanwhile. What is known already is told by one look at
the origins; new rows go in by COPY, changed ones by one UPDATE.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import blake2b
from io import StringIO
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from ingest.border import Border, key
from ingest.entry import Entry
from ingest.errors import SourceError
from ingest.page import Item, Page
from ingest.privacy import link

TOMORROW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the items of a page."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


class CursorMoved(Exception):
    """Somebody else stored a page of this source meanwhile; this reading must be begun again."""


@dataclass(frozen=True, slots=True)
class _Row:
    """An item as it is stored, in the order of COLUMNS, as values and as COPY takes them; `digest` tells an edit from a repeat."""

    external_id: str
    values: tuple[Any, ...]
    written: list[str]
    digest: bytes


COLUMNS = "medium text author published_at edited_at answered_at url conversation in_reply_to reach private by_municipality".split()
_TYPES = "text text text timestamptz timestamptz timestamptz text text text int bool bool".split()


NULLABLE = "author, edited_at, answered_at, url, conversation, in_reply_to"
_GIVEN = ", ".join(f"%s::{kind}[]" for kind in _TYPES)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page as it will be stored: nothing personal is left in it."""

    cursor: dict[str, Any]
    rows: list[_Row]
    unchanged: int
    removed: list[str]
    answers: list[tuple[str, datetime]]
    aside: list[tuple[str, str, dict[str, Any]]]
    restarts: str | None
    settled: list[str]
    problem: SourceError | None


def prepare(entry: Entry, page: Page, border: Border, now: datetime) -> Prepared:
    """Mask, name by pseudonym, and keep the last of items with one name."""
    rows = list({row.external_id: row for row in (_row(item, entry, border, now) for item in page.items)}.values())
    own, reply, published = (COLUMNS.index(name) for name in ("by_municipality", "in_reply_to", "published_at"))
    return Prepared(
        cursor=page.cursor,
        rows=rows,
        unchanged=len(page.items) - len(rows) + page.known,
        removed=[key(number) for number in page.removed],
        answers=[(row.values[reply], row.values[published]) for row in rows if row.values[own] and row.values[reply]],
        aside=[(key(row.location), row.reason, border.kept(row, entry.medium or entry.id)) for row in page.rejected],
        restarts=page.restarts,
        settled=page.settled,
        problem=page.problem,
    )


def store(session: Session, entry: Entry, page: Prepared, before: dict[str, Any], now: datetime) -> Counts:
    """Store `page`, read from the source when its cursor was `before`.

    Raises:
        CursorMoved: the source's cursor is no longer `before`.
    """
    connection: Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    connection.execute("SET LOCAL synchronous_commit = off")  # what a power cut takes, it takes with its cursor: it is read again
    _move_cursor(connection, entry.id, before, page.cursor)
    counts = _store_rows(connection, entry, page.rows, now) if page.rows else Counts()
    removed = _remove(connection, entry.id, page.removed, now) if page.removed else 0
    if page.answers:
        _note_answers(connection, entry.id, page.answers)
    _set_aside(connection, entry.id, page, now)
    return counts + Counts(removed=removed, unchanged=page.unchanged, rejected=len(page.aside))


def _move_cursor(connection: Connection[Any], source_id: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Locks the source's row until the end of the transaction, moved or not."""
    found = connection.execute("SELECT cursor FROM source WHERE id = %s FOR UPDATE", [source_id]).fetchone()
    if found is None or found[0] != before:
        raise CursorMoved(source_id)
    if after != before:
        connection.execute("UPDATE source SET cursor = %s WHERE id = %s", [Jsonb(after), source_id])


def _row(item: Item, entry: Entry, border: Border, now: datetime) -> _Row:
    medium = key(item.medium or entry.medium)
    published = item.published_at
    values = (
        medium,
        border.masked(item.text),
        border.pseudonym(item.author, medium or entry.id),
        published if published is None or published < now + TOMORROW else now,
        item.edited_at,
        item.answered_at,
        _maybe(link(item.url, item.author)),
        _maybe(item.conversation),
        _maybe(item.in_reply_to),
        item.reach,
        item.private,
        item.by_municipality or border.is_own(item.author),
    )
    written = ["" if value is None else str(value) for value in values]
    digest = blake2b("\x1f".join(written).encode(), digest_size=16).digest()
    if published is None:
        values = (*values[:3], now, *values[4:])
        written[3] = str(now)
    return _Row(key(item.external_id), values, written, digest)


def _maybe(text: str | None) -> str | None:
    return key(text) if text else None


def _store_rows(connection: Connection[Any], entry: Entry, rows: Sequence[_Row], now: datetime) -> Counts:
    known = {
        external_id: (message_id, digest, deleted)
        for external_id, message_id, digest, deleted in connection.execute(
            "SELECT o.external_id, o.message_id, o.content_hash, m.deleted_at IS NOT NULL "
            "FROM origin o JOIN message m ON m.id = o.message_id "
            "WHERE o.source_id = %s AND o.external_id = ANY(%s)",
            [entry.id, [row.external_id for row in rows]],
        )
    }
    fresh = [row for row in rows if row.external_id not in known]
    edited = [
        (known[row.external_id][0], row)
        for row in rows
        if row.external_id in known and not known[row.external_id][2] and known[row.external_id][1] != row.digest
    ]
    if fresh:
        _add(connection, entry, fresh, now)
    if edited:
        _change(connection, entry.id, edited, now)
    return Counts(added=len(fresh), changed=len(edited), unchanged=len(rows) - len(fresh) - len(edited))


def _add(connection: Connection[Any], entry: Entry, rows: Sequence[_Row], now: datetime) -> None:
    numbers = connection.execute(
        "SELECT nextval((SELECT pg_get_serial_sequence('message', 'id'))::regclass) FROM generate_series(1, %s)", [len(rows)]
    ).fetchall()
    own = COLUMNS.index("by_municipality")
    head = (entry.id, entry.channel.value, str(now))
    with connection.cursor() as cursor:
        names = ", ".join(COLUMNS)
        given = (
            f"COPY message (id, source_id, channel, received_at, annotation_due, {names}) FROM STDIN (FORMAT csv, FORCE_NULL ({NULLABLE}))"
        )
        messages = ((number, *head, not row.values[own], *row.written) for (number,), row in zip(numbers, rows, strict=True))
        with cursor.copy(given) as copy:
            copy.write(_as_csv(messages))
        origins = ((entry.id, row.external_id, number, f"\\x{row.digest.hex()}") for (number,), row in zip(numbers, rows, strict=True))
        with cursor.copy("COPY origin (source_id, external_id, message_id, content_hash) FROM STDIN (FORMAT csv)") as copy:
            copy.write(_as_csv(origins))


def _as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Everything between quotes, None as an empty field: far quicker to write than a parameter for each value."""
    file = StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return file.getvalue()


def _change(connection: Connection[Any], source_id: str, edited: Sequence[tuple[int, _Row]], now: datetime) -> None:
    """New values for known messages; only a new text is annotated again, and a new answer is told to its signal."""
    kept = {"text", "edited_at", "published_at", "answered_at"}
    plainly = ", ".join(f"{name} = new.{name}" for name in COLUMNS if name not in kept)
    connection.execute(
        f"""
        UPDATE message SET {plainly}, text = new.text, published_at = new.published_at,
            answered_at = coalesce(new.answered_at, message.answered_at),
            edited_at = coalesce(new.edited_at, CASE WHEN new.text <> message.text THEN %s ELSE message.edited_at END),
            annotation_due = message.annotation_due OR (new.text <> message.text AND NOT new.by_municipality),
            grouping_due = message.grouping_due OR (NOT message.annotation_due AND message.answered_at IS DISTINCT FROM new.answered_at)
        FROM unnest(%s::bigint[], {_GIVEN}) AS new (id, {", ".join(COLUMNS)})
        WHERE message.id = new.id
        """,  # noqa: S608 - the names are our own
        [now, [number for number, _ in edited], *_columns([row for _, row in edited])],
    )
    connection.execute(
        "UPDATE origin SET content_hash = new.digest FROM unnest(%s::text[], %s::bytea[]) AS new (external_id, digest) "
        "WHERE origin.source_id = %s AND origin.external_id = new.external_id",
        [[row.external_id for _, row in edited], [row.digest for _, row in edited], source_id],
    )


def _columns(rows: Sequence[_Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*(row.values for row in rows), strict=True)]


def _remove(connection: Connection[Any], source_id: str, numbers: Sequence[str], now: datetime) -> int:
    """Leave an empty tombstone: what was counted stays counted, what was said is gone."""
    return connection.execute(
        """
        UPDATE message SET text = '', author = NULL, url = NULL, conversation = NULL, in_reply_to = NULL, deleted_at = %s,
            annotation_due = false
        FROM origin WHERE origin.message_id = message.id AND origin.source_id = %s AND origin.external_id = ANY(%s) AND deleted_at IS NULL
        """,
        [now, source_id, list(numbers)],
    ).rowcount


def _note_answers(connection: Connection[Any], source_id: str, answers: Sequence[tuple[str, datetime]]) -> None:
    """A post of our own below a resident's is its answer, the first one counts."""
    connection.execute(
        """
        UPDATE message SET answered_at = least(message.answered_at, answer.at)
        FROM (SELECT number, min(at) AS at FROM unnest(%s::text[], %s::timestamptz[]) AS a (number, at) GROUP BY number) AS answer, origin
        WHERE origin.source_id = %s AND origin.external_id = answer.number AND message.id = origin.message_id
            AND NOT message.by_municipality
        """,
        [[number for number, _ in answers], [at for _, at in answers], source_id],
    )


def _set_aside(connection: Connection[Any], source_id: str, page: Prepared, now: datetime) -> None:
    if page.restarts is not None:
        connection.execute("DELETE FROM rejected_row WHERE source_id = %s AND starts_with(location, %s)", [source_id, f"{page.restarts}, "])
    if page.settled:
        connection.execute("DELETE FROM rejected_row WHERE source_id = %s AND location = ANY(%s)", [source_id, page.settled])
    for location, reason, item in page.aside:
        connection.execute(
            "INSERT INTO rejected_row (source_id, location, item, reason, rejected_at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (source_id, location) "
            "DO UPDATE SET item = excluded.item, reason = excluded.reason, retried_at = excluded.rejected_at",
            [source_id, location, Jsonb(item), reason, now],
        )
