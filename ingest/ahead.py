"""Reading ahead: the next pages are read and prepared while the database stores the last one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event, Thread

from ingest.border.crossing import Prepared
from ingest.page import Page

Prepare = Callable[[Page], Prepared]
SWITCH = 0.0002
"""Seconds. Storing mostly waits for the database; with Python's usual 5 ms it would wait as long for its turn after each answer."""
Ready = Prepared | BaseException | None
"""A page, how the reading broke off, or its end."""


@contextmanager
def ahead(pages: Iterator[Page], prepare: Prepare, depth: int) -> Iterator[Iterator[Prepared]]:
    """The pages in their order, `depth` of them made before they are asked for; with depth 0 each is made when its turn comes.

    What reading raises is raised in its turn, after the pages before it.
    """
    if depth == 0:
        yield map(prepare, pages)
        return
    ready: Queue[Ready] = Queue(depth)
    stopping = Event()
    reader = Thread(target=_read, args=(pages, prepare, ready, stopping), name="reading ahead", daemon=True)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    reader.start()
    try:
        yield _taken(ready)
    finally:
        sys.setswitchinterval(interval)
        stopping.set()
        _make_room(ready)
        reader.join()


def _read(pages: Iterator[Page], prepare: Prepare, ready: Queue[Ready], stopping: Event) -> None:
    try:
        for page in pages:
            ready.put(prepare(page))
            if stopping.is_set():
                return
        ready.put(None)
    except BaseException as error:
        ready.put(error)


def _taken(ready: Queue[Ready]) -> Iterator[Prepared]:
    while (page := ready.get()) is not None:
        if isinstance(page, BaseException):
            raise page
        yield page


def _make_room(ready: Queue[Ready]) -> None:
    """One who waits to put a page down can do so, and then sees that he may stop."""
    try:
        while True:
            ready.get_nowait()
    except Empty:
        return
