"""Made-up years of messages and what is said of them, straight into the tables: what pages and trends are measured on."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import text

from models.database import engine, transaction
from models.settings import settings
from models.tally import count_due

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
SOURCES = 12

PREPARE = """
CREATE TEMPORARY TABLE some_subs AS
    SELECT row_number() OVER (ORDER BY slug) AS n, slug, parent FROM theme WHERE active AND parent IS NOT NULL;
CREATE TEMPORARY TABLE some_areas AS SELECT row_number() OVER (ORDER BY id) AS n, id FROM place WHERE active AND kind = 'neighbourhood';
CREATE TEMPORARY TABLE some_words AS
    SELECT row_number() OVER (ORDER BY length(word), word) AS n, word FROM (
        SELECT unnest(string_to_array('de het een weer bak container vol zakken afval naast straat stoep fiets auto geparkeerd lantaarn '
            'kapot buren geluid melding gemeente wanneer waarom opgehaald niemand kinderen school speeltuin boom tak riool putdeksel losse '
            'tegel vies schoon vandaag graag', ' ')) AS word
        UNION SELECT 'woord' || translate(n::text, '0123456789', 'abcdefghij') FROM generate_series(1, 5000) AS n
    ) AS words WHERE btrim(word) <> '';
INSERT INTO source (id, name, kind, channel, purpose, legal_basis, retention_days, audience, cursor, active)
    SELECT 'meting-' || n, 'Meting ' || n, 'files', (ARRAY['social', 'webcare', 'contact_centre', 'news', 'participation'])[1 + n % 5],
        'meten', 'geen, verzonnen rijen', 1, 'niemand', '{{}}', false
    FROM generate_series(1, {sources}) AS n;
"""
MESSAGES = """
INSERT INTO message (source_id, channel, medium, text, author, published_at, received_at, answered_at, private, annotation_due)
SELECT 'meting-' || s, (ARRAY['social', 'webcare', 'contact_centre', 'news', 'participation'])[1 + s % 5],
    (ARRAY['Facebook', 'telefoon', 'e-mail', 'Mastodon', 'formulier', 'X'])[1 + s % 6], said, md5((n * 7919 % 60000)::text), at, at,
    CASE WHEN n % 3 = 0 THEN at + interval '5 hours' END, n % 20 = 0, false
FROM (
    SELECT n, 1 + floor({sources} * power(random(), 2))::int AS s,
        CAST(:now AS timestamptz) - ({rows} - n) * (interval '{days} days' / {rows}) - random() * interval '20 minutes' AS at,
        (SELECT string_agg(w.word, ' ') FROM
            (SELECT 1 + floor({words} * power(random(), 3))::int AS pick FROM generate_series(1, 14) WHERE n = n) AS picked
            JOIN some_words w ON w.n = picked.pick) AS said
    FROM generate_series({first}, {last}) AS n
) AS made
"""
ANNOTATIONS = (
    """
INSERT INTO annotation (message_id, model, language, kind, tone, urgency, annotated_at)
SELECT id, 'meting', CASE WHEN id % 17 = 0 THEN 'tr' WHEN id % 13 = 0 THEN 'en' ELSE 'nl' END,
    (ARRAY['vraag', 'melding', 'klacht', 'compliment', 'idee', 'mening', 'overig'])[1 + floor(7 * power(random(), 1.5))::int],
    2 * random() - 1, random() / 2, published_at
FROM message WHERE id > {before}
""",
    """
INSERT INTO annotation_theme (message_id, rank, theme, sub, probability)
SELECT id, rank, parent, slug, 0.9 FROM (
    SELECT m.id, rank, 1 + (floor({subs} * power(random(), 2))::int + rank * 7) % {subs} AS pick
    FROM message m, generate_series(0, CASE WHEN m.id % 6 = 0 THEN 1 ELSE 0 END) AS rank WHERE m.id > {before} AND m.id % 10 <> 0
) AS picked JOIN some_subs ON some_subs.n = pick
""",
    """
INSERT INTO annotation_place (message_id, start, "end", place_id, area)
SELECT picked.id, start, start + 3, some_areas.id, some_areas.id FROM (
    SELECT m.id, start, 1 + (floor({areas} * power(random(), 1.5))::int + start) % {areas} AS pick
    FROM message m, generate_series(0, CASE WHEN m.id % 9 = 0 THEN 1 ELSE 0 END) AS start WHERE m.id > {before} AND m.id % 5 < 3
) AS picked JOIN some_areas ON some_areas.n = pick
""",
)
AT_ONCE = 100_000
SIZE = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")


def fill(rows: int, days: int) -> str:
    """So many messages, evenly over the days up to `NOW`, and their tallies. Needs the example municipality; a line for a person."""
    filling, counting = _seconds(lambda: _messages(rows, days)), _seconds(lambda: count_due(NOW, settings().zone))
    _vacuum("message_words", "tally", "tally_due")
    with transaction() as session:
        megabytes = {name: (session.scalar(SIZE, {"name": name}) or 0) / 1e6 for name in ("tally", "message_words", "message")}
    return (
        f"years: {rows:,} messages over {days:,} days made in {filling:.0f} s; all days counted and their words kept in {counting:.0f} s; "
        f"tallies take {megabytes['tally']:.0f} MB, words {megabytes['message_words']:.0f} MB, messages {megabytes['message']:.0f} MB"
    )


def _messages(rows: int, days: int) -> None:
    with engine().begin() as connection:
        # Marks of ten million single changes would only measure themselves; the days are marked as a whole below.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in PREPARE.split(";"):
            connection.execute(text(statement.format(sources=SOURCES)))
        made = {table: connection.scalar(text(f"SELECT count(*) FROM some_{table}")) for table in ("subs", "areas", "words")}
        for first in range(1, rows + 1, AT_ONCE):
            before = connection.scalar(text("SELECT coalesce(max(id), 0) FROM message"))
            given = {**made, "sources": SOURCES, "rows": rows, "days": days, "first": first, "last": min(rows, first + AT_ONCE - 1)}
            connection.execute(text(MESSAGES.format(**given)), {"now": NOW})
            for statement in ANNOTATIONS:
                connection.execute(text(statement.format(**given, before=before)))
        connection.execute(text("INSERT INTO tally_due (day) SELECT DISTINCT (published_at AT TIME ZONE 'UTC')::date FROM message"))
    _vacuum("message", "annotation", "annotation_theme", "annotation_place")


def _vacuum(*tables: str) -> None:
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"VACUUM (ANALYZE) {', '.join(tables)}"))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
