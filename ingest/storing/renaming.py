"""After the key of the pseudonyms was renewed: who is seen again under an old pseudonym gets the new one, everywhere and at once."""

from typing import Any

from psycopg import Connection

from ingest.border.crossing import Prepared


def rename(connection: Connection[Any], source_id: str, page: Prepared) -> None:
    """Rename the authors and the posts of a page, in the page's transaction: a person stays one person.

    Does nothing where there is only one key.
    """
    if page.renamed:
        names = [list(page.renamed), list(page.renamed.values())]
        pairs = "unnest(%s::text[], %s::text[]) AS pseudonym (old, new)"
        connection.execute(f"UPDATE message SET author = pseudonym.new FROM {pairs} WHERE author = pseudonym.old", names)  # noqa: S608
        connection.execute(
            f"""
            UPDATE rejected_row SET item = jsonb_set(item, '{{fields,author,pseudonym}}', to_jsonb(pseudonym.new))
            FROM {pairs} WHERE item #>> '{{fields,author,pseudonym}}' = pseudonym.old
            """,  # noqa: S608 - the names are our own
            names,
        )
    posts = [(old, row.names[0]) for row in page.rows for old in row.names[1:]]
    if posts:
        connection.execute(
            "UPDATE message SET identity = post.new FROM unnest(%s::bytea[], %s::bytea[]) AS post (old, new) "
            "WHERE identity = post.old AND NOT EXISTS (SELECT FROM message other WHERE other.identity = post.new)",
            [[old for old, _ in posts], [new for _, new in posts]],
        )
    former = [(row.external_id, old, row.digest) for row in page.rows for old in row.former]
    if former:
        connection.execute(
            "UPDATE origin SET content_hash = same.new FROM unnest(%s::text[], %s::bytea[], %s::bytea[]) AS same (external_id, old, new) "
            "WHERE origin.source_id = %s AND origin.external_id = same.external_id AND content_hash = same.old",
            [*map(list, zip(*former, strict=True)), source_id],
        )
