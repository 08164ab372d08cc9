"""Databases of one server, copied from one another."""

from typing import Any

import psycopg
from psycopg import sql

from models.embedded import Server
from tests.conftest import COPY, administrator


class Databases:
    def __init__(self, server: Server) -> None:
        self._server = server

    def copy(self, source: str, name: str) -> dict[str, str]:
        """Make `name` a copy of `source`; gives the environment that points at it."""
        with administrator(self._server) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL(COPY).format(sql.Identifier(name), sql.Identifier(source)))
        return {"DATABASE_URL": self._server.url(name)}

    def change(self, name: str, *statements: str) -> None:
        with self._inside(name) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def ask(self, name: str, questions: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
        """The rows that answer each question."""
        with self._inside(name) as connection:
            return {what: connection.execute(question.encode()).fetchall() for what, question in questions.items()}

    def _inside(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self._server.sockets), user="postgres", dbname=name)
