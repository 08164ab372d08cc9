"""Rows that were set aside, tried again once their cause is mended."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.entry import Reading
from ingest.page import Page, Rejected
from ingest.run import Outcome, run
from ingest.sources import find_source
from models.database import transaction
from models.settings import settings
from models.source import rejected_rows


def retry(source_id: str, now: datetime) -> Outcome:
    """Read the rejected rows of a source once more: `added` (or `changed`) are those that now came in, `rejected` those that still did not.

    Raises:
        SourceError: the source does not exist.
    """
    entry = find_source(settings().config, source_id)
    with transaction() as session:
        rows = [Rejected(row.location, row.reason, row.item) for row in rejected_rows(session, source_id)]

    def read(cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        yield from entry.again(rows, cursor, reading)

    return run(entry, read, now)
