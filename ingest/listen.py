"""Reading sources: which are due, and one of them."""

from datetime import datetime

from ingest.errors import SourceError, UnknownSource
from ingest.run import Outcome, failed, run
from ingest.sources import find_source, load_sources, synchronise_sources
from models.configuration import ConfigurationError
from models.database import transaction
from models.settings import settings
from models.source import due

READ_CONFIGURATION = "Verbeter sources.yaml; de regel staat erbij."


def due_sources(now: datetime) -> list[str]:
    """The active sources that may be read now, after taking over what changed in sources.yaml.

    A mistake in that file changes nothing here: it is told at each source's own reading.
    """
    with transaction() as session:
        try:
            entries = load_sources(settings().config)
        except ConfigurationError:
            return due(session, now, {})
        synchronise_sources(session, entries)
        return due(session, now, {entry.id: entry.every_minutes for entry in entries})


def listen(source_id: str, now: datetime) -> Outcome:
    """Read a source to its end. A refusal (SourceError) becomes a failed run and is not raised; anything unexpected is."""
    try:
        entry = find_source(settings().config, source_id)
    except ConfigurationError as error:
        return failed(source_id, SourceError(str(error), READ_CONFIGURATION), now)
    except UnknownSource as error:
        return failed(source_id, error, now)
    return run(entry, entry.read, now)
