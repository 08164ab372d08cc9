"""Databases of one server, copied from one another."""

from typing import Any

import psycopg
from psycopg import sql

from models.embedded import Server
from tests.conftest import administrator
from tests.kept import COPY, Beginning, beginning_of, put_back


class Databases:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._made: dict[str, tuple[str, Beginning]] = {}

    def copy(self, source: str, name: str) -> dict[str, str]:
        """Make `name` a copy of `source`, or once more what it was as one; gives the environment that points at it."""
        before, beginning = self._made.get(name, ("", None))
        if before != source or beginning is None or not self._put_back(name, beginning):
            with administrator(self._server) as connection:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
                connection.execute(sql.SQL(COPY).format(sql.Identifier(name), sql.Identifier(source)))
            with self._inside(name) as connection:
                self._made[name] = source, beginning_of(connection)
        return {"DATABASE_URL": self._server.url(name)}

    def _put_back(self, name: str, beginning: Beginning) -> bool:
        with self._inside(name) as connection:
            return put_back(connection, beginning)

    def change(self, name: str, *statements: str) -> None:
        with self._inside(name) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def ask(self, name: str, questions: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
        """The rows that answer each question."""
        with self._inside(name) as connection:
            return {what: connection.execute(question.encode()).fetchall() for what, question in questions.items()}

    def _inside(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self._server.sockets), user="postgres", dbname=name, autocommit=True)
