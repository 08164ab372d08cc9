"""Who replies to what: a reply finds its parent, a parent its earlier replies, and an answer everything that it answers.

A reply may come before what it replies to, and by another source. What the municipality writes below a message, at whatever depth,
answers it; within a thread of the contact centre or of private messages also without saying what it replies to.

Every function needs the lock under which pages are stored.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from ingest.border.crossing import CONVERSATION, IN_REPLY_TO, Row

ONE_RESIDENT = ("webcare", "contact_centre")
"""Channels where a thread is with one resident."""


def link_replies(connection: Connection[Any], source_id: str, fresh: Sequence[Row], edited: Sequence[Row]) -> None:
    """Find the parents and the replies of rows that were just stored, and note what is answered by that."""
    replies = [row for row in (*fresh, *edited) if row.written[IN_REPLY_TO]]
    linked: list[int] = []
    if replies:
        linked += _parents_here(connection, source_id, [row.external_id for row in replies])
        linked += _parents_elsewhere(connection, source_id, [row for row in replies if row.parents])
    if fresh and _has_replies(connection, source_id):
        linked += _replies_here(connection, source_id, [row.external_id for row in fresh])
    if names := [name for row in fresh for name in row.names]:
        linked += _replies_elsewhere(connection, names)
    if linked:
        _note_answers(connection, linked)
    if threads := {row.written[CONVERSATION] for row in (*fresh, *edited) if row.written[CONVERSATION]}:
        _note_answers_in_threads(connection, source_id, sorted(threads))


_LINK = """
    UPDATE message SET parent_id = parent.message_id
    FROM origin child JOIN origin parent ON parent.source_id = child.source_id AND parent.external_id = child.in_reply_to
    WHERE child.source_id = %s AND child.{which} = ANY(%s) AND message.id = child.message_id
        AND message.parent_id IS NULL AND parent.message_id <> message.id
    RETURNING message.id
"""


def _parents_here(connection: Connection[Any], source_id: str, external_ids: list[str]) -> list[int]:
    return _numbers(connection, _LINK.format(which="external_id"), [source_id, external_ids])


def _replies_here(connection: Connection[Any], source_id: str, external_ids: list[str]) -> list[int]:
    return _numbers(connection, _LINK.format(which="in_reply_to"), [source_id, external_ids])


def _has_replies(connection: Connection[Any], source_id: str) -> bool:
    found = connection.execute("SELECT EXISTS (SELECT FROM origin WHERE source_id = %s AND in_reply_to IS NOT NULL)", [source_id])
    return bool(found.fetchall()[0][0])


def _parents_elsewhere(connection: Connection[Any], source_id: str, replies: Sequence[Row]) -> list[int]:
    pairs = [(row.external_id, name) for row in replies for name in row.parents]
    query = """
        UPDATE message SET parent_id = parent.id
        FROM unnest(%s::text[], %s::bytea[]) AS reply (external_id, name)
            JOIN origin child ON child.source_id = %s AND child.external_id = reply.external_id
            JOIN message parent ON parent.identity = reply.name
        WHERE message.id = child.message_id AND message.parent_id IS NULL AND parent.id <> message.id
        RETURNING message.id
    """
    return _numbers(connection, query, [[one for one, _ in pairs], [name for _, name in pairs], source_id])


def _replies_elsewhere(connection: Connection[Any], names: list[bytes]) -> list[int]:
    query = """
        UPDATE message SET parent_id = parent.id
        FROM unnest(%s::bytea[]) AS of (name) JOIN message parent ON parent.identity = of.name
        WHERE message.parent_identity = of.name AND message.parent_id IS NULL AND parent.id <> message.id
        RETURNING message.id
    """
    return _numbers(connection, query, [names])


def _note_answers(connection: Connection[Any], linked: list[int]) -> None:
    """The first of our own posts at or below each message that found its parent answers everything above it."""
    connection.execute(
        """
        WITH RECURSIVE below (link, id) AS (
            SELECT link, link FROM unnest(%s::bigint[]) AS link
            UNION SELECT below.link, message.id FROM below JOIN message ON message.parent_id = below.id
        ), above (id, at) AS (
            SELECT link.parent_id, min(answer.published_at)
            FROM below JOIN message answer ON answer.id = below.id AND answer.by_municipality JOIN message link ON link.id = below.link
            GROUP BY link.id
            UNION SELECT message.parent_id, above.at FROM above JOIN message ON message.id = above.id WHERE message.parent_id IS NOT NULL
        )
        UPDATE message SET answered_at = first.at, grouping_due = message.grouping_due OR NOT message.annotation_due
        FROM (SELECT id, min(at) AS at FROM above GROUP BY id) AS first
        WHERE message.id = first.id AND NOT message.by_municipality AND message.deleted_at IS NULL
            AND (message.answered_at IS NULL OR message.answered_at > first.at)
        """,
        [linked],
    )


def _note_answers_in_threads(connection: Connection[Any], source_id: str, threads: list[str]) -> None:
    """What we write in a thread with one resident answers what he wrote in it before, whether or not it says to what it replies."""
    connection.execute(
        """
        UPDATE message SET answered_at = first.at, grouping_due = message.grouping_due OR NOT message.annotation_due
        FROM (
            SELECT asked.id, min(answer.published_at) AS at
            FROM message asked JOIN message answer ON answer.source_id = asked.source_id AND answer.conversation = asked.conversation
            WHERE asked.source_id = %s AND asked.conversation = ANY(%s) AND (asked.private OR asked.channel = ANY(%s))
                AND NOT asked.by_municipality AND answer.by_municipality AND answer.in_reply_to IS NULL
                AND answer.published_at >= asked.published_at
            GROUP BY asked.id
        ) AS first
        WHERE message.id = first.id AND (message.answered_at IS NULL OR message.answered_at > first.at)
        """,
        [source_id, threads, list(ONE_RESIDENT)],
    )


def _numbers(connection: Connection[Any], query: str, values: list[Any]) -> list[int]:
    return [number for (number,) in connection.execute(query.encode(), values)]
