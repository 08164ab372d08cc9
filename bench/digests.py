"""Speed of digests: all of a town with fifty departments, next to counting the message table once, with a history of eighteen months."""

import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from models import Routing, Ticket
from models.database import engine, transaction
from models.words import TicketStatus
from routing.digests.build import build_due

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
DEPARTMENTS = 50
DAYS = 540
OPEN_DAYS = 3
"""How far back messages are in signals that are open."""
BEFORE = (
    "INSERT INTO source (id, name, kind, channel, purpose, legal_basis, retention_days, audience, active, cursor, failures) "
    "VALUES ('bench', 'Bench', 'files', 'webcare', '-', '-', 1, '-', true, '{}', 0)",
    "INSERT INTO rule_set (version, source, in_force_since) VALUES ('bench', '', :now)",
    "INSERT INTO department (id, name, does, email, digest_at, active) "
    "SELECT 'afdeling-' || n, 'Afdeling ' || n, '-', 'a' || n || '@rivierstad.example', '08:00', true FROM generate_series(1, :more) n",
    "CREATE TEMP TABLE subs AS SELECT slug, parent, row_number() OVER (ORDER BY slug) - 1 AS n FROM theme WHERE parent IS NOT NULL",
    "CREATE TEMP TABLE areas AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM place WHERE kind = 'neighbourhood'",
    "CREATE TEMP TABLE owners AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM department",
)
FILL = (
    # One in seven messages is about the first sub-theme in the first neighbourhood, the others about anything anywhere.
    "CREATE TEMP TABLE made AS SELECT n, :now - make_interval(secs => :seconds * (1 - n::float / :rows)) AS at, "
    "hashint8(n) & 2147483647 AS dice FROM generate_series(1, :rows) n",
    "INSERT INTO message (source_id, channel, medium, text, author, published_at, received_at, reach, private, sensitive, by_municipality, "
    "annotation_due, grouping_due) SELECT 'bench', 'webcare', 'Facebook', 'weer zakken naast de container in de straat nummer ' || n, "
    "md5((dice % 50000)::text), at, at, 1, false, false, false, false, false FROM made ORDER BY n",
    "CREATE TEMP TABLE numbered AS SELECT message.id, made.at, made.dice, "
    "CASE WHEN made.dice % 7 = 0 THEN 0 ELSE made.dice / 31 % (SELECT count(*) FROM subs) END AS sub, "
    "CASE WHEN made.dice % 7 = 0 THEN 0 ELSE made.dice / 7 % (SELECT count(*) FROM areas) END AS area "
    "FROM made JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM message) message ON message.n = made.n",
    "INSERT INTO annotation (message_id, model, language, kind, tone, urgency, sure, annotated_at) SELECT id, 'bench', 'nl', "
    "CASE WHEN dice % 3 = 0 THEN 'vraag' ELSE 'melding' END, -0.2, 0.1, true, at FROM numbered",
    "INSERT INTO annotation_theme (message_id, rank, theme, sub, probability) "
    "SELECT numbered.id, 0, subs.parent, subs.slug, 0.8 FROM numbered JOIN subs ON subs.n = numbered.sub",
    'INSERT INTO annotation_place (message_id, start, "end", place_id, area) '
    "SELECT numbered.id, 0, 4, areas.id, areas.id FROM numbered JOIN areas ON areas.n = numbered.area",
    "CREATE TEMP TABLE told AS SELECT sub, area, week, count(*) AS messages, min(at) AS first_at, max(at) AS last_at, "
    "row_number() OVER (ORDER BY week, sub, area) AS id FROM (SELECT sub, area, at, CASE WHEN at > :open THEN NULL ELSE "
    "date_trunc('week', at) END AS week FROM numbered) dated GROUP BY week, sub, area",
    "INSERT INTO signal (id, theme, sub, status, title, areas, first_at, last_at, created_at, summarised_at, messages, people, reach, "
    "questions, unanswered, recent, usual, tone, urgency, campaign, weight, summary_due) OVERRIDING SYSTEM VALUE SELECT told.id, "
    "subs.parent, subs.slug, CASE WHEN week IS NULL THEN 'open' ELSE 'closed' END, 'Iets in een wijk', ARRAY[areas.id], first_at, last_at, "
    "first_at, last_at, messages, messages, messages, 0, 0, 0, messages / 30.0, -0.2, 0.1, false, messages, false "
    "FROM told JOIN subs ON subs.n = told.sub JOIN areas ON areas.n = told.area",
    "INSERT INTO signal_message (message_id, signal_id, joined_at) SELECT numbered.id, told.id, numbered.at FROM numbered JOIN told "
    "ON told.sub = numbered.sub AND told.area = numbered.area AND told.week IS NOT DISTINCT FROM "
    "CASE WHEN numbered.at > :open THEN NULL ELSE date_trunc('week', numbered.at) END",
    "INSERT INTO routing (signal_id, rule_set, rule, action, department_id, reason, decided_at) "
    "SELECT told.id, 'bench', 'bench', 'ticket', owners.id, 'Zoals de regel zegt.', told.first_at "
    "FROM told JOIN owners ON owners.n = told.sub % :departments WHERE week IS NULL",
    "INSERT INTO burst (signal_id, day, detected_at, observed, expected, p_value) SELECT signal_id, CAST(:now AS date), :now, 9, 1, 0.0001 "
    "FROM routing WHERE signal_id % 9 = 0",
)


def measure(rows: int = 1_000_000) -> list[str]:
    """Lines for a person: seconds for all digests of a morning, and how many times counting the messages once that is.

    Needs a running database with our schema and a municipality in it, and nothing else: what it adds it leaves behind.
    """
    fill(rows)
    counting = _seconds("SELECT count(*) FROM message")
    scans = _scans()
    began = time.perf_counter()
    built = build_due(NOW, everyone=True)
    took = time.perf_counter() - began
    began = time.perf_counter()
    again = build_due(NOW + timedelta(minutes=15))
    nothing = time.perf_counter() - began
    whole = "never" if _scans() == scans else f"{_scans() - scans} times"
    return [
        f"digests: {built} digests, {DEPARTMENTS} departments, in {took:.1f} s with {rows:,} messages; their table is {whole} read whole",
        f"digests: that is {took / counting:.1f} times counting the message table once ({counting:.2f} s)",
        f"digests: a run in which {again} are due: {nothing:.2f} s",
    ]


def fill(rows: int) -> None:
    """Eighteen months of made messages, understood, grouped and routed, the last three days of them in open signals."""
    values = {
        "now": NOW,
        "rows": rows,
        "seconds": DAYS * 86_400,
        "open": NOW - timedelta(days=OPEN_DAYS),
        "departments": DEPARTMENTS,
    }
    with engine().begin() as connection:
        present = connection.scalar(text("SELECT count(*) FROM department WHERE active")) or 0
        for statement in (*BEFORE, *FILL):
            connection.execute(text(statement), {**values, "more": max(0, DEPARTMENTS - present)})
    with transaction() as session:
        for routing in session.scalars(select(Routing).where(Routing.signal_id % 5 == 0)):
            opened = {"opened_at": routing.decided_at, "running_since": routing.decided_at, "due_at": NOW}
            session.add(Ticket(signal_id=routing.signal_id, department_id=routing.department_id, status=TicketStatus.OPEN, **opened))
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _seconds(statement: str) -> float:
    with engine().connect() as connection:
        began = time.perf_counter()
        connection.execute(text(statement))
        return time.perf_counter() - began


def _scans() -> int:
    """How often the whole message table was read since it was made."""
    with engine().connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        return connection.scalar(text("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'message'")) or 0
