"""Several origins of one message: a post that another source brought already gets a second origin, and what each tells is put together.

| of the message | where several sources tell it |
|---|---|
| text | of the first; a later one that is longer, or edited later, takes its place |
| answered_at | the earliest |
| reach | the highest |
| private | only where every origin is: what one shows to everybody is not private |
| author, url, medium, the moment of publication | of the first that has it |
| by_municipality, sensitive | as soon as one knows it |

Every function needs the lock under which pages are stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from ingest.border.crossing import COLUMNS, IN_REPLY_TO, PRIVATE, Row

NULLABLE = "author, edited_at, answered_at, url, conversation, in_reply_to"
_MAY_BE_NULL = frozenset(NULLABLE.split(", "))
_TYPES = "text text text timestamptz timestamptz timestamptz text text text int bool bool bool".split()
_GIVEN = ", ".join(f"%s::{kind}[]" for kind in _TYPES)
_LATER = "new.edited_at > coalesce(message.edited_at, '-infinity')"
_JOINING = f"{_LATER} OR (length(new.text) > length(message.text) AND new.edited_at IS NOT DISTINCT FROM message.edited_at)"
_EDITING = f"new.said AND ({_LATER} OR (new.edited_at IS NULL AND NOT starts_with(message.text, rtrim(new.text, '. …'))))"
"""A source that gives no moment is followed as well, unless it merely cuts short what another gives whole."""


@dataclass(slots=True)
class _Seen:
    """A message by its name. `head` is its number, or the external id of the row in this page that will be it."""

    head: int | str
    ours: bool


def sort_out(connection: Connection[Any], source_id: str, fresh: Sequence[Row]) -> tuple[list[Row], list[tuple[Row, int | str]]]:
    """New messages, and rows that are further origins with the message they are of: its number or the external id of a new one.

    A name that does not stand by itself (see `ingest.border.identity`) never joins two rows of one source.
    """
    strangers, further = [], []
    seen = _seen(connection, source_id, {name for row in fresh for name in row.names})
    for row in fresh:
        present = next((seen[name] for name in row.names if name in seen), None)
        if present is None:
            strangers.append(row)
            seen |= dict.fromkeys(row.names, _Seen(row.external_id, ours=True))
        elif row.sole or not present.ours:
            further.append((row, present.head))
            present.ours = True
        else:
            strangers.append(row._replace(names=()))
    return strangers, further


def _seen(connection: Connection[Any], source_id: str, names: set[bytes]) -> dict[bytes, _Seen]:
    if not names:
        return {}
    found = connection.execute(
        "SELECT m.identity, m.id, EXISTS (SELECT FROM origin o WHERE o.message_id = m.id AND o.source_id = %s) "
        "FROM message m WHERE m.identity = ANY(%s)",
        [source_id, list(names)],
    )
    return {name: _Seen(number, ours) for name, number, ours in found}


def join(connection: Connection[Any], source_id: str, rows: Sequence[tuple[Row, int]], now: datetime) -> None:
    """Give known messages a further origin. One that is deleted stays so."""
    if not rows:
        return
    connection.execute(
        "INSERT INTO origin (source_id, external_id, message_id, content_hash, in_reply_to, private) "
        "SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::bytea[], %s::text[], %s::bool[])",
        [
            source_id,
            [row.external_id for row, _ in rows],
            [number for _, number in rows],
            [row.digest for row, _ in rows],
            [row.written[IN_REPLY_TO] or None for row, _ in rows],
            [row.written[PRIVATE] for row, _ in rows],
        ],
    )
    _merge(connection, [(number, row, True) for row, number in rows], _JOINING, now)


def change(connection: Connection[Any], source_id: str, edited: Sequence[tuple[int, Row, bool]], now: datetime) -> None:
    """New values for known messages: number, row, and whether its words are other ones than this source said before."""
    rows = [row for _, row, _ in edited]
    connection.execute(
        "UPDATE origin SET content_hash = new.digest, in_reply_to = new.in_reply_to, private = new.private "
        "FROM unnest(%s::text[], %s::bytea[], %s::text[], %s::bool[]) AS new (external_id, digest, in_reply_to, private) "
        "WHERE origin.source_id = %s AND origin.external_id = new.external_id",
        [
            [row.external_id for row in rows],
            [row.digest for row in rows],
            [row.written[IN_REPLY_TO] or None for row in rows],
            [row.written[PRIVATE] for row in rows],
            source_id,
        ],
    )
    several = {
        number
        for (number,) in connection.execute(
            "SELECT message_id FROM origin WHERE message_id = ANY(%s) GROUP BY message_id HAVING count(*) > 1",
            [[number for number, _, _ in edited]],
        )
    }
    if alone := [(number, row) for number, row, _ in edited if number not in several]:
        _replace(connection, alone, now)
    _merge(connection, [one for one in edited if one[0] in several], _EDITING, now)


def _replace(connection: Connection[Any], edited: Sequence[tuple[int, Row]], now: datetime) -> None:
    """What the only source of a message says; only a new text is annotated again, and a new answer is told to its signal."""
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
        [now, [number for number, _ in edited], *_columns(row for _, row in edited)],
    )


def _merge(connection: Connection[Any], told: Sequence[tuple[int, Row, bool]], takes_words: str, now: datetime) -> None:
    """Put what a source tells together with what others told: number, row, whether the words are new. One row of each message at a time."""
    while told:
        turn = {number: (number, row, said) for number, row, said in reversed(told)}
        connection.execute(
            f"""
            UPDATE message SET
                text = CASE WHEN {takes_words} THEN new.text ELSE message.text END,
                edited_at = CASE WHEN {takes_words} AND NOT joins THEN coalesce(new.edited_at, %s)
                    ELSE greatest(message.edited_at, new.edited_at) END,
                annotation_due = NOT (message.by_municipality OR new.by_municipality)
                    AND (message.annotation_due OR (({takes_words}) AND new.text <> message.text)),
                grouping_due = message.grouping_due OR (NOT message.annotation_due
                    AND (least(message.answered_at, new.answered_at) IS DISTINCT FROM message.answered_at
                        OR (new.by_municipality AND NOT message.by_municipality))),
                answered_at = least(message.answered_at, new.answered_at),
                reach = greatest(message.reach, new.reach),
                private = (SELECT bool_and(o.private) FROM origin o WHERE o.message_id = message.id),
                by_municipality = message.by_municipality OR new.by_municipality,
                sensitive = message.sensitive OR new.sensitive,
                author = coalesce(message.author, new.author),
                url = coalesce(message.url, new.url),
                medium = coalesce(nullif(message.medium, ''), new.medium),
                parent_identity = coalesce(message.parent_identity, new.parent_identity)
            FROM unnest(%s::bigint[], %s::bool[], %s::bool[], %s::bytea[], {_GIVEN})
                AS new (id, said, joins, parent_identity, {", ".join(COLUMNS)})
            WHERE message.id = new.id AND message.deleted_at IS NULL
            """,  # noqa: S608 - the conditions and names are our own
            [
                now,
                list(turn),
                [said for _, _, said in turn.values()],
                [takes_words is _JOINING] * len(turn),
                [row.parents[0] if row.parents else None for _, row, _ in turn.values()],
                *_columns(row for _, row, _ in turn.values()),
            ],
        )
        told = [one for one in told if turn[one[0]] != one]


def _columns(rows: Iterable[Row]) -> list[list[Any]]:
    columns = zip(*(row.written for row in rows), strict=True)
    return [
        [value or None for value in column] if name in _MAY_BE_NULL else list(column) for name, column in zip(COLUMNS, columns, strict=True)
    ]
