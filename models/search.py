"""Searching what residents wrote: Dutch stems, "a phrase", -without, begin*.

The stems of a message are kept apart from it, with the month it was published in as one more word, so that the newest matches of an
everyday word are found without reading the older ones. They are made with the tally of its day: storing messages does not wait for that.
The database itself takes them away as soon as the text changes or goes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, Text, case, cast, func, literal, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.base import Base, among
from models.message import Message
from models.signal import SignalMessage
from models.town import Place
from models.words import Channel, Kind

DUTCH = literal("pg_catalog.dutch", Text).op("::")(sql("regconfig"))
NEWEST = 3000
"""How many of the newest messages with the words are looked at: what a search costs at most."""
WINDOWS = (1, 4, 16)
"""Months that are looked in, one after another, until there are enough; then everything."""
LONGEST = 300
"""Characters of a search that are read."""
BEGINNING = re.compile(r"(?<![^\s-])([^\W_]{2,40})\*")
LONG = 500
"""Characters from which only the telling parts of a message are shown."""
WHOLE = "StartSel=\ue000, StopSel=\ue001, HighlightAll=true"
PARTS = "StartSel=\ue000, StopSel=\ue001, MaxFragments=2, MinWords=18, MaxWords=45, FragmentDelimiter= … "
HIDDEN, SHOWN = "<>\ue000\ue001", "\ue002\ue003"
"""What the highlighting would take for mark-up and leave out, and for its own marks; and what stands for it meanwhile."""
BACK = str.maketrans("\ue002\ue003", "<>")
MARKS = re.compile("\ue000(.*?)\ue001", re.DOTALL)


class MessageWords(Base):
    """The stems of one message, and `~202611` for the month (as UTC reckons it); `digest` tells of which text they are."""

    __tablename__ = "message_words"
    __table_args__ = (
        Index("ix_message_words_words", "words", postgresql_using="gin"),
        Index("ix_message_words_published_at", "published_at"),
    )

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    published_at: Mapped[datetime]
    digest: Mapped[UUID]
    words: Mapped[str] = mapped_column(TSVECTOR)


@dataclass(frozen=True)
class Search:
    """What is looked for: words, and what a message with those words must further be; None: whatever it is."""

    words: str
    theme: str | None = None
    """A theme or a full sub-theme."""
    area: str | None = None
    """A neighbourhood or a district."""
    channel: Channel | None = None
    kind: Kind | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Match:
    """A message that was found, and what the lists beside the results count."""

    message_id: int
    published_at: datetime
    channel: Channel
    kind: Kind | None
    themes: frozenset[str]
    areas: frozenset[str]


@dataclass(frozen=True)
class Found:
    """The newest matches first. `back_to`: the moment before which was not looked, as there were enough; None: all was looked at."""

    matches: Sequence[Match]
    back_to: datetime | None


def asks_something(session: Session, words: str) -> bool:
    """Whether any word is left that a message must have: not only small words, or words that it must not have."""
    return session.scalar(select(func.querytree(_query(words)))) not in ("", "T", None)


def search(session: Session, asked: Search, readable: ColumnElement[bool]) -> Found:
    """The newest messages of residents with these words that are `readable` (models.sight) and fit the rest."""
    newest = session.scalar(select(func.max(MessageWords.published_at)))
    if newest is None or not asks_something(session, asked.words):
        return Found((), None)
    candidates: list[tuple[int, datetime]] = []
    for window in _windows(min(newest, asked.until) if asked.until else newest):
        candidates = _candidates(session, asked, window)
        if len(candidates) > NEWEST:
            break
    back_to = candidates[NEWEST - 1][1] if len(candidates) > NEWEST else None
    return Found(_fitting(session, asked, [number for number, _ in candidates[:NEWEST]], readable), back_to)


def highlighted(session: Session, words: str, message_ids: Sequence[int]) -> dict[int, tuple[tuple[str, bool], ...]]:
    """The telling pieces of some messages, each piece with whether it is what was looked for."""
    plain = func.translate(Message.text, HIDDEN, SHOWN)
    how = case((func.length(Message.text) > LONG, PARTS), else_=WHOLE)
    query = select(Message.id, func.ts_headline(DUTCH, plain, _query(words), how)).where(Message.id == among(message_ids))
    return {number: tuple(_pieces(said)) for number, said in session.execute(query)}


def words_in_use(session: Session) -> list[str]:
    """Words of at least five of the newest messages that everybody may read: what a word that was not found may have meant."""
    return list(session.scalars(IN_USE))


def keep_words(session: Session, since: datetime, until: datetime) -> None:
    """Make the stems of messages of this period that have none yet, and make them anew where they are of another text."""
    given = {"since": since, "until": until}
    session.execute(OUTDATED, given)
    session.execute(MISSING, given)


IN_USE = sql("""
    SELECT word FROM ts_stat('
        SELECT to_tsvector(''simple'', search_text(text)) FROM (
            SELECT text FROM message WHERE NOT (private OR sensitive OR by_municipality) ORDER BY published_at DESC LIMIT 1500
        ) AS open_to_all
    ') WHERE ndoc >= 5 AND word ~ '^[a-z]{4,}$'
""")
OUTDATED = sql("""
    DELETE FROM message_words w USING message m
    WHERE m.id = w.message_id AND m.published_at >= :since AND m.published_at < :until
        AND (w.digest <> md5(m.text)::uuid OR w.published_at <> m.published_at OR m.deleted_at IS NOT NULL)
""")
MISSING = sql("""
    INSERT INTO message_words (message_id, published_at, digest, words)
    SELECT id, published_at, md5(text)::uuid,
        to_tsvector('pg_catalog.dutch', search_text(text))
            || array_to_tsvector(ARRAY[to_char(published_at AT TIME ZONE 'UTC', '"~"YYYYMM')])
    FROM message m
    WHERE published_at >= :since AND published_at < :until AND text <> '' AND deleted_at IS NULL AND NOT by_municipality
        AND NOT EXISTS (SELECT FROM message_words w WHERE w.message_id = m.id)
    ON CONFLICT DO NOTHING
""")


def with_words(words: str) -> ColumnElement[bool]:
    """What the stems of a message must be to fit these words."""
    return MessageWords.words.op("@@", is_comparison=True)(_query(words))


def _query(words: str) -> ColumnElement[object]:
    """What PostgreSQL makes of words that anybody can type: it never refuses any."""
    words = words[:LONGEST].replace("\0", " ")
    beginnings = [] if '"' in words else BEGINNING.findall(words)
    rest = BEGINNING.sub(" ", words) if beginnings else words
    query: ColumnElement[object] = func.websearch_to_tsquery(DUTCH, func.search_text(rest))
    for beginning in beginnings:
        query = query.op("&&")(func.to_tsquery(DUTCH, func.search_text(f"{beginning}:*")))
    return query


def _windows(newest: datetime) -> Iterator[list[str] | None]:
    """The months of each window, as the words that stand for them; None: all months."""
    month = newest.year * 12 + newest.month - 1
    for length in WINDOWS:
        yield [f"~{(month - back) // 12:04}{(month - back) % 12 + 1:02}" for back in range(length)]
    yield None


def _candidates(session: Session, asked: Search, window: list[str] | None) -> list[tuple[int, datetime]]:
    """The newest messages with the words, and one more than are looked at where there are so many."""
    wanted = _query(asked.words)
    if window is not None:
        wanted = wanted.op("&&")(cast(" | ".join(f"'{month}'" for month in window), TSQUERY))
    query = select(MessageWords.message_id, MessageWords.published_at).where(MessageWords.words.op("@@")(wanted))
    if asked.since is not None:
        query = query.where(MessageWords.published_at >= asked.since)
    if asked.until is not None:
        query = query.where(MessageWords.published_at < asked.until)
    newest_first = query.order_by(MessageWords.published_at.desc(), MessageWords.message_id.desc()).limit(NEWEST + 1)
    return [(row[0], row[1]) for row in session.execute(newest_first)]


def _fitting(session: Session, asked: Search, numbers: Sequence[int], readable: ColumnElement[bool]) -> list[Match]:
    themes = select(func.array_agg(AnnotationTheme.sub)).where(AnnotationTheme.message_id == Message.id).scalar_subquery()
    areas = select(func.array_agg(AnnotationPlace.area)).where(AnnotationPlace.message_id == Message.id).scalar_subquery()
    query = (
        select(Message.id, Message.published_at, Message.channel, Annotation.kind, themes, areas)
        .outerjoin(Annotation, Annotation.message_id == Message.id)
        .where(Message.id == among(numbers), Message.deleted_at.is_(None), readable)
        .order_by(Message.published_at.desc(), Message.id.desc())
    )
    if asked.channel is not None:
        query = query.where(Message.channel == asked.channel)
    if asked.kind is not None:
        query = query.where(Annotation.kind == asked.kind)
    matches = [
        Match(id, at, channel, kind, frozenset(subs or ()), frozenset(area for area in named or () if area))
        for id, at, channel, kind, subs, named in session.execute(query)
    ]
    if asked.theme is not None:
        matches = [match for match in matches if any(asked.theme in (sub, sub.partition("/")[0]) for sub in match.themes)]
    if asked.area is not None:
        inside = set(session.scalars(select(Place.id).where((Place.id == asked.area) | (Place.parent == asked.area))))
        matches = [match for match in matches if match.areas & inside]
    return matches


def _pieces(said: str) -> Iterator[tuple[str, bool]]:
    for n, piece in enumerate(MARKS.split(said)):
        if piece:
            yield piece.translate(BACK), n % 2 == 1


def signals_of(session: Session, message_ids: Sequence[int]) -> dict[int, int]:
    """The signal that each of these messages is in."""
    query = select(SignalMessage.message_id, SignalMessage.signal_id).where(SignalMessage.message_id == among(message_ids))
    return {row[0]: row[1] for row in session.execute(query)}
