"""Conversations: what residents and the municipality said to each other, and who still waits for an answer."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, aliased

from models.base import among
from models.message import Message
from models.words import Channel

ONE_RESIDENT = (Channel.WEBCARE, Channel.CONTACT_CENTRE)
"""Channels where a thread is with one resident, as a private one is anywhere."""


@dataclass(frozen=True)
class Turn:
    """One message of a conversation. `depth` is 0 where it begins; `follow_up`: a resident reacts to an answer of the municipality."""

    message: Message
    depth: int
    follow_up: bool


def conversation_of(session: Session, message_id: int) -> list[Turn]:
    """The conversation that a message is part of: each followed by its replies, oldest first, the municipality's own posts among them.

    Below a broadcast of the municipality it is the branch of this message. A thread also holds together what replies to nothing: all of
    it where it is with one resident, elsewhere what this author wrote. Empty for an unknown message.
    """
    found = session.scalars(select(Message).where(Message.id == among(_members(session, message_id)))).all()
    return list(_in_order(sorted(found, key=lambda message: (message.published_at, message.id))))


def waiting_since(session: Session, message_id: int, readable: ColumnElement[bool] | None = None) -> datetime | None:
    """When the oldest message of a resident in this conversation that nobody answered was published; None where nobody waits.

    With `readable` (models.sight): the oldest of those that may be read.
    """
    waiting = select(func.min(Message.published_at)).where(
        Message.id == among(_members(session, message_id)), true() if readable is None else readable
    )
    return session.scalar(waiting.where(Message.answered_at.is_(None), ~Message.by_municipality, Message.deleted_at.is_(None)))


def time_to_first_answer(session: Session, message_id: int) -> timedelta | None:
    """From a resident's message to the first answer of the municipality to it; None where there is none yet."""
    moments = select(Message.published_at, Message.answered_at).where(Message.id == message_id, ~Message.by_municipality)
    row = session.execute(moments).one_or_none()
    return None if row is None or row[1] is None else max(row[1] - row[0], timedelta())


def _members(session: Session, message_id: int) -> list[int]:
    """The numbers of the messages of a conversation."""
    above = _above(session, message_id)
    if not above:
        return []
    broadcast = [above[-1].id] if len(above) > 1 and above[-1].by_municipality else []
    if broadcast:
        return broadcast + _below(session, [above[-2].id])
    return _below(session, [above[-1].id, *_thread(session, above[-1])])


def _above(session: Session, message_id: int) -> list[Message]:
    """A message, what it replies to, and so on to the top. Ends where replies go round in a circle."""
    climbed: dict[int, Message] = {}
    next_id: int | None = message_id
    while next_id is not None and next_id not in climbed and (message := session.get(Message, next_id)):
        climbed[next_id] = message
        next_id = message.parent_id
    return list(climbed.values())


def _thread(session: Session, top: Message) -> Sequence[int]:
    """What stands beside the top of a conversation in the same thread of the same source, replying to nothing."""
    if top.conversation is None:
        return []
    beside = select(Message.id).where(
        Message.source_id == top.source_id, Message.conversation == top.conversation, Message.parent_id.is_(None)
    )
    with_one = top.private or top.channel in ONE_RESIDENT
    return session.scalars(beside if with_one else beside.where(Message.author == top.author)).all()


def _below(session: Session, ids: Sequence[int]) -> list[int]:
    """Messages and everything below them; a number is found once, so a circle ends."""
    reply = aliased(Message)
    below = select(Message.id).where(Message.id == among(ids)).cte("below", recursive=True)
    below = below.union(select(reply.id).join(below, reply.parent_id == below.c.id))
    return list(session.scalars(select(below.c.id)))


def _in_order(messages: Sequence[Message]) -> Iterator[Turn]:
    """`messages` oldest first; those whose parent is not among them begin at depth 0, and of a circle the oldest."""
    present = {message.id for message in messages}
    replies: dict[int | None, list[Message]] = defaultdict(list)
    for message in messages:
        replies[message.parent_id if message.parent_id in present else None].append(message)
    seen: set[int] = set()
    asked = answered = False
    for top in (*replies[None], *messages):
        if top.id not in seen:
            answered = answered or (asked and top.by_municipality)
            asked = asked or not top.by_municipality
            yield from _tree(top, answered, replies, seen)


def _tree(top: Message, answered: bool, replies: Mapping[int | None, Sequence[Message]], seen: set[int]) -> Iterator[Turn]:
    ahead = [(top, 0, answered)]
    while ahead:
        message, depth, answered = ahead.pop()
        if message.id in seen:
            continue
        seen.add(message.id)
        yield Turn(message, depth, answered and not message.by_municipality)
        answers = answered or (message.by_municipality and depth > 0)
        ahead += [(reply, depth + 1, answers) for reply in reversed(replies.get(message.id, ()))]
