"""New lines in the histories of tickets, told to the inboxes that are open at this moment.

One connection of each process listens to the database and tells every open inbox. What is heard is only that something changed: the browser
asks for the list again. A line missed while the connection was broken shows after it is back: every inbox is told to look.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from time import monotonic

import psycopg
from psycopg import sql

from models.database import TICKETS_CHANGED, DatabaseError, database_url

log = logging.getLogger(__name__)
EVENT_STREAM = "text/event-stream"
MOST = 200
"""Open inboxes in one process; each is a connection of a browser."""
QUIET = 20.0
"""Seconds of silence after which a comment goes out, so that nothing on the way takes the connection for dead."""
LASTS = 300.0
"""Seconds after which an answer ends. The browser asks again by itself, and is then looked at again: is it still signed in?"""
AGAIN = 3.0
"""Seconds before the database is asked again after a broken connection."""
Inbox = asyncio.Queue[int]
LOOK = 0
"""Instead of a ticket's number: anything may have changed."""


class TicketNews:
    """Who listens, and the one connection that hears."""

    def __init__(self) -> None:
        self._inboxes: dict[str, set[Inbox]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None

    @property
    def open(self) -> int:
        """How many inboxes are open."""
        return sum(map(len, self._inboxes.values()))

    def subscribe(self, department_id: str) -> AsyncIterator[bytes] | None:
        """What this department's inbox hears, as server-sent events; None where too many are open already."""
        return None if self.open >= MOST else self._heard(department_id)

    async def _heard(self, department_id: str) -> AsyncIterator[bytes]:
        inbox: Inbox = asyncio.Queue(maxsize=100)
        self._inboxes[department_id].add(inbox)
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        ends = monotonic() + LASTS
        try:
            yield b"retry: 3000\n\n"
            while monotonic() < ends:
                yield await _next(inbox)
        finally:
            self._inboxes[department_id].discard(inbox)
            if not self.open and self._listening is not None:
                self._listening.cancel()
                self._listening = None

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (psycopg.Error, DatabaseError):
                log.warning("lost the database, listening again", exc_info=True)
            await asyncio.sleep(AGAIN)

    async def _hear(self) -> None:
        address = (await asyncio.to_thread(database_url)).replace("+psycopg", "", 1)
        async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(TICKETS_CHANGED)))
            self._tell(LOOK, list(self._inboxes))
            while True:
                async for notice in connection.notifies(timeout=QUIET):
                    changed = json.loads(notice.payload)
                    self._tell(int(changed["ticket"]), changed["departments"])
                await connection.execute("SELECT 1")

    def _tell(self, ticket_id: int, departments: list[str]) -> None:
        for department_id in departments:
            for inbox in self._inboxes.get(department_id, ()):
                if not inbox.full():
                    inbox.put_nowait(ticket_id)


async def _next(inbox: Inbox) -> bytes:
    try:
        ticket_id = await asyncio.wait_for(inbox.get(), QUIET)
    except TimeoutError:
        return b": stil\n\n"
    while not inbox.empty():
        inbox.get_nowait()
    return f"event: ticket\ndata: {ticket_id}\n\n".encode()
