"""One reading of one source, whatever its kind: page by page, each with its cursor and its counts in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from ingest.ahead import ahead
from ingest.border.border import Border
from ingest.border.pseudonyms import plain, pseudonyms
from ingest.entry import Entry, Reading
from ingest.errors import SourceError
from ingest.page import Page
from ingest.patience import Patience, after_failure
from ingest.storing.load import Counts, CursorMoved, prepare, store
from models import Source, SourceRun
from models.column_mapping import ColumnMapping, mappings_of
from models.configuration import read_yaml
from models.database import engine, transaction
from models.message import external_ids_since
from models.municipality import About
from models.settings import settings
from models.words import RunOutcome

BROKEN_OFF = ("Het lezen is afgebroken.", "De volgende keer gaat het verder waar het was.")
UNEXPECTED = ("Er ging iets mis dat Luisterpost niet kent", "De beheerder vindt de oorzaak in het logboek van Airflow.")
AGAIN = "De bron doet het weer, na {} mislukte lezingen."
Read = Callable[[dict[str, Any], Reading], Iterator[Page]]


@dataclass(frozen=True)
class Outcome:
    """How a reading ended. `problem` and `mend` are empty where nothing is the matter."""

    source_id: str
    outcome: RunOutcome
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    rejected: int = 0
    problem: str = ""
    mend: str = ""


def run(entry: Entry, read: Read, now: datetime) -> Outcome:
    """Store every page that `read` brings from the source's cursor on. Does nothing where the source is being read already.

    A refusal of the source becomes a failed run; anything unexpected is noted in the run and raised.
    """
    with _alone(entry.id) as alone:
        if not alone:
            return Outcome(entry.id, RunOutcome.DONE)
        return _run(entry, read, now)


def failed(source_id: str, error: SourceError, now: datetime) -> Outcome:
    """Note that a source could not even be begun with. One that is not in the table has no page to show it on: its error is raised."""
    with transaction() as session:
        if session.get(Source, source_id) is None:
            raise error
    return _Run(source_id, now).end(RunOutcome.FAILED, error.message, error.mend)


def surroundings(entry: Entry, now: datetime) -> tuple[Reading, Border]:
    """What the reader and the border need to know of this municipality."""
    chosen = settings()
    about = read_yaml(chosen.config / "municipality.yaml", About)
    own = frozenset(name for account in about.own_accounts for name in (plain(account), plain(account).split("@")[0]))

    def stored(since: datetime) -> list[str]:
        with transaction() as session:
            return external_ids_since(session, entry.id, since)

    @cache
    def mappings() -> dict[str, ColumnMapping]:
        with transaction() as session:
            return mappings_of(session, entry.id)

    agent = f"Luisterpost (gemeente {about.name}; {about.contact})".encode("latin-1", "replace").decode("latin-1")
    return Reading(now, chosen.zone, chosen.data, agent, own, stored, mappings), Border(
        pseudonyms(chosen.keys), own, frozenset(about.public_names)
    )


def _run(entry: Entry, read: Read, now: datetime) -> Outcome:
    noted = _Run(entry.id, now)
    problem = cut_short = None
    try:
        problem = _store_all(entry, read, noted, now)
    except SourceError as error:
        cut_short = error
    except Exception as error:
        mistake = f"{UNEXPECTED[0]} ({type(error).__name__})."
        noted.end(RunOutcome.FAILED, mistake, UNEXPECTED[1], None if isinstance(error, CursorMoved) else _failing(entry, None, now))
        raise
    heard = noted.heard
    if cut_short is not None:
        patience = _doing_it(entry, cut_short.until) if heard and cut_short.until else _failing(entry, cut_short.until, now)
        return noted.end(RunOutcome.PARTLY if heard else RunOutcome.FAILED, cut_short.message, cut_short.mend, patience)
    if problem is not None:
        outcome = RunOutcome.PARTLY if heard else RunOutcome.FAILED
        return noted.end(outcome, problem.message, problem.mend, _doing_it(entry, problem.until))
    return noted.end(RunOutcome.PARTLY if noted.counts.rejected else RunOutcome.DONE, patience=_doing_it(entry, None))


def _store_all(entry: Entry, read: Read, noted: "_Run", now: datetime) -> SourceError | None:
    """Each page with its cursor in a transaction; gives the first problem that one part of the source had."""
    reading, border = surroundings(entry, now)
    cursor = _cursor(entry.id)
    problem: SourceError | None = None
    with ahead(read(deepcopy(cursor), reading), lambda page: prepare(entry, page, border, now), entry.pages_ahead) as pages:
        for page in pages:
            with transaction() as session:
                noted.add(store(session, entry, page, cursor, now))
                noted.save(session)
            cursor = page.cursor
            problem = problem or page.problem
    return problem


class _Run:
    """The line about this reading in the table; it grows with each page, so that a reading that is killed has told what it did."""

    def __init__(self, source_id: str, now: datetime) -> None:
        self.counts = Counts()
        self._id: int | None = None
        self._source_id = source_id
        self._now = now
        self._begun = datetime.now(UTC)

    @property
    def heard(self) -> int:
        return self.counts.added + self.counts.changed + self.counts.removed + self.counts.unchanged

    def add(self, counts: Counts) -> None:
        self.counts = self.counts + counts

    def save(self, session: Any, outcome: RunOutcome = RunOutcome.PARTLY, problem: str = BROKEN_OFF[0], mend: str = BROKEN_OFF[1]) -> None:
        counts = {name: getattr(self.counts, name) for name in ("added", "changed", "removed", "unchanged", "rejected")}
        values = counts | {"outcome": outcome, "problem": problem, "mend": mend, "ended_at": self._now + (datetime.now(UTC) - self._begun)}
        if self._id is None:
            row = SourceRun(source_id=self._source_id, started_at=self._now, **values)
            session.add(row)
            session.flush()
            self._id = row.id
        else:
            session.execute(update(SourceRun).where(SourceRun.id == self._id).values(**values))

    def end(self, outcome: RunOutcome, problem: str = "", mend: str = "", patience: Callable[[Session], str] | None = None) -> Outcome:
        """`patience` settles in the same transaction when the source is read again; what it says stands in a line without a problem."""
        with transaction() as session:
            said = patience(session) if patience else ""
            self.save(session, outcome, problem, mend or said)
        c = self.counts
        return Outcome(self._source_id, outcome, c.added, c.changed, c.removed, c.unchanged, c.rejected, problem, mend or said)


def _cursor(source_id: str) -> dict[str, Any]:
    with transaction() as session:
        return session.get_one(Source, source_id).cursor


def _failing(entry: Entry, until: datetime | None, now: datetime) -> Callable[[Session], str]:
    def settle(session: Session) -> str:
        source = session.get_one(Source, entry.id, with_for_update=True)
        patience = after_failure(Patience(source.failures, source.open_since), entry.id, timedelta(minutes=entry.every_minutes), until, now)
        source.failures, source.open_since, source.next_read_at = patience.failures, patience.open_since, patience.next_read_at
        return ""

    return settle


def _doing_it(entry: Entry, until: datetime | None) -> Callable[[Session], str]:
    def settle(session: Session) -> str:
        source = session.get_one(Source, entry.id, with_for_update=True)
        said = AGAIN.format(source.failures) if source.open_since else ""
        source.failures, source.open_since, source.next_read_at = 0, None, until
        return said

    return settle


@contextmanager
def _alone(source_id: str) -> Iterator[bool]:
    """Whether nobody else reads this source, for as long as the block lasts. PostgreSQL lets go of the lock with the connection."""
    key = {"key": f"luisterpost/source/{source_id}"}
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        taken = bool(connection.scalar(text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))"), key))
        try:
            yield taken
        finally:
            if taken and not connection.invalidated:
                connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)
