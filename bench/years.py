"""Made-up years of messages, what is said of them and the signals they are in, straight into the tables: what pages are measured on."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import md5

import numpy as np
from sqlalchemy import Connection, text

from models.database import engine, transaction
from models.settings import settings
from models.tally import count_due

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
SOURCES = 12
CHANNELS = ("webcare", "contact_centre", "news", "participation", "social")
MEDIA = ("telefoon", "e-mail", "Mastodon", "formulier", "X", "Facebook")
WRITERS = 60_000
LONG = 14
"""Words of a message."""
WORDS = (
    "de het een weer bak container vol zakken afval naast straat stoep fiets auto geparkeerd lantaarn kapot buren geluid melding gemeente "
    "wanneer waarom opgehaald niemand kinderen school speeltuin boom tak riool putdeksel losse tegel vies schoon vandaag graag"
).split()
RARE = ["woord" + str(n).translate(str.maketrans("0123456789", "abcdefghij")) for n in range(1, 5001)]

PREPARE = """
CREATE TEMPORARY TABLE some_subs AS
    SELECT row_number() OVER (ORDER BY slug) AS n, slug, parent FROM theme WHERE active AND parent IS NOT NULL;
CREATE TEMPORARY TABLE some_areas AS SELECT row_number() OVER (ORDER BY id) AS n, id FROM place WHERE active AND kind = 'neighbourhood';
INSERT INTO source (id, name, kind, channel, purpose, legal_basis, retention_days, audience, cursor, active)
    SELECT 'meting-' || n, 'Meting ' || n, 'files', 'social', 'meten', 'geen, verzonnen rijen', 1, 'niemand', '{}', false
    FROM generate_series(1, :sources) AS n;
"""
MESSAGES = (
    "COPY message (id, source_id, channel, medium, text, author, published_at, received_at, answered_at, private, by_municipality, "
    "parent_id, annotation_due, grouping_due) FROM STDIN"
)
ANNOTATIONS = (
    """
INSERT INTO annotation (message_id, model, language, kind, tone, urgency, annotated_at)
SELECT id, 'meting', CASE WHEN id % 17 = 0 THEN 'tr' WHEN id % 13 = 0 THEN 'en' ELSE 'nl' END,
    (ARRAY['vraag', 'melding', 'klacht', 'compliment', 'idee', 'mening', 'overig'])[1 + floor(7 * power(random(), 1.5))::int],
    2 * random() - 1, random() / 2, published_at
FROM message WHERE NOT by_municipality ORDER BY id
""",
    """
INSERT INTO annotation_theme (message_id, rank, theme, sub, probability)
SELECT id, rank, parent, slug, 0.9 FROM (
    SELECT m.id, rank, 1 + (floor({subs} * power(random(), 2))::int + rank * 7) % {subs} AS pick
    FROM message m, generate_series(0, CASE WHEN m.id % 6 = 0 THEN 1 ELSE 0 END) AS rank WHERE NOT by_municipality AND m.id % 10 <> 0
) AS picked JOIN some_subs ON some_subs.n = pick
""",
    """
INSERT INTO annotation_place (message_id, start, "end", place_id, area)
SELECT picked.id, start, start + 3, some_areas.id, some_areas.id FROM (
    SELECT m.id, start, 1 + (floor({areas} * power(random(), 1.5))::int + start) % {areas} AS pick
    FROM message m, generate_series(0, CASE WHEN m.id % 9 = 0 THEN 1 ELSE 0 END) AS start WHERE NOT by_municipality AND m.id % 5 < 3
) AS picked JOIN some_areas ON some_areas.n = pick
""",
)
SIGNALS = """
CREATE TEMPORARY TABLE some_signals AS
    SELECT row_number() OVER (ORDER BY week, sub, area) AS id, sub, min(theme) AS theme, area, week, min(published_at) AS first_at,
        max(published_at) AS last_at, count(*) AS messages, count(DISTINCT author) AS people, sum((kind = 'vraag')::int) AS questions,
        sum((answered_at IS NULL)::int) AS unanswered, avg(tone) AS tone, max(urgency) AS urgency,
        sum((published_at > :now - interval '1 day')::int) AS recent, array_agg(message_id) AS members
    FROM (
        SELECT t.message_id, t.theme, t.sub, p.area, (extract(epoch FROM m.published_at) / 604800)::int AS week,
            m.published_at, m.author, m.answered_at, a.kind, a.tone, a.urgency
        FROM annotation_theme t JOIN message m ON m.id = t.message_id JOIN annotation a USING (message_id)
            LEFT JOIN annotation_place p ON p.message_id = t.message_id AND p.start = 0
        WHERE t.rank = 0
    ) AS story GROUP BY week, sub, area;
INSERT INTO signal (id, theme, sub, status, title, areas, first_at, last_at, created_at, summarised_at, messages, people, reach,
        questions, unanswered, recent, usual, tone, urgency, weight, summary_due)
    OVERRIDING SYSTEM VALUE
    SELECT id, theme, sub, CASE WHEN last_at > :now - interval '3 days' THEN 'open' ELSE 'closed' END, sub || coalesce(' in ' || area, ''),
        CASE WHEN area IS NULL THEN '{}' ELSE ARRAY[area] END, first_at, last_at, first_at, last_at, messages, people, messages,
        questions, unanswered, recent, messages / 7.0, tone, urgency, recent + messages / 100.0, false
    FROM some_signals;
INSERT INTO signal_message (message_id, signal_id, joined_at)
    SELECT unnest(members), id, last_at FROM some_signals;
INSERT INTO ticket (signal_id, department_id, status, opened_at, running_since, due_at, settled_at, outcome, messages_seen)
    SELECT s.id, d.id, CASE WHEN last_at > :now - interval '10 days' THEN 'open' ELSE 'afgehandeld' END, first_at, first_at,
        first_at + interval '5 days', CASE WHEN last_at <= :now - interval '10 days' THEN first_at + interval '4 days' END,
        CASE WHEN last_at <= :now - interval '10 days' THEN 'Opgelost.' END, messages
    FROM some_signals s JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS many FROM department) d
        ON d.n = s.id % d.many
    WHERE s.id % 20 = 0 AND messages > 2
    ORDER BY s.id;
SELECT setval(pg_get_serial_sequence('signal', 'id'), (SELECT max(id) FROM signal));
SELECT setval(pg_get_serial_sequence('message', 'id'), (SELECT max(id) FROM message));
INSERT INTO tally_due (day) SELECT DISTINCT (published_at AT TIME ZONE 'UTC')::date FROM message;
"""
FILLED = ("message", "annotation", "annotation_theme", "annotation_place", "signal", "signal_message", "ticket")
GIVEN = {"now": NOW, "sources": SOURCES}
AT_ONCE = 50_000
AT_WORK = 2
SIZE = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
INDEXES = text("""
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename = ANY(:tables) AND indexname NOT LIKE 'pk%' AND indexname NOT LIKE 'uq%'
""")


def fill(rows: int, days: int) -> str:
    """So many messages, evenly over the days up to `NOW`, and their tallies. Needs the example municipality; a line for a person."""
    filling, counting = _seconds(lambda: _stories(rows, days)), _seconds(_count)
    _vacuum("message_words", "tally", "tally_due")
    with transaction() as session:
        megabytes = {name: (session.scalar(SIZE, {"name": name}) or 0) / 1e6 for name in ("tally", "message_words", "message")}
    return (
        f"years: {rows:,} messages over {days:,} days made in {filling:.0f} s; all days counted and their words kept in {counting:.0f} s; "
        f"tallies take {megabytes['tally']:.0f} MB, words {megabytes['message_words']:.0f} MB, messages {megabytes['message']:.0f} MB"
    )


def _stories(rows: int, days: int) -> None:
    with engine().begin() as connection, _without_indexes(connection, FILLED):
        # Marks of ten million single changes would only measure themselves; the days are marked as a whole at the end.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        _each(connection, PREPARE)
        _messages(connection, rows, days)
        made = {table: connection.scalar(text(f"SELECT count(*) FROM some_{table}")) for table in ("subs", "areas")}
        for statement in ANNOTATIONS:
            connection.execute(text(statement.format(**made)))
        connection.execute(text("ANALYZE message, annotation, annotation_theme, annotation_place"))
        _each(connection, SIGNALS)
    _vacuum(*FILLED)


def _each(connection: Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.execute(text(statement), {name: value for name, value in GIVEN.items() if f":{name}" in statement})


def _messages(connection: Connection, rows: int, days: int) -> None:
    raw = connection.connection.cursor()
    with raw.copy(MESSAGES) as copy:
        for first in range(1, rows + 1, AT_ONCE):
            copy.write("".join(_lines(first, min(rows, first + AT_ONCE - 1), rows, days)))


def _lines(first: int, last: int, rows: int, days: int) -> Iterator[str]:
    """The messages with these numbers, as COPY takes them: everyday words, a few sources and a few writers come most."""
    random, many = np.random.default_rng(first), last - first + 1
    words, authors = np.array(WORDS + RARE, object), _authors()
    said = words[(len(words) * random.random((many, LONG)) ** 3).astype(int)].tolist()
    who = (WRITERS * random.random(many) ** 2).astype(int).tolist()
    source = (SOURCES * random.random(many) ** 2).astype(int).tolist()
    apart = days * 86400 / rows
    ago = ((rows - np.arange(first, last + 1)) * apart + random.random(many) * 1200).tolist()
    back = random.integers(1, 40, many).tolist()
    for n, seconds, number in zip(range(many), ago, range(first, last + 1), strict=True):
        at, by_us = NOW - timedelta(seconds=seconds), number % 25 == 0
        answered = at + timedelta(hours=5) if number % 3 == 0 and not by_us else "\\N"
        writer = "\\N" if by_us else authors[who[n]]
        parent = number - back[n] if (by_us or number % 7 == 0) and number > 40 else "\\N"
        yield (
            f"{number}\tmeting-{source[n] + 1}\t{CHANNELS[source[n] % 5]}\t{MEDIA[source[n] % 6]}\t{' '.join(said[n])}\t"
            f"{writer}\t{at}\t{at}\t{answered}\t{number % 20 == 1}\t{by_us}\t{parent}\tf\tf\n"
        )


@lru_cache
def _authors() -> list[str]:
    return [md5(str(n).encode(), usedforsecurity=False).hexdigest() for n in range(WRITERS)]


@contextmanager
def _without_indexes(connection: Connection, tables: tuple[str, ...]) -> Iterator[None]:
    """Without those indexes that filling can do without: built at the end they take a fraction of the time."""
    taken = connection.execute(INDEXES, {"tables": list(tables)}).all()
    for name, _ in taken:
        connection.execute(text(f"DROP INDEX {name}"))
    yield
    connection.execute(text("SET maintenance_work_mem = '512MB'"))
    for _, definition in taken:
        connection.execute(text(definition))


def _count() -> None:
    """As the DAG does, two at once; the index of words is built at the end."""
    alone = engine().connect().execution_options(isolation_level="AUTOCOMMIT")
    with alone as connection, _without_indexes(connection, ("message_words",)), ThreadPoolExecutor(AT_WORK) as pool:
        list(pool.map(lambda _: count_due(NOW, settings().zone), range(AT_WORK)))


def _vacuum(*tables: str) -> None:
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM (ANALYZE) {', '.join(tables)}"))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
