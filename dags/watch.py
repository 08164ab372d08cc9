"""What wakes the DAGs when a source brought messages of its own accord: PostgreSQL says so, Airflow's triggerer listens."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

GATHER_SECONDS = 1.0
"""What comes within this time is one event: one understanding of a hundred messages is cheaper than a hundred of one."""
ALIVE_SECONDS = 60.0
"""How often a silent connection is tried."""
RETRY_SECONDS = 5.0


class MessagesCame(BaseEventTrigger):
    """Fires when a stream or a call stored messages.

    It listens first and then looks whether any wait, at the start and after each lost connection: so nothing falls in between.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return ("dags.watch.MessagesCame", {})

    async def run(self) -> AsyncIterator[TriggerEvent]:
        from psycopg import AsyncConnection, Error, sql

        from models.database import MESSAGES_CAME, DatabaseError, database_url

        while True:
            try:
                address = await asyncio.to_thread(database_url, driver="psycopg")
                async with await AsyncConnection.connect(address.replace("+psycopg", "", 1), autocommit=True) as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(MESSAGES_CAME)))
                    if await _waiting(connection):
                        yield _event()
                    while True:
                        if [told async for told in connection.notifies(timeout=ALIVE_SECONDS, stop_after=1)]:
                            async for _ in connection.notifies(timeout=GATHER_SECONDS):
                                pass
                            yield _event()
                        else:
                            await connection.execute("SELECT 1")
            except (Error, DatabaseError, OSError) as error:
                self.log.warning("not listening for messages: %s", type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)


def _event() -> TriggerEvent:
    return TriggerEvent({"messages": "came"})  # type: ignore[no-untyped-call]


async def _waiting(connection: Any) -> bool:
    from models.message import SOME_DUE_FOR_ANNOTATION

    found = await connection.execute(SOME_DUE_FOR_ANNOTATION)
    return bool((await found.fetchone())[0])
