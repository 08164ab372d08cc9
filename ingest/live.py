"""Listens to every source that can be followed: a thread each, each page stored at once, each broken connection made again.

Nothing is lost when it stops: `read` brings what was said meanwhile. It only makes the way shorter.
"""

import logging
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from threading import Event, Thread
from typing import Any

from ingest.entry import Follows
from ingest.errors import SourceError
from ingest.push import Busy, push
from ingest.run import surroundings
from ingest.sources import load_sources
from ingest.storing.load import CursorMoved, prepare
from models import Source
from models.configuration import ConfigurationError
from models.database import transaction
from models.settings import settings

log = logging.getLogger(__name__)
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
LOOK_EVERY = timedelta(seconds=30)
"""How soon a change of sources.yaml is taken over."""
ALIVE = "follow.alive"
"""A file in the data folder that is touched each time, for whoever watches over the process."""
STEADY = timedelta(minutes=1)
"""A connection that lasted this long was a good one: the next wait is short again."""
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Listener:
    """The thread that follows one source, and how to end it."""

    entry: Follows
    thread: Thread
    stopping: Event

    def stop(self) -> None:
        """Ask it to end; it does within a second or so."""
        self.stopping.set()


def follow_all(stopping: Event, clock: Clock) -> None:
    """Follow every active source that can be followed, as sources.yaml says at any moment, until `stopping` is set."""
    listeners: dict[str, Listener] = {}
    while True:
        (settings().data / ALIVE).touch()
        wanted = _wanted(listeners)
        for source_id, listener in list(listeners.items()):
            if wanted.get(source_id) != listener.entry or not listener.thread.is_alive():
                listener.stop()
                listener.thread.join()
                del listeners[source_id]
        for source_id in wanted.keys() - listeners.keys():
            listeners[source_id] = _start(wanted[source_id], clock)
        if stopping.wait(LOOK_EVERY.total_seconds()):
            break
    for listener in listeners.values():
        listener.stop()
    for listener in listeners.values():
        listener.thread.join()


def follow(entry: Follows, stopping: Event, clock: Clock) -> None:
    """Follow one source until `stopping` is set, through any failure, with longer waits between failures in a row."""
    wait = FIRST_WAIT
    while not stopping.is_set():
        begun = clock()
        patience: datetime | None = None
        try:
            listen_once(entry, stopping, clock)
        except CursorMoved:
            continue
        except SourceError as error:
            log.warning("not following: %s", error.message, extra={"source": entry.id})
            patience = error.until
        except Exception as error:
            log.exception("following broke", extra={"source": entry.id, "error": type(error).__name__})
        now = clock()
        wait = FIRST_WAIT if now - begun > STEADY else wait
        pause = max(wait * uniform(0.5, 1.0), patience - now if patience else timedelta())  # noqa: S311 - spreading, no secret
        wait = min(wait * 2, LONGEST_WAIT)
        stopping.wait(pause.total_seconds())


def listen_once(entry: Follows, stopping: Event, clock: Clock) -> None:
    """One connection, to its end: each page is stored at once, and who waits for messages is told.

    Raises:
        CursorMoved: a reading moved the cursor that this connection goes on from.
        SourceError: the connection was refused or broken off.
    """
    reading, _ = surroundings(entry, clock())
    with transaction() as session:
        cursor: dict[str, Any] = session.get_one(Source, entry.id).cursor
    for page in entry.follow(deepcopy(cursor), reading, stopping):
        now = clock()
        _, border = surroundings(entry, now)  # keys may have been changed meanwhile
        prepared = prepare(entry, page, border, now)
        moves = page.cursor != cursor
        while not stopping.is_set():
            try:
                with transaction() as session:
                    push(session, entry, prepared, now, cursor if moves else None)
            except Busy:
                continue
            break
        cursor = page.cursor


def _start(entry: Follows, clock: Clock) -> Listener:
    stopping = Event()
    thread = Thread(target=follow, args=(entry, stopping, clock), name=f"follow {entry.id}", daemon=True)
    thread.start()
    log.info("following", extra={"source": entry.id})
    return Listener(entry, thread, stopping)


def _wanted(listeners: Mapping[str, Listener]) -> dict[str, Follows]:
    """Sources to follow by id; while sources.yaml cannot be read, those that are followed now."""
    try:
        entries = load_sources(settings().config)
    except ConfigurationError as error:
        log.warning("sources.yaml cannot be used: %s", error)
        return {source_id: listener.entry for source_id, listener in listeners.items()}
    return {entry.id: entry for entry in entries if isinstance(entry, Follows) and entry.active and entry.can_be_followed}
