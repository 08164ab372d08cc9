"""Corrections: what people say of a message where the classifier was wrong, or right."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Row, exists, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import Annotation
from models.base import Base, among, words
from models.message import Message
from models.words import Kind, Verdict


class Correction(Base):
    """What one person said of one message; lines are added, never changed. None: nothing was said about it.

    It goes with the words it is about: the database itself removes it with the text of its message, and marks it outdated when
    that text becomes another (see the migration `learning`).
    """

    __tablename__ = "correction"
    __table_args__ = (Index("ix_correction_message_id", "message_id"), Index("ix_correction_account_id_at", "account_id", "at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    verdict: Mapped[Verdict] = mapped_column(words(Verdict))
    themes: Mapped[list[str] | None] = mapped_column(ARRAY(TEXT))
    """Full sub-theme slugs, main one first; empty: about nothing a municipality does."""
    kind: Mapped[Kind | None] = mapped_column(words(Kind))
    places: Mapped[list[str] | None] = mapped_column(ARRAY(TEXT))
    """Places by id; empty: it names none."""
    urgent: Mapped[bool | None]
    """Whether someone should look within the hour."""
    why: Mapped[str] = mapped_column(default="", server_default=text("''"))
    story: Mapped[int | None] = mapped_column(BigInteger)
    """The signal it was in: messages of one story are learned from together, or tested on together."""
    outdated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


@dataclass(frozen=True)
class Said:
    """What people said of a message so far: of each aspect the newest word; None where nobody said anything."""

    themes: tuple[str, ...] | None = None
    kind: Kind | None = None
    places: tuple[str, ...] | None = None
    urgent: bool | None = None

    def after(self, newer: Correction) -> "Said":
        """With what a newer correction says laid over it."""
        return replace(
            self,
            themes=self.themes if newer.themes is None else tuple(newer.themes),
            kind=newer.kind or self.kind,
            places=self.places if newer.places is None else tuple(newer.places),
            urgent=self.urgent if newer.urgent is None else newer.urgent,
        )


@dataclass(frozen=True)
class Learned:
    """How many messages people judged since a moment, and in how many of those the classifier was wrong."""

    judged: int
    wrong: int


def corrections_of(session: Session, message_ids: Sequence[int]) -> Sequence[Correction]:
    """What was said of the present texts of some messages, oldest first."""
    query = select(Correction).where(Correction.message_id == among(message_ids), ~Correction.outdated)
    return session.scalars(query.order_by(Correction.at, Correction.id)).all()


def said_of(session: Session, message_ids: Sequence[int]) -> dict[int, Said]:
    """What holds for each of these messages of which somebody said something."""
    said: dict[int, Said] = {}
    for correction in corrections_of(session, message_ids):
        said[correction.message_id] = said.get(correction.message_id, Said()).after(correction)
    return said


def themed_messages(session: Session, limit: int) -> Sequence[Row[int, int | None]]:
    """Message and its first story of what people named the themes of, newest first: what a model can learn from. Deleted ones are gone."""
    newest = func.max(Correction.at)
    query = (
        select(Correction.message_id, func.min(Correction.story))
        .join(Message, Message.id == Correction.message_id)
        .where(Correction.themes.is_not(None), ~Correction.outdated, Message.deleted_at.is_(None))
        .group_by(Correction.message_id)
    )
    return session.execute(query.order_by(newest.desc(), Correction.message_id).limit(limit)).all()


def learned_since(session: Session, since: datetime) -> Learned:
    """What people taught since then."""
    wrong = func.count(Correction.message_id.distinct()).filter(Correction.verdict != Verdict.RIGHT)
    row = session.execute(select(func.count(Correction.message_id.distinct()), wrong).where(Correction.at >= since)).one()
    return Learned(row[0], row[1])


def disputed(session: Session, limit: int) -> list[int]:
    """Messages that a department called not its own, and of which nobody has named the themes since; newest first."""
    later = Correction.__table__.alias("later")
    named = exists().where(
        later.c.message_id == Correction.message_id, later.c.at >= Correction.at, later.c.themes.is_not(None), ~later.c.outdated
    )
    query = (
        select(Correction.message_id)
        .where(Correction.verdict == Verdict.NOT_OURS, Correction.themes.is_(None), ~Correction.outdated, ~named)
        .group_by(Correction.message_id)
    )
    return list(session.scalars(query.order_by(func.max(Correction.at).desc(), Correction.message_id).limit(limit)))


def unjudged_since(session: Session, since: datetime, limit: int) -> Sequence[Row[int, dict[str, float]]]:
    """Dutch messages of residents whose themes nobody has named yet, with their guesses; newest first."""
    named = exists().where(Correction.message_id == Message.id, Correction.themes.is_not(None), ~Correction.outdated)
    query = (
        select(Message.id, Annotation.guesses)
        .join(Annotation, Annotation.message_id == Message.id)
        .where(Message.published_at > since, Message.deleted_at.is_(None), ~Message.by_municipality, ~Message.annotation_due)
        .where(Annotation.language == "nl", ~named)
    )
    return session.execute(query.order_by(Message.published_at.desc(), Message.id.desc()).limit(limit)).all()


def labelled_texts(session: Session, limit: int) -> list[str]:
    """Texts of what people named the themes of last."""
    numbers = [row.message_id for row in themed_messages(session, limit)]
    return list(session.scalars(select(Message.text).where(Message.id == among(numbers)).order_by(Message.id)))
