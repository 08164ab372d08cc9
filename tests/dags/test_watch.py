"""The trigger that wakes Airflow when messages came in by themselves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from airflow.triggers.base import TriggerEvent
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from dags import watch
from dags.assets import MESSAGES
from dags.watch import MessagesCame
from models import Message, Source
from models.database import MESSAGES_CAME, transaction
from models.words import Channel
from tests.conftest import NOW

Step = Callable[[AsyncIterator[TriggerEvent]], Awaitable[None]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "GATHER_SECONDS", 0.1)
    monkeypatch.setattr(watch, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(watch, "ALIVE_SECONDS", 0.2)


def arrives(session: Session) -> None:
    """A message, stored without a word to anybody."""
    why = {"purpose": "-", "legal_basis": "-", "retention_days": 1, "audience": "-"}
    session.add(Source(id="bron", name="Bron", kind="webform", channel=Channel.SOCIAL, next_read_at=None, **why))
    session.flush()
    session.add(
        Message(
            source_id="bron",
            channel=Channel.SOCIAL,
            text="vol",
            author=None,
            published_at=NOW - timedelta(minutes=1),
            received_at=NOW,
            edited_at=None,
            deleted_at=None,
            answered_at=None,
            url=None,
            conversation=None,
            in_reply_to=None,
        )
    )
    session.commit()


def tell(times: int = 1) -> None:
    for _ in range(times):
        with transaction() as session:
            session.execute(text(f"NOTIFY {MESSAGES_CAME}"))


def listeners() -> int:
    with transaction() as session:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'"
        return session.scalar(text(query + " AND (query LIKE 'LISTEN%' OR query LIKE 'SELECT 1%' OR query LIKE 'SELECT EXISTS%')")) or 0


def hang_up() -> None:
    with transaction() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND (query LIKE 'LISTEN%' OR query LIKE 'SELECT 1%' OR query LIKE 'SELECT EXISTS%')"
            )
        )


def watching(steps: Step) -> None:
    async def all_steps() -> None:
        events = MessagesCame().run()
        try:
            await asyncio.wait_for(steps(events), 20)
        finally:
            await events.aclose()  # type: ignore[attr-defined]

    with ThreadPoolExecutor(1) as thread:  # a browser that other tests opened has a loop of its own in this one
        thread.submit(asyncio.run, all_steps()).result()


async def listening(events: AsyncIterator[TriggerEvent]) -> "asyncio.Task[TriggerEvent]":
    """The next event, awaited by a trigger that is connected."""
    waiting = asyncio.ensure_future(anext(events))
    while not await asyncio.to_thread(listeners):
        await asyncio.sleep(0.01)
    return waiting


def test_the_asset_of_messages_is_watched_by_it() -> None:
    (watcher,) = MESSAGES.watchers
    assert isinstance(watcher.trigger, MessagesCame)
    assert MessagesCame().serialize() == ("dags.watch.MessagesCame", {})


def test_messages_that_wait_at_the_start_fire_it(session: Session) -> None:
    arrives(session)

    async def steps(events: AsyncIterator[TriggerEvent]) -> None:
        await anext(events)

    watching(steps)


def test_many_notices_are_one_event_and_silence_is_none(database: str) -> None:
    async def steps(events: AsyncIterator[TriggerEvent]) -> None:
        waiting = await listening(events)
        await asyncio.to_thread(tell, 20)
        await waiting
        after = asyncio.ensure_future(anext(events))
        assert not (await asyncio.wait([after], timeout=0.6))[0], "silence, longer than a silent connection is left alone"
        await asyncio.to_thread(tell)
        await after

    watching(steps)


def test_what_came_while_the_connection_was_lost_fires_it(session: Session) -> None:
    async def steps(events: AsyncIterator[TriggerEvent]) -> None:
        waiting = await listening(events)
        await asyncio.to_thread(arrives, session)
        assert not waiting.done()
        await asyncio.to_thread(hang_up)
        await waiting

    watching(steps)


def test_messages_that_are_understood_already_fire_nothing(session: Session) -> None:
    arrives(session)
    session.execute(update(Message).values(annotation_due=False))
    session.commit()

    async def steps(events: AsyncIterator[TriggerEvent]) -> None:
        waiting = await listening(events)
        assert not (await asyncio.wait([waiting], timeout=0.3))[0]
        waiting.cancel()

    watching(steps)
