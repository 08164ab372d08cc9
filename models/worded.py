"""Counting messages with certain words: those are found by the index of their stems, and counted where tallies name them."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.cells import counted
from models.message import Message
from models.search import MessageWords, with_words
from models.stretch import Counted
from models.tally import DAY, beginning

MOST = 50_000
"""Messages with these words that are counted at once."""


class TooManyWordedError(Exception):
    """More messages have these words in this period than are counted at once."""


def counted_with(session: Session, words: str, first: date, last: date, zone: ZoneInfo) -> Counted:
    """What was said with these words on these local days, both included. A page asks that many times over: it is read once a session.

    Raises:
        TooManyWordedError: there are more than MOST of those messages.
    """
    read: dict[tuple[str, date, date, str], Counted] = session.info.setdefault("counted_with", {})
    asked = words, first, last, zone.key
    if asked not in read:
        read[asked] = _read(session, words, first, last, zone)
    return read[asked]


def _read(session: Session, words: str, first: date, last: date, zone: ZoneInfo) -> Counted:
    published = MessageWords.published_at >= beginning(first, zone), MessageWords.published_at < beginning(last + DAY, zone)
    query = select(MessageWords.message_id).where(with_words(words), *published)
    messages = np.fromiter(session.scalars(query.limit(MOST + 1)), np.int64)
    if len(messages) > MOST:
        raise TooManyWordedError
    heard = counted(session, first, last, zone)
    return replace(heard, stretches=[stretch.among(messages) for stretch in heard.stretches])


def has_words(words: str) -> ColumnElement[bool]:
    """What a message must be to have these words."""
    return Message.id.in_(select(MessageWords.message_id).where(with_words(words)))
