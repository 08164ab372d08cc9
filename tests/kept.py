"""Databases that many tests use one after another: after each, what it changed is put back as the template has it.

Copying a database makes some seven hundred files, most of which a test never touches; putting back touches what the test touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from models.embedded import Server

NUMBERS = count(1)
COPY = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
GROWN = 30_000_000
"""Bytes by which a database may grow before a new copy is less work than going on with it."""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
SHAPE = (
    "SELECT string_agg(concat(relname, attname, atttypid, attnotnull), ',' ORDER BY relname, attnum), "
    "(SELECT string_agg(concat(tgrelid, tgname, tgenabled), ',' ORDER BY tgrelid, tgname) FROM pg_trigger WHERE NOT tgisinternal), "
    "(SELECT string_agg(concat(conrelid, conname), ',' ORDER BY conrelid, conname) FROM pg_constraint) "
    "FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace AND attnum > 0"
)
NUMBERING = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
OTHERS = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True)
class Beginning:
    """What a database holds before any test."""

    shape: TupleRow | None
    size: int
    tables: dict[str, str | None]
    """What each table holds, as a hash; None where it is empty."""
    rows: dict[str, bytes]
    """Those of the tables that are not empty, as PostgreSQL copies them."""
    numbering: dict[str, int | None]


class Kept:
    """The databases of one server that wait for a next test, one for each template."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._waiting: dict[str, tuple[str, Beginning]] = {}

    @contextmanager
    def like(self, template: str) -> Iterator[str]:
        """The name of a database that holds what `template` holds, for one test."""
        name, beginning = self._waiting.pop(template) if template in self._waiting else self._copied(template)
        yield name
        with self._inside(name) as connection:
            fit = put_back(connection, beginning)
        if fit:
            self._waiting[template] = name, beginning
        else:
            with self._inside("postgres") as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _copied(self, template: str) -> tuple[str, Beginning]:
        name = f"test_{next(NUMBERS)}"
        with self._inside("postgres") as connection:
            connection.execute(sql.SQL(COPY).format(sql.Identifier(name), sql.Identifier(template)))
        with self._inside(name) as connection:
            return name, beginning_of(connection)

    def _inside(self, name: str) -> Connection:
        return psycopg.connect(host=str(self._server.sockets), user="postgres", dbname=name, autocommit=True)


def beginning_of(connection: Connection) -> Beginning:
    """What a fresh copy holds."""
    tables = _held(connection)
    rows = {}
    for table in (table for table, held in tables.items() if held is not None):
        with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))) as copy:
            rows[table] = b"".join(copy)
    return Beginning(connection.execute(SHAPE).fetchone(), _size(connection), tables, rows, _numbering(connection))


def put_back(connection: Connection, beginning: Beginning) -> bool:
    """Make a database what it was; False where it cannot be, or where a new copy is less work."""
    connection.execute(OTHERS)
    if connection.execute(SHAPE).fetchone() != beginning.shape or _size(connection) > beginning.size + GROWN:
        return False
    connection.execute("SET session_replication_role = replica")
    for table, held in _held(connection).items():
        if held != beginning.tables[table]:
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            if table in beginning.rows:
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))) as copy:
                    copy.write(beginning.rows[table])
    for sequence, last in _numbering(connection).items():
        if last != (before := beginning.numbering[sequence]):
            connection.execute("SELECT setval(%s::regclass, %s, %s)", [f'"{sequence}"', before or 1, before is not None])
    return True


def _held(connection: Connection) -> dict[str, str | None]:
    hashed = "SELECT {name}, md5(string_agg(row::text, '' ORDER BY row::text)) FROM {table} AS row"
    tables = [name for (name,) in connection.execute(TABLES)]
    each = (sql.SQL(hashed).format(name=sql.Literal(table), table=sql.Identifier(table)) for table in tables)
    return {str(name): held for name, held in connection.execute(sql.SQL(" UNION ALL ").join(each))}


def _numbering(connection: Connection) -> dict[str, int | None]:
    return {str(name): last for name, last in connection.execute(NUMBERING)}


def _size(connection: Connection) -> int:
    ((size,),) = connection.execute("SELECT pg_database_size(current_database())")
    return int(size)
