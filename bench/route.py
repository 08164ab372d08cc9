"""Speed of routing: made, annotated messages into signals, summaries, decisions and tickets, next to a bare COPY of the same rows."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import func, insert, select, text

from bench.yardsticks import against_tokenising
from models import Annotation, AnnotationPlace, AnnotationTheme, Message, Place, Signal, Source, Theme
from models.database import engine, transaction
from models.words import Channel, Kind, PlaceKind
from routing.route import route

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
DAYS = 60
BATCH = 5_000
SAMPLE = 5_000
SOURCE = "bench-route"
WORDS = (
    "weer bak container zakken naast straat stoep fiets auto lantaarn kapot buren geluid gemeente niemand kinderen school boom tak put "
    "tegel vies vandaag wachten paspoort balie brief bus halte kelder water bladeren plantsoen schommel winkel feest brand vuurwerk"
).split()


def measure(messages: int = 20_000) -> list[str]:
    """Lines for a person: messages a second of a first routing of sixty days, and of a second one in which little changed.

    Needs a running database with our schema and a municipality in it, and nothing else: what it adds it leaves behind.
    """
    with transaction() as session:
        subs = session.scalars(select(Theme.slug).where(Theme.parent.is_not(None)).order_by(Theme.slug)).all()
        areas = session.scalars(select(Place.id).where(Place.kind == PlaceKind.NEIGHBOURHOOD).order_by(Place.id)).all()
    _fill(messages, subs, areas)
    first = _seconds(lambda: route(NOW))
    again = _seconds(lambda: route(NOW + timedelta(minutes=10)))
    with transaction() as session:
        signals = session.scalar(select(func.count()).select_from(Signal)) or 0
    copied = _copy()
    sample = [_message(Random(5), number, messages) for number in range(SAMPLE)]
    return [
        f"route: {messages / first:,.0f} messages/s ({messages:,} messages of {DAYS} days into {signals:,} signals, judged and routed)",
        f"route: bare COPY of the same rows: {messages / copied:,.0f} messages/s; route costs {first / copied:.1f} times that",
        against_tokenising("route", first / messages, [str(row["text"]) for row in sample]),
        f"route: a run in which nothing came in: {again:.2f} s",
    ]


def _fill(messages: int, subs: Sequence[str], areas: Sequence[str]) -> None:
    random = Random(5)
    with transaction() as session:
        session.add(
            Source(
                id=SOURCE, name="Bench", kind="files", channel=Channel.WEBCARE, purpose="-", legal_basis="-", retention_days=1, audience="-"
            )
        )
    for begin in range(0, messages, BATCH):
        rows = [_message(random, begin + n, messages) for n in range(min(BATCH, messages - begin))]
        with transaction() as session:
            ids = list(session.scalars(insert(Message).returning(Message.id, sort_by_parameter_order=True), rows))
            session.execute(insert(Annotation), [_annotation(random, id) for id in ids])
            session.execute(insert(AnnotationTheme), [_theme(id, random.choice(subs)) for id in ids])
            session.execute(insert(AnnotationPlace), [_place(id, random.choice(areas)) for id in ids if random.random() < 0.7])
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _message(random: Random, number: int, of: int) -> dict[str, object]:
    at = NOW - timedelta(days=DAYS * (1 - number / of))
    return {
        "source_id": SOURCE,
        "channel": Channel.WEBCARE,
        "medium": "Facebook",
        "text": " ".join(random.choices(WORDS, k=random.randint(4, 30))),
        "author": f"{random.randrange(of):032x}",
        "published_at": at,
        "received_at": at,
        "annotation_due": False,
        "grouping_due": True,
    }


def _annotation(random: Random, id: int) -> dict[str, object]:
    return {
        "message_id": id,
        "model": "bench",
        "language": "nl",
        "kind": random.choice(list(Kind)),
        "tone": -0.2,
        "urgency": 0.1,
        "annotated_at": NOW,
    }


def _theme(id: int, sub: str) -> dict[str, object]:
    return {"message_id": id, "rank": 0, "theme": sub.partition("/")[0], "sub": sub, "probability": 0.8}


def _place(id: int, area: str) -> dict[str, object]:
    return {"message_id": id, "start": 0, "end": 4, "place_id": area, "area": area}


def _copy() -> float:
    """Seconds to read the messages with their annotations out and into tables of the same shape, by COPY."""
    tables = ("message", "annotation", "annotation_theme", "annotation_place")
    seconds = 0.0
    with engine().begin() as connection:
        raw = connection.connection.cursor()
        for table in tables:
            rows = list(_lines(raw, table))
            raw.execute(f"CREATE TEMPORARY TABLE bench_{table} (LIKE {table} INCLUDING ALL) ON COMMIT DROP")
            begin = time.perf_counter()
            with raw.copy(f"COPY bench_{table} FROM STDIN") as copy:
                for row in rows:
                    copy.write(row)
            seconds += time.perf_counter() - begin
    return seconds


def _lines(cursor: object, table: str) -> Iterator[bytes]:
    with cursor.copy(f"COPY {table} TO STDOUT") as copy:  # type: ignore[attr-defined]
        yield from (bytes(row) for row in copy)


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
