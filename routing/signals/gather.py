"""Brings messages that are due into their signals: one transaction a batch, so that a crash loses and doubles nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.annotation import areas_of, guesses_of, in_other_languages, themes_of
from models.base import among
from models.database import transaction
from models.message import Message, lock_due_for_grouping, span_due_for_grouping
from models.signal import Signal, SignalMessage, heard_between, homes_of, reserve_numbers, sizes_of, subs_of
from models.ticket import Ticket
from models.town import Place
from models.words import PlaceKind, SignalStatus
from routing.signals.copies import MEMORY
from routing.signals.history import tell
from routing.signals.languages import DUTCH, UNKNOWN
from routing.signals.stories.grouping import Changes, Grouping
from routing.signals.stories.story import Snapshot
from routing.signals.stories.voice import Voice

FLOOR = 0.25
"""Probability from which a sub-theme counts; a message whose best is less probable belongs to no signal."""

UNREAD = "dienstverlening/openingstijden"
"""How to reach the municipality: the sub-theme of what nobody here can read yet."""


@dataclass(frozen=True)
class Gathered:
    """How many messages were looked at, and how many of them are now in a signal."""

    seen: int
    grouped: int


def gather(now: datetime, batch: int) -> Gathered:
    """Group every message that is due. The caller sees to it that only one process does so at a time."""
    with transaction() as session:
        span = span_due_for_grouping(session)
        if span is None:
            return Gathered(0, 0)
        grouping = _remembered(session, *span)
    seen = grouped = 0
    while True:
        with transaction() as session:
            due = lock_due_for_grouping(session, batch)
            if not due:
                return Gathered(seen, grouped)
            changes = _group(session, grouping, due)
            _write(session, changes, due, now)
        seen += len(due)
        grouped += sum(grouping.home(message) is not None for message in due)


def _remembered(session: Session, first: datetime, last: datetime) -> Grouping:
    """What was heard around the time of the messages to come, as far back as copies are recognised; never more of the history."""
    places = session.execute(select(Place.id, Place.near).where(Place.kind == PlaceKind.NEIGHBOURHOOD))
    anchored = frozenset(session.scalars(select(Ticket.signal_id)))
    grouping = Grouping({row.id: row.near for row in places}, _numbers(), anchored)
    homes = {row[0]: row[1] for row in heard_between(session, first - MEMORY, last + MEMORY)}
    members: dict[int, list[Voice]] = defaultdict(list)
    for voice in _voices(session, list(homes)):
        home = homes[voice.id]
        if home is None:
            grouping.recall(voice)
        else:
            members[home].append(voice)
    for signal_id, sub in subs_of(session, list(members)).items():
        grouping.remember(signal_id, sub, members[signal_id])
    return grouping


def _numbers() -> Iterator[int]:
    """Numbers for new signals, fetched by the thousand in a transaction of their own: a crash leaves holes, never a double."""
    while True:
        with transaction() as session:
            numbers = reserve_numbers(session, 1000)
        yield from numbers


def _voices(session: Session, message_ids: Sequence[int]) -> Iterator[Voice]:
    """Messages as grouping sees them, in order of time; without a probable theme their `sub` is empty."""
    subs: dict[int, list[str]] = defaultdict(list)
    for message_id, sub in themes_of(session, message_ids, FLOOR):
        subs[message_id].append(sub)
    areas: dict[int, dict[str, None]] = defaultdict(dict)
    for message_id, area in areas_of(session, message_ids):
        if area is not None:
            areas[message_id][area] = None
    guesses = guesses_of(session, message_ids)
    foreign = in_other_languages(session, message_ids, (DUTCH, UNKNOWN))
    columns = select(Message.id, Message.published_at, Message.text, Message.parent_id, Message.author)
    written = columns.where(Message.id == among(message_ids), ~Message.by_municipality)
    for id, published_at, text, parent, author in session.execute(written.order_by(Message.published_at, Message.id)):
        best, *others = subs.get(id) or [_likeliest(guesses.get(id, {})) if id in foreign else ""]
        yield Voice(id, published_at, best, tuple(areas[id]), text, tuple(others), guesses.get(id, {}), parent, author)


def _likeliest(guesses: Mapping[str, float]) -> str:
    """Where a message in another language goes that names no theme clearly: somebody must read it, so somewhere it goes."""
    return max((sub for sub in guesses if "/" in sub), key=lambda sub: guesses[sub], default=UNREAD)


def _group(session: Session, grouping: Grouping, due: Sequence[int]) -> Changes:
    homes = homes_of(session, due)
    for signal_id, sub in subs_of(session, sorted({home for home in homes.values() if not grouping.knows(home)})).items():
        grouping.remember(signal_id, sub, ())
    understood = set()
    for voice in _voices(session, due):
        grouping.place(voice, homes.get(voice.id))
        understood.add(voice.id)
    for message_id in due:
        if message_id not in understood:
            grouping.leave(message_id)
    grouping.look_round()
    return grouping.changes()


def _write(session: Session, changes: Changes, due: Sequence[int], now: datetime) -> None:
    before = homes_of(session, [*due, *changes.homes])
    homes = {message: signal for message, signal in changes.homes.items() if signal is not None}
    left = {signal for message, signal in before.items() if homes.get(message, None if message in due else signal) != signal}
    sizes = sizes_of(session, [*(signal.id for signal in changes.touched), *changes.merged])
    _keep_signals(session, changes.touched, now)
    _keep_homes(session, homes, now)
    if homeless := [message for message in before if changes.homes.get(message, 0) is None]:
        session.execute(delete(SignalMessage).where(SignalMessage.message_id == among(homeless)))
    for loser, survivor in changes.merged.items():
        if loser in sizes:
            _let_go(session, loser, survivor)
    session.execute(update(Signal).where(Signal.id == among(sorted(left))).values(summary_due=True))
    tell(session, changes, sizes, sizes, now)
    session.execute(update(Message).where(Message.id == among(due)).values(grouping_due=False))


def _let_go(session: Session, loser: int, survivor: int) -> None:
    """One signal goes into another, with what it held from before the time that was looked at."""
    session.execute(update(SignalMessage).where(SignalMessage.signal_id == loser).values(signal_id=survivor))
    merged = {"status": SignalStatus.MERGED, "merged_into": survivor, "summary_due": True}
    session.execute(update(Signal).where(Signal.id == loser).values(merged))
    session.execute(update(Signal).where(Signal.merged_into == loser).values(merged_into=survivor))


def _keep_signals(session: Session, touched: Sequence[Snapshot], now: datetime) -> None:
    rows = [
        {
            "id": signal.id,
            "theme": signal.sub.partition("/")[0],
            "sub": signal.sub,
            "areas": list(signal.areas),
            "first_at": signal.first_at,
            "last_at": signal.last_at,
            "messages": signal.members,
            "created_at": now,
            "summarised_at": now,
            "summary_due": True,
        }
        for signal in touched
        if signal.members
    ]
    if not rows:
        return
    statement = insert(Signal)
    kept = {name: statement.excluded[name] for name in ("theme", "sub", "areas", "messages", "summary_due")}
    wider = {
        "first_at": func.least(Signal.first_at, statement.excluded.first_at),
        "last_at": func.greatest(Signal.last_at, statement.excluded.last_at),
    }
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=kept | wider), rows)


def _keep_homes(session: Session, homes: dict[int, int], now: datetime) -> None:
    if not homes:
        return
    rows = [{"message_id": message, "signal_id": signal, "joined_at": now} for message, signal in sorted(homes.items())]
    statement = insert(SignalMessage)
    elsewhere = SignalMessage.signal_id != statement.excluded.signal_id
    moved = {name: statement.excluded[name] for name in ("signal_id", "joined_at")}
    session.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=moved, where=elsewhere), rows)
