"""While the first pages are asked, what they count is read beside them."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from models.ahead import read_ahead
from models.database import DatabaseError
from models.settings import settings

log = logging.getLogger(__name__)


@asynccontextmanager
async def reading_ahead(_app: FastAPI) -> AsyncIterator[None]:
    """For as long as the application runs; what is not read when it stops is left."""
    stopping = Event()
    Thread(target=_read, args=(stopping,), name="read ahead", daemon=True).start()
    yield
    stopping.set()


def _read(stopping: Event) -> None:
    try:
        read_ahead(settings().zone, stopping.is_set)
    except (DatabaseError, SQLAlchemyError) as error:
        # Pages read what they need themselves, and tell what is wrong.
        log.warning("nothing was read ahead: %s", type(error).__name__)
