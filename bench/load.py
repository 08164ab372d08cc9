"""Speed of bringing in an export, next to a bare COPY of the same rows into the same table, in one run."""

import csv
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from sqlalchemy import text

from bench.yardsticks import against_tokenising
from ingest.exports.columns import Columns
from ingest.kinds.files import Files
from ingest.run import Outcome, run
from ingest.sources import synchronise_sources
from models.database import engine, transaction
from models.words import Channel

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
WORDS = (
    "de het een weer bak container vol zakken afval naast straat stoep fiets auto geparkeerd lantaarn kapot buren geluid melding gemeente "
    "wanneer waarom opgehaald niemand kinderen school speeltuin boom tak riool putdeksel losse tegel vies schoon vandaag graag alsjeblieft"
).split()
PERSONAL = (
    "bel mij op 06-{number:08d}",
    "mail naar piet{number}@provider.example",
    "Met vriendelijke groet, J. de Vries",
    "kenteken 12-XXX-3",
    "Kerkstraat 12, 3511 AB",
    "mw. Jansen",
)

SAMPLE = 5_000
"""Texts that are tokenised for comparison."""


def measure(rows: int) -> list[str]:
    """Lines for a person: rows a second of a load, of a second load of the same file, and of COPY, and how they compare.

    Needs a running database with our schema; leaves nothing behind in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        write_export(path, rows)
        source = _source(folder)
        with transaction() as session:
            synchronise_sources(session, [source])
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            loaded = _seconds(lambda: _load(source, path, rows))
            again = _seconds(lambda: _load(source, path, 0))
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            copied = _copy(Path(folder) / "rows")
        finally:
            _forget(source.id)
        with path.open(encoding="utf-8", newline="") as file:
            texts = [row["Bericht"] for row in islice(csv.DictReader(file, delimiter=";"), SAMPLE)]
    return [
        f"load: {rows / loaded:,.0f} rows/s ({rows:,} rows of CSV: read, masked, pseudonymous, each once, stored in pages of 1,000)",
        f"load: bare COPY of the same rows into the same table: {rows / copied:,.0f} rows/s; load reaches {copied / loaded:.2f} of it",
        f"load: a second load of the same file: {again:.2f} s against {loaded:.2f} s; peak memory grew by {grown:.0f} MB",
        against_tokenising("load", loaded / rows, texts),
    ]


def write_export(path: Path, rows: int) -> None:
    """An export as a contact centre writes it: one in twenty notes holds personal data, three times as many as in our example."""
    random = Random(1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Bericht-ID", "Datum", "Auteur", "Bericht", "Beantwoord op"])
        for number in range(rows):
            words = random.choices(WORDS, k=random.randint(6, 40))
            if number % 20 == 0:
                words.append(random.choice(PERSONAL).format(number=number))
            at = NOW - timedelta(minutes=number % 80_000)
            writer.writerow(
                [
                    f"B{number}",
                    f"{at:%d-%m-%Y %H:%M}",
                    f"inwoner{number % 5000}",
                    " ".join(words),
                    f"{at:%d-%m-%Y %H:%M}" if number % 3 else "",
                ]
            )


def _source(folder: str) -> Files:
    return Files(
        id="meting",
        name="Meting",
        kind="files",
        channel=Channel.CONTACT_CENTRE,
        path=f"{folder}/*.csv",
        columns=Columns(id="Bericht-ID", date="Datum", author="Auteur", text="Bericht", answered="Beantwoord op"),
        purpose="meten",
        legal_basis="geen, verzonnen rijen",
        retention_days=1,
        audience="niemand",
        active=False,
    )


def _load(source: Files, path: Path, expected: int) -> None:
    outcome: Outcome = run(source, lambda cursor, reading: source.read_file(path, cursor, reading), NOW)
    if outcome.problem or outcome.added != expected:
        raise RuntimeError(f"{outcome.added} of {expected} rows, {outcome.problem}")


def _copy(kept: Path) -> float:
    """Seconds to COPY what was loaded, kept in a file meanwhile, into the table it was loaded into, which is emptied of it first."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver = connection.connection.driver_connection
        if driver is None:
            raise RuntimeError("no connection")
        with driver.cursor() as cursor:
            with kept.open("wb") as file, cursor.copy("COPY (SELECT * FROM message WHERE source_id = 'meting') TO STDOUT") as out:
                file.writelines(bytes(block) for block in out)
            connection.execute(text("DELETE FROM origin WHERE source_id = 'meting'"))
            connection.execute(text("DELETE FROM message WHERE source_id = 'meting'"))
            connection.execute(text("VACUUM message"))
            begin = time.perf_counter()
            with kept.open("rb") as file, cursor.copy("COPY message FROM STDIN") as into:
                while block := file.read(1 << 20):
                    into.write(block)
            return time.perf_counter() - begin


def _seconds(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _forget(source_id: str) -> None:
    with transaction() as session:
        for statement in (
            "DELETE FROM origin WHERE source_id = :id",
            "DELETE FROM message WHERE source_id = :id",
            "DELETE FROM rejected_row WHERE source_id = :id",
            "DELETE FROM source_run WHERE source_id = :id",
            "DELETE FROM source WHERE id = :id",
        ):
            session.execute(text(statement), {"id": source_id})
