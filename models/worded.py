"""Counting messages with certain words: those are found by the index of their stems, and then counted as tallies are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.cells import Counted, counted_of
from models.message import Message
from models.search import MessageWords, with_words
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
        read[asked] = _read(session, words, beginning(first, zone), beginning(last + DAY, zone), zone)
    return read[asked]


def _read(session: Session, words: str, since: datetime, until: datetime, zone: ZoneInfo) -> Counted:
    query = select(MessageWords.message_id).where(with_words(words), MessageWords.published_at >= since, MessageWords.published_at < until)
    numbers = list(session.scalars(query.limit(MOST + 1)))
    if len(numbers) > MOST:
        raise TooManyWordedError
    return counted_of(session, numbers, since, until, zone)


def has_words(words: str) -> ColumnElement[bool]:
    """What a message must be to have these words."""
    return Message.id.in_(select(MessageWords.message_id).where(with_words(words)))
