"""The example municipality's own sources, read as a user's would be."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classify.examples import Voice
from ingest.entry import Call
from ingest.listen import due_sources, listen
from ingest.receive import Received, receive
from ingest.sources import load_sources, synchronise_sources
from launcher.example import Scheduled, schedule
from launcher.inbox import by_website, write_exports
from launcher.replay import create_replay
from launcher.website import agree_on_token, form
from models import Message, Origin, SourceRun
from models.settings import ROOT, settings
from models.words import RunOutcome

CONFIG = ROOT / "config" / "rivierstad"
ANCHOR = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)


@pytest.fixture(scope="module")
def example() -> list[Scheduled]:
    return schedule(CONFIG / "messages", ANCHOR, settings().zone)


@pytest.fixture(scope="module")
def replay(example: list[Scheduled]) -> Iterator[int]:
    """The port on which the example's feeds and posts are replayed."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_replay(example), log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


def website(example: list[Scheduled]) -> Received:
    """The new website brings its forms."""
    forms = [form(m) for m in example if m.example.voice is Voice.FORM and by_website(m, ANCHOR)]
    token = (settings().keys / "website-token").read_text().strip()
    return receive("website", Call("POST", {"authorization": f"Bearer {token}"}, {}, json.dumps(forms).encode()), ANCHOR)


def test_every_message_of_the_example_comes_in_once(
    session: Session, replay: int, example: list[Scheduled], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUISTERPOST_REPLAY_PORT", str(replay))
    settings.cache_clear()
    synchronise_sources(session, load_sources(CONFIG))
    session.commit()
    agree_on_token(settings(), "website")
    write_exports(example, settings().data / "inbox", ANCHOR, settings().zone)
    sources = due_sources(ANCHOR)
    assert sources == ["denkmee", "formulieren", "kcc", "mastodon", "nieuws", "webcare", "website"]
    first = [listen(source_id, ANCHOR) for source_id in sources]
    assert all(o.outcome is RunOutcome.DONE and (o.added > 0 or o.source_id == "website") for o in first), first
    brought = website(example)
    assert brought.added > 10 and not brought.refused
    assert website(example).unchanged == brought.added
    assert session.scalar(select(func.count()).select_from(Message)) == len({m.key for m in example})
    again = [listen(source_id, ANCHOR) for source_id in sources]
    assert all(o.outcome is RunOutcome.DONE and o.added == o.changed == o.removed == o.rejected == 0 for o in again), again
    assert session.scalar(select(func.count()).select_from(Origin)) == len({m.key for m in example})
    later = listen("mastodon", ANCHOR + timedelta(hours=2))
    assert (later.outcome, later.removed, later.changed) == (RunOutcome.DONE, 0, 0), "asked for again by id"
    assert set(session.scalars(select(SourceRun.problem))) == {""}


def test_the_example_stores_no_handle_of_anybody(
    session: Session, replay: int, example: list[Scheduled], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUISTERPOST_REPLAY_PORT", str(replay))
    settings.cache_clear()
    agree_on_token(settings(), "website")
    write_exports(example, settings().data / "inbox", ANCHOR, settings().zone)
    for source_id in due_sources(ANCHOR):
        listen(source_id, ANCHOR)
    website(example)
    handles = {m.author.lower() for m in example if m.author and len(m.author) > 6}
    rows = session.execute(select(Message.author, Message.url)).all()
    assert not {row.author for row in rows} & handles
    assert not [row.url for row in rows if row.url and any(part in handles for part in row.url.lower().replace("@", "/").split("/"))]
