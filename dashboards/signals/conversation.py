"""A conversation as its page tells it: who said what in which order, what each message was understood as, and what it is part of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboards.words.explanation import Explained, explained
from models.annotation import named_places
from models.base import among
from models.conversation import Turn, conversation_of, time_to_first_answer, waiting_since
from models.language import _
from models.message import Message
from models.search import signals_of
from models.sight import Reader, readable
from models.signal import Signal
from models.ticket import Ticket, tickets_about

MOST = 300
"""Messages on one page; below a broadcast that everybody reacts to there can be thousands."""
DEEPEST = 4
"""Replies are set in as far as this: what lies deeper stays as readable."""
URGENT = 0.75
"""Probability from which a message is called urgent."""


@dataclass(frozen=True)
class Said:
    """One message as this reader may see it. `told` is None where they may not read it, or where it is gone (`deleted`)."""

    message_id: int
    depth: int
    who: str
    told: Explained | None
    deleted: bool
    ours: bool
    follow_up: bool
    places: tuple[str, ...]
    urgent: bool
    signal: Signal | None


@dataclass(frozen=True)
class Conversation:
    """`asked` is the message it was asked by; `whole` says whether the others are shown with it."""

    asked: int
    turns: tuple[Said, ...]
    whole: bool
    left_out: int
    """Messages more than one page holds."""
    waiting_since: datetime | None
    first_answer: timedelta | None
    """How long the first resident waited for an answer."""
    signals: tuple[tuple[Signal, Ticket | None], ...]

    @property
    def hidden(self) -> int:
        return sum(turn.told is None and not turn.deleted for turn in self.turns)


def conversation(session: Session, message_id: int, reader: Reader) -> Conversation | None:
    """The conversation that a message is part of; None where this reader may not read that message, or it is not there."""
    turns = conversation_of(session, message_id)
    return _told(session, message_id, turns, reader, whole=True)


def message_alone(session: Session, message_id: int, reader: Reader) -> Conversation | None:
    """One message without what others said; None where this reader may not read it, or it is not there."""
    message = session.get(Message, message_id)
    return None if message is None else _told(session, message_id, [Turn(message, 0, False)], reader, whole=False)


def _told(session: Session, asked: int, turns: Sequence[Turn], reader: Reader, whole: bool) -> Conversation | None:
    numbers = [turn.message.id for turn in turns]
    eyes = readable(reader)
    seen = set(session.scalars(select(Message.id).where(Message.id == among(numbers), Message.deleted_at.is_(None), eyes)))
    if asked not in seen:
        return None
    shown = _around(turns, asked)
    told = {one.message.id: one for one in explained(session, [turn.message for turn in shown if turn.message.id in seen])}
    places, signals = named_places(session, list(told)), _signals(session, list(told))
    names = _named([turn.message for turn in shown if turn.message.id in seen])
    first = next((turn.message.id for turn in shown if turn.message.id in seen and not turn.message.by_municipality), None)
    return Conversation(
        asked,
        tuple(_said(turn, told, names, places, signals) for turn in shown),
        whole,
        len(turns) - len(shown),
        waiting_since(session, asked, eyes) if whole else None,
        time_to_first_answer(session, first) if first is not None else None,
        _about(session, signals),
    )


def _around(turns: Sequence[Turn], asked: int) -> Sequence[Turn]:
    """As many as a page holds, with the one that was asked for among them."""
    at = next(index for index, turn in enumerate(turns) if turn.message.id == asked)
    begin = max(0, min(at - MOST // 2, len(turns) - MOST))
    return turns[begin : begin + MOST]


def _said(
    turn: Turn, told: Mapping[int, Explained], names: Mapping[str, str], places: Mapping[int, Sequence[str]], signals: Mapping[int, Signal]
) -> Said:
    message = turn.message
    one = told.get(message.id)
    annotation = None if one is None else one.annotation
    return Said(
        message.id,
        min(turn.depth, DEEPEST),
        _("Gemeente") if message.by_municipality else names.get(message.author or "", _("Inwoner")),
        one,
        message.deleted_at is not None,
        message.by_municipality,
        turn.follow_up,
        tuple(places.get(message.id, ())),
        annotation is not None and annotation.urgency >= URGENT,
        signals.get(message.id),
    )


def _named(messages: Sequence[Message]) -> dict[str, str]:
    """What each resident is called within this conversation and nowhere else: nobody can be followed from one to another."""
    authors = dict.fromkeys(message.author for message in messages if message.author and not message.by_municipality)
    return {author: _("Inwoner %(number)s", number=number) for number, author in enumerate(authors, 1)}


def _signals(session: Session, message_ids: Sequence[int]) -> dict[int, Signal]:
    homes = signals_of(session, message_ids)
    found = {signal.id: signal for signal in session.scalars(select(Signal).where(Signal.id == among(sorted(set(homes.values())))))}
    return {message_id: found[home] for message_id, home in homes.items() if home in found}


def _about(session: Session, signals: Mapping[int, Signal]) -> tuple[tuple[Signal, Ticket | None], ...]:
    """The signals of a conversation, each with its ticket."""
    each = {signal.id: signal for signal in signals.values()}
    tickets = tickets_about(session, list(each))
    return tuple((signal, tickets.get(id)) for id, signal in each.items())
