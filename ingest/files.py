"""One file that a person brings in by hand, for a source that reads files."""

from datetime import datetime
from pathlib import Path

from ingest.errors import SourceError
from ingest.kinds.files import Files
from ingest.run import Outcome, run
from ingest.sources import find_source
from models.settings import settings


def load_file(source_id: str, path: Path, now: datetime) -> Outcome:
    """Read one export into `source_id`, with that source's mapping. One that was read before is not read again: its rows are `unchanged`.

    Raises:
        SourceError: the source does not exist, or reads no files.
    """
    entry = find_source(settings().config, source_id)
    if not isinstance(entry, Files):
        raise SourceError(f"De bron {entry.name} leest geen bestanden.", "Kies een bron met `kind: files`, of maak er een in sources.yaml.")
    return run(entry, lambda cursor, reading: entry.read_file(path.resolve(), cursor, reading, loaded=True), now)
