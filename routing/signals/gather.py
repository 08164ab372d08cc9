"""Brings messages that are due into their signals: one transaction a batch, so that a crash loses and doubles nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.annotation import areas_of, guesses_of, in_other_languages, themes_of
from models.base import among
from models.database import transaction
from models.message import Message, lock_due_for_grouping, span_due_for_grouping
from models.signal import Signal, SignalMessage, grouped_messages, homes_of, overlapping, reserve_numbers
from models.ticket import Ticket
from models.town import Place
from models.words import PlaceKind, SignalStatus
from routing.signals.context import SURE, Surroundings
from routing.signals.copies import MEMORY
from routing.signals.grouping import Changes, Grouping, Snapshot, Voice
from routing.signals.languages import DUTCH, UNKNOWN

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
        grouping, surroundings = _remembered(session, *span)
    seen = grouped = 0
    while True:
        with transaction() as session:
            due = lock_due_for_grouping(session, batch)
            if not due:
                return Gathered(seen, grouped)
            changes = _group(session, grouping, surroundings, due)
            _write(session, changes, due, now)
        seen += len(due)
        grouped += len(changes.homes)


def _remembered(session: Session, first: datetime, last: datetime) -> tuple[Grouping, Surroundings]:
    """The signals around the time of the messages to come. Copies are recognised over two weeks, so those are looked at too."""
    places = session.execute(select(Place.id, Place.near).where(Place.kind == PlaceKind.NEIGHBOURHOOD))
    anchored = frozenset(session.scalars(select(Ticket.signal_id)))
    near = {row.id: row.near for row in places}
    grouping, surroundings = Grouping(near, _numbers(), anchored), Surroundings(near)
    signals = overlapping(session, first - MEMORY, last + MEMORY)
    members: dict[int, list[int]] = defaultdict(list)
    for signal_id, message_id in grouped_messages(session, [id for id, _ in signals]):
        members[signal_id].append(message_id)
    home_sub = {message_id: sub for signal_id, sub in signals for message_id in members[signal_id]}
    voices = {voice.id: _as_grouped(voice, home_sub[voice.id]) for voice in _voices(session, list(home_sub))}
    for signal_id, sub in signals:
        grouping.remember(signal_id, sub, [voices[id] for id in members[signal_id] if id in voices])
    for voice in voices.values():
        surroundings.note(voice.at, voice.areas, voice.sub)
    return grouping, surroundings


def _as_grouped(voice: Voice, sub: str) -> Voice:
    """A message with the sub-theme under which it was grouped, where that was one its own words left open."""
    doubtful = not voice.sub or (sub in voice.guesses and max(voice.guesses.values()) < SURE)
    return replace(voice, sub=sub) if doubtful else voice


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
    written = select(Message.id, Message.published_at, Message.text).where(Message.id == among(message_ids), ~Message.by_municipality)
    for id, published_at, text in session.execute(written.order_by(Message.published_at, Message.id)):
        best, *others = subs.get(id) or [_likeliest(guesses.get(id, {})) if id in foreign else ""]
        yield Voice(id, published_at, best, tuple(areas[id]), text, tuple(others), guesses.get(id, {}))


def _likeliest(guesses: Mapping[str, float]) -> str:
    """Where a message in another language goes that names no theme clearly: somebody must read it, so somewhere it goes."""
    return max((sub for sub in guesses if "/" in sub), key=lambda sub: guesses[sub], default=UNREAD)


def _group(session: Session, grouping: Grouping, surroundings: Surroundings, due: Sequence[int]) -> Changes:
    homes = homes_of(session, due)
    themed = set()
    for voice in _voices(session, due):
        if drawn_in := surroundings.drawn_in(voice.at, voice.areas, voice.guesses):
            voice = replace(voice, sub=drawn_in)
        if voice.sub:
            grouping.place(voice, homes.get(voice.id))
            surroundings.note(voice.at, voice.areas, voice.sub)
            themed.add(voice.id)
    for message_id in due:
        if message_id not in themed:
            grouping.leave(message_id)
    return grouping.changes()


def _write(session: Session, changes: Changes, due: Sequence[int], now: datetime) -> None:
    before = homes_of(session, due)
    left = {signal for message, signal in before.items() if changes.homes.get(message) != signal}
    _keep_signals(session, changes.touched, now)
    _keep_homes(session, changes.homes, now)
    if homeless := [message for message in before if message not in changes.homes]:
        session.execute(delete(SignalMessage).where(SignalMessage.message_id == among(homeless)))
    for loser, survivor in changes.merged.items():
        merged = {"status": SignalStatus.MERGED, "merged_into": survivor, "summary_due": True}
        session.execute(update(Signal).where(Signal.id == loser).values(merged))
        session.execute(update(Signal).where(Signal.merged_into == loser).values(merged_into=survivor))
    session.execute(update(Signal).where(Signal.id == among(sorted(left))).values(summary_due=True))
    session.execute(update(Message).where(Message.id == among(due)).values(grouping_due=False))


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
    kept = {name: statement.excluded[name] for name in ("theme", "sub", "areas", "first_at", "last_at", "messages", "summary_due")}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=kept), rows)


def _keep_homes(session: Session, homes: dict[int, int], now: datetime) -> None:
    if not homes:
        return
    rows = [{"message_id": message, "signal_id": signal, "joined_at": now} for message, signal in sorted(homes.items())]
    statement = insert(SignalMessage)
    elsewhere = SignalMessage.signal_id != statement.excluded.signal_id
    moved = {name: statement.excluded[name] for name in ("signal_id", "joined_at")}
    session.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=moved, where=elsewhere), rows)
