"""Tallies: what was said on each day in a compact form, kept beside the messages so that a question about years need not read them.

A tally holds one cell a message: its number, its hour, and four numbers for what it is about (its sub-themes together, the main one first),
where (its neighbourhoods together), along which way it came and in which manner it was said. So whatever is asked of themes, places and the
rest, also of several at once, each message is counted as often as in the tables themselves. The database marks the days on which anything
that is counted changes (triggers of migration 0018), in the same transaction; `count_due` counts those again, and until then a question
reads them from the tables (models.cells).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, Date, Identity, LargeBinary, Row, UniqueConstraint, delete, func, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.database import transaction
from models.search import keep_words
from models.words import Tone

DAY = timedelta(days=1)
BATCH = 8
"""Days counted in one transaction."""
LOCK = 7_264_001
"""First half of the advisory lock that a day is counted under; the second is the day."""
ANGRY, GLAD = -0.5, 0.5
"""Tone up to which a message is angry, and from which it is glad."""

Names = tuple[str, ...]
CELL = np.dtype([("about", "<u4"), ("place", "<u4"), ("way", "<u4"), ("manner", "<u4"), ("hour", "u1"), ("message", "<u8")])
Cells = NDArray[np.void]
Numbers = dict[tuple["Side", Names], int]
"""The number that some names of a side go by."""


class Side(StrEnum):
    """What a cell tells of a message; each number stands for some names."""

    ABOUT = "about"
    """Sub-themes, the main one first."""
    PLACE = "place"
    """Neighbourhoods, in order of name."""
    WAY = "way"
    """A `Way`."""
    MANNER = "manner"
    """A `Manner`; none of a message that is not understood."""


class Way(NamedTuple):
    """Along which way a message came; `ours` and `deleted` are empty where it is a resident's, and not deleted."""

    channel: str
    medium: str
    source: str
    ours: str
    deleted: str


class Manner(NamedTuple):
    """How a message was said."""

    kind: str
    tone: str
    language: str


class Tally(Base):
    """The cells of one local day: as many as messages, packed as `CELL`. A day without messages may be absent."""

    __tablename__ = "tally"

    day: Mapped[date] = mapped_column(primary_key=True)
    version: Mapped[UUID]
    """New each time the day is counted."""
    messages: Mapped[int]
    cells: Mapped[bytes] = mapped_column(LargeBinary)
    counted_at: Mapped[datetime]


class TallyName(Base):
    """What a number in a cell stands for; never changed."""

    __tablename__ = "tally_name"
    __table_args__ = (UniqueConstraint("side", "names"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    side: Mapped[str]
    names: Mapped[list[str]] = mapped_column(ARRAY(TEXT))


class TallyDue(Base):
    """A mark of a day, as UTC reckons it, on which something that is counted changed. Written by triggers only; marks are never updated,
    so that nobody who stores messages waits for another."""

    __tablename__ = "tally_due"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(Date)


class Said(NamedTuple):
    """What is counted of one message."""

    message: int
    day: date
    hour: int
    names: tuple[Names, Names, Names, Names]
    """In the order of `Side`."""


def beginning(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day."""
    return datetime.combine(day, time(), zone)


def local_days(utc_day: date, zone: ZoneInfo) -> list[date]:
    """The local days that overlap a day of UTC."""
    begin = datetime.combine(utc_day, time(), ZoneInfo("UTC"))
    first = begin.astimezone(zone).date()
    last = (begin + DAY - timedelta(microseconds=1)).astimezone(zone).date()
    return [first + n * DAY for n in range((last - first).days + 1)]


TRY_LOCK = sql("SELECT day, pg_try_advisory_xact_lock(CAST(:lock AS int), day) FROM unnest(CAST(:days AS int[])) AS day")
SAID = sql("""
    SELECT id, day, hour, about, place, channel, medium, source_id, by_municipality, deleted, kind, tone, language FROM (
        SELECT m.id, (published_at AT TIME ZONE :zone)::date AS day, extract(hour FROM published_at AT TIME ZONE :zone)::int AS hour,
            (SELECT array_agg(t.sub ORDER BY t.rank) FROM annotation_theme t WHERE t.message_id = m.id) AS about,
            (SELECT array_agg(DISTINCT p.area) FROM annotation_place p WHERE p.message_id = m.id AND p.area IS NOT NULL) AS place,
            channel, medium, source_id, by_municipality, deleted_at IS NOT NULL AS deleted, a.kind, a.tone, a.language
        FROM message m LEFT JOIN annotation a ON a.message_id = m.id
        WHERE published_at >= :since AND published_at < :until
    ) AS counted
""")


def said(session: Session, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Said]:
    """What is counted of the messages published from `since` up to `until`, read from the tables themselves."""
    for row in session.execute(SAID, {"since": since, "until": until, "zone": zone.key}):
        yield Said(row.id, row.day, row.hour, (tuple(row.about or ()), tuple(row.place or ()), tuple(_way(row)), _manner(row)))


def _way(row: Row[Any]) -> Way:
    return Way(row.channel, row.medium, row.source_id, "ours" if row.by_municipality else "", "deleted" if row.deleted else "")


def _manner(row: Row[Any]) -> Names:
    if row.kind is None:
        return ()
    tone = Tone.ANGRY if row.tone <= ANGRY else Tone.GLAD if row.tone >= GLAD else Tone.NEUTRAL
    return tuple(Manner(row.kind, tone.value, row.language))


def packed(messages: Iterable[Said], number: Callable[[Side, Names], int]) -> dict[date, Cells]:
    """The cells of each day that has any; `number` says by which number some names go."""
    by_day: dict[date, list[tuple[int, ...]]] = defaultdict(list)
    for message, day, hour, names in messages:
        by_day[day].append((*(number(side, of) for side, of in zip(Side, names, strict=True)), hour, message))
    return {day: np.array(cells, CELL) for day, cells in by_day.items()}


def days_waiting(session: Session) -> int:
    """How many days are marked: those are read from the tables until they are counted."""
    return session.scalar(select(func.count(TallyDue.day.distinct()))) or 0


def count_due(now: datetime, zone: ZoneInfo) -> int:
    """Count every marked day again, the newest first, a few in a transaction, beside any number of others who do.

    Killed at any moment it leaves a day counted or still marked.

    Returns:
        How many marked days were counted.
    """
    with transaction() as session:
        waiting = list(session.scalars(select(TallyDue.day).distinct().order_by(TallyDue.day.desc())))
        numbers = numbers_of(session) if waiting else {}
    counted = 0
    for first in range(0, len(waiting), BATCH):
        with transaction() as session:
            counted += _count(session, waiting[first : first + BATCH], numbers, now, zone)
    return counted


def _count(session: Session, marked: Sequence[date], numbers: Numbers, now: datetime, zone: ZoneInfo) -> int:
    """Count the local days of some marked days that nobody else counts at the moment."""
    free = _locked(session, {local for day in marked for local in local_days(day, zone)})
    mine = [day for day in marked if free.issuperset(local_days(day, zone))]
    # Marks that come after this statement stay, whether the reading below saw their change or not; days without any were counted meanwhile.
    mine = sorted(set(session.scalars(delete(TallyDue).where(TallyDue.day.in_(mine)).returning(TallyDue.day))))
    for first, last in runs(sorted({local for day in mine for local in local_days(day, zone)})):
        _count_days(session, first, last, numbers, now, zone)
    return len(mine)


def _locked(session: Session, days: set[date]) -> set[date]:
    """Of these days those that nobody else counts; until the end of the transaction nobody else does."""
    tried = session.execute(TRY_LOCK, {"lock": LOCK, "days": sorted(day.toordinal() for day in days)})
    return {date.fromordinal(day) for day, free in tried if free}


def runs(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last of each row of consecutive days, of days in order."""
    first = None
    for day in days:
        first = first or day
        if day + DAY not in days:
            yield first, day
            first = None


def _count_days(session: Session, first: date, last: date, numbers: Numbers, now: datetime, zone: ZoneInfo) -> None:
    messages = list(said(session, beginning(first, zone), beginning(last + DAY, zone), zone))
    _number(session, {(side, names) for one in messages for side, names in zip(Side, one.names, strict=True)} - numbers.keys(), numbers)
    cells = packed(messages, lambda side, names: numbers[side, names])
    session.execute(delete(Tally).where(Tally.day.between(first, last)))
    keep_words(session, beginning(first, zone), beginning(last + DAY, zone))
    session.add_all(Tally(day=day, version=uuid4(), messages=len(of), cells=of.tobytes(), counted_at=now) for day, of in cells.items())


def _number(session: Session, missing: set[tuple[Side, Names]], numbers: Numbers) -> None:
    """Give names a number and add it to `numbers`; in one order, so that two who add the same wait for each other and not in a ring."""
    if missing:
        rows = [{"side": side.value, "names": list(names)} for side, names in sorted(missing)]
        session.execute(insert(TallyName).on_conflict_do_nothing(), rows)
        numbers |= numbers_of(session)


def numbers_of(session: Session) -> Numbers:
    """The number that each side's names go by."""
    rows = session.execute(select(TallyName.side, TallyName.names, TallyName.id))
    return {(Side(side), tuple(names)): number for side, names, number in rows}
