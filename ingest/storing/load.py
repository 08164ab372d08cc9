"""Stores a page of messages with its cursor, in the caller's transaction: nothing twice, whatever came in before by whichever source.

`ingest.border.crossing` made the page; `origins` knows what other sources brought already, `conversations` what answers what.

The caller holds the source's lock, so nobody else adds origins of this source meanwhile. What is known already is told by one look at
the origins; new rows go in by COPY, changed ones by one UPDATE.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from io import StringIO
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb
from sqlalchemy.orm import Session

from ingest.border.crossing import COLUMNS, HALF, IN_REPLY_TO, PRIVATE, Prepared, Row, prepare
from ingest.entry import Entry
from ingest.storing.conversations import link_replies
from ingest.storing.origins import NULLABLE, change, join, sort_out
from ingest.storing.renaming import rename

__all__ = ["Counts", "CursorMoved", "Prepared", "prepare", "store"]

STORING = 0x6C756974
"""Key of the advisory lock: one page at a time is stored in a database, so that two sources never add the same post both."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the items of a page. One that another source brought before is `unchanged`."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    rejected: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


class CursorMoved(Exception):
    """Somebody else stored a page of this source meanwhile; this reading must be begun again."""


def store(session: Session, entry: Entry, page: Prepared, before: dict[str, Any], now: datetime) -> Counts:
    """Store `page`, read from the source when its cursor was `before`.

    Raises:
        CursorMoved: the source's cursor is no longer `before`.
    """
    connection: Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    connection.execute("SET LOCAL synchronous_commit = off")  # what a power cut takes, it takes with its cursor: it is read again
    _move_cursor(connection, entry.id, before, page.cursor)
    counts = Counts(unchanged=page.unchanged, rejected=len(page.aside))
    if page.rows or page.removed:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [STORING])
    if page.rows:
        rename(connection, entry.id, page)
        counts += _store_rows(connection, entry, page.rows, now)
    if page.removed:
        counts += Counts(removed=_remove(connection, entry.id, page.removed, now))
    _set_aside(connection, entry.id, page, now)
    return counts


def _move_cursor(connection: Connection[Any], source_id: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Locks the source's row until the end of the transaction, moved or not."""
    found = connection.execute("SELECT cursor FROM source WHERE id = %s FOR UPDATE", [source_id]).fetchone()
    if found is None or found[0] != before:
        raise CursorMoved(source_id)
    if after != before:
        connection.execute("UPDATE source SET cursor = %s WHERE id = %s", [Jsonb(after), source_id])


@dataclass(frozen=True, slots=True)
class _Known:
    message_id: int
    digest: bytes
    deleted: bool


def _store_rows(connection: Connection[Any], entry: Entry, rows: Sequence[Row], now: datetime) -> Counts:
    found = connection.execute(
        "SELECT o.external_id, o.message_id, o.content_hash, m.deleted_at IS NOT NULL "
        "FROM origin o JOIN message m ON m.id = o.message_id "
        "WHERE o.source_id = %s AND o.external_id = ANY(%s)",
        [entry.id, [row.external_id for row in rows]],
    )
    known = {external_id: _Known(*rest) for external_id, *rest in found}
    fresh = [row for row in rows if row.external_id not in known]
    other = [
        (row, before)
        for row in rows
        if (before := known.get(row.external_id)) and not before.deleted and before.digest not in (row.digest, *row.former)
    ]
    if fresh:
        strangers, known_elsewhere = sort_out(connection, entry.id, fresh)
        numbers = _add(connection, entry, strangers, now) if strangers else {}
        join(connection, entry.id, [(row, numbers[head] if isinstance(head, str) else head) for row, head in known_elsewhere], now)
    if other:
        change(connection, entry.id, [(before.message_id, row, before.digest[:HALF] != row.digest[:HALF]) for row, before in other], now)
    added = len(strangers) if fresh else 0
    link_replies(connection, entry.id, fresh, [row for row, _ in other])
    return Counts(added=added, changed=len(other), unchanged=len(rows) - added - len(other))


def _add(connection: Connection[Any], entry: Entry, rows: Sequence[Row], now: datetime) -> dict[str, int]:
    """The number that each new message got, by its external id."""
    numbers = connection.execute(
        "SELECT nextval((SELECT pg_get_serial_sequence('message', 'id'))::regclass) FROM generate_series(1, %s)", [len(rows)]
    ).fetchall()
    numbered = [(number, row) for (number,), row in zip(numbers, rows, strict=True)]
    head = (entry.id, entry.channel.value, str(now))
    with connection.cursor() as cursor:
        given = (
            f"COPY message (id, source_id, channel, received_at, annotation_due, {', '.join(COLUMNS)}, identity, parent_identity) "
            f"FROM STDIN (FORMAT csv, FORCE_NULL ({NULLABLE}, identity, parent_identity))"
        )
        messages = ((number, *head, not row.by_us, *row.written, _bytes(row.names), _bytes(row.parents)) for number, row in numbered)
        with cursor.copy(given) as copy:
            copy.write(_as_csv(messages))
        given = (
            "COPY origin (source_id, external_id, message_id, content_hash, in_reply_to, private) "
            "FROM STDIN (FORMAT csv, FORCE_NULL (in_reply_to))"
        )
        origins = (
            (entry.id, row.external_id, number, f"\\x{row.digest.hex()}", row.written[IN_REPLY_TO], row.written[PRIVATE])
            for number, row in numbered
        )
        with cursor.copy(given) as copy:
            copy.write(_as_csv(origins))
    return {row.external_id: number for number, row in numbered}


def _as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Everything between quotes, None as an empty field: far quicker to write than a parameter for each value."""
    file = StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)
    return file.getvalue()


def _bytes(digests: Sequence[bytes]) -> str:
    """The present one, as PostgreSQL reads bytes."""
    return f"\\x{digests[0].hex()}" if digests else ""


def _remove(connection: Connection[Any], source_id: str, numbers: Sequence[str], now: datetime) -> int:
    """Leave an empty tombstone, whichever other sources have it too: what was counted stays counted, what was said is gone."""
    return connection.execute(
        """
        UPDATE message SET text = '', author = NULL, url = NULL, conversation = NULL, in_reply_to = NULL, deleted_at = %s,
            annotation_due = false
        FROM origin WHERE origin.message_id = message.id AND origin.source_id = %s AND origin.external_id = ANY(%s) AND deleted_at IS NULL
        """,
        [now, source_id, list(numbers)],
    ).rowcount


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
