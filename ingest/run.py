"""One reading of one source, whatever its kind: page by page, each with its cursor and its counts in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text, update

from ingest.border import Border
from ingest.entry import Entry, Reading
from ingest.errors import SourceError
from ingest.load import Counts, prepare, store
from ingest.page import Page
from ingest.pseudonyms import plain, pseudonyms
from models import Source, SourceRun
from models.configuration import read_yaml
from models.database import engine, transaction
from models.message import external_ids_since
from models.municipality import About
from models.settings import settings
from models.words import RunOutcome

BROKEN_OFF = ("Het lezen is afgebroken.", "De volgende keer gaat het verder waar het was.")
UNEXPECTED = ("Er ging iets mis dat Luisterpost niet kent", "De beheerder vindt de oorzaak in het logboek van Airflow.")
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

    agent = f"Luisterpost (gemeente {about.name}; {about.contact})".encode("latin-1", "replace").decode("latin-1")
    return Reading(now, chosen.zone, chosen.data, agent, own, stored), Border(pseudonyms(chosen.keys), own)


def _run(entry: Entry, read: Read, now: datetime) -> Outcome:
    noted = _Run(entry.id, now)
    problem: SourceError | None = None
    cut_short = False
    try:
        reading, border = surroundings(entry, now)
        cursor = _cursor(entry.id)
        for read_page in read(deepcopy(cursor), reading):
            page = prepare(entry, read_page, border, now)
            with transaction() as session:
                noted.add(store(session, entry, page, cursor, now))
                noted.save(session)
            cursor = page.cursor
            problem = problem or page.problem
    except SourceError as error:
        problem, cut_short = error, True
    except Exception as error:
        noted.end(RunOutcome.FAILED, f"{UNEXPECTED[0]} ({type(error).__name__}).", UNEXPECTED[1])
        raise
    _wait_until(entry.id, problem.until if problem else None)
    counts = noted.counts
    heard = counts.added + counts.changed + counts.removed + counts.unchanged
    if problem is not None:
        return noted.end(
            RunOutcome.FAILED if cut_short and not heard else RunOutcome.PARTLY if heard else RunOutcome.FAILED,
            problem.message,
            problem.mend,
        )
    return noted.end(RunOutcome.PARTLY if counts.rejected else RunOutcome.DONE)


class _Run:
    """The line about this reading in the table; it grows with each page, so that a reading that is killed has told what it did."""

    def __init__(self, source_id: str, now: datetime) -> None:
        self.counts = Counts()
        self._id: int | None = None
        self._source_id = source_id
        self._now = now
        self._begun = datetime.now(UTC)

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

    def end(self, outcome: RunOutcome, problem: str = "", mend: str = "") -> Outcome:
        with transaction() as session:
            self.save(session, outcome, problem, mend)
        c = self.counts
        return Outcome(self._source_id, outcome, c.added, c.changed, c.removed, c.unchanged, c.rejected, problem, mend)


def _cursor(source_id: str) -> dict[str, Any]:
    with transaction() as session:
        return session.get_one(Source, source_id).cursor


def _wait_until(source_id: str, moment: datetime | None) -> None:
    with transaction() as session:
        session.execute(update(Source).where(Source.id == source_id).values(next_read_at=moment))


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
