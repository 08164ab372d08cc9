"""Digests: what one audience should read of one day, week or hour."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.words import DigestKind

NEWSROOM = "newsroom"
"""The audience of the stand-up digest and the weekly report."""
EXECUTIVE = "executive"
"""The audience of the half page: mayor and aldermen. Every other audience is a department's id."""


class Digest(Base):
    """One audience's digest of one day: built once. `content` is `routing.digests.content.DigestContent` as JSON.

    It goes to its readers at `goes_at`, as an editor left it: content, subject, html and text are what is sent, `original` is the content
    as it was built, where somebody changed it. `version` counts changes, so that two editors do not overwrite each other.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("audience", "kind", "day", "slot"),
        Index("ix_digest_to_go", "goes_at", postgresql_where=sql("gone_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    audience: Mapped[str]
    kind: Mapped[DigestKind] = mapped_column(words(DigestKind), default=DigestKind.DAILY)
    day: Mapped[date]
    """Of a weekly report the Monday on which it appears."""
    slot: Mapped[str] = mapped_column(default="", server_default=sql("''"))
    """Which of the day's, where a day has several: `<crisis>/<hour of the crisis>`."""
    crisis_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("crisis.id"))
    subject: Mapped[str]
    content: Mapped[dict[str, Any]]
    html: Mapped[str]
    text: Mapped[str]
    built_at: Mapped[datetime]
    goes_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    """When it was put into the outbox; None while it can still be edited."""
    original: Mapped[dict[str, Any] | None]
    edited_by: Mapped[str | None]
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=sql("1"))

    __mapper_args__ = {"version_id_col": version}


def last_of(session: Session, audience: str, kind: DigestKind) -> Digest | None:
    """The newest digest of this kind that an audience got."""
    mine = select(Digest).where(Digest.audience == audience, Digest.kind == kind)
    return session.scalar(mine.order_by(Digest.day.desc(), Digest.id.desc()).limit(1))


def last_days(session: Session) -> dict[tuple[str, DigestKind], date]:
    """The day of the newest digest of each audience and kind."""
    newest = select(Digest.audience, Digest.kind, Digest.day).ext(distinct_on(Digest.audience, Digest.kind))
    rows = session.execute(newest.order_by(Digest.audience, Digest.kind, Digest.day.desc()))
    return {(row[0], row[1]): row[2] for row in rows}


def digest_for(session: Session, audience: str, kind: DigestKind, day: date) -> Digest | None:
    """An audience's digest of one day; of several that day the last."""
    mine = select(Digest).where(Digest.audience == audience, Digest.kind == kind, Digest.day == day)
    return session.scalar(mine.order_by(Digest.id.desc()).limit(1))


def slots_of(session: Session, crisis_id: int) -> set[tuple[str, str]]:
    """Audience and slot of the digests that a crisis has had."""
    return {(row[0], row[1]) for row in session.execute(select(Digest.audience, Digest.slot).where(Digest.crisis_id == crisis_id))}


def digests_of(session: Session, crisis_id: int) -> Sequence[Digest]:
    """The digests of a crisis, newest first."""
    return session.scalars(select(Digest).where(Digest.crisis_id == crisis_id).order_by(Digest.id.desc())).all()


def claim_to_go(session: Session, now: datetime) -> Digest | None:
    """One digest whose moment has come, locked until the end of the transaction; what another process holds is passed over."""
    due = select(Digest).where(Digest.gone_at.is_(None), Digest.goes_at <= now)
    return session.scalar(due.order_by(Digest.goes_at, Digest.id).limit(1).with_for_update(skip_locked=True))


def waiting_to_go(session: Session) -> Sequence[Digest]:
    """What can still be edited, the first to go first."""
    waiting = select(Digest).where(Digest.gone_at.is_(None), Digest.goes_at.is_not(None))
    return session.scalars(waiting.order_by(Digest.goes_at, Digest.id)).all()


def digest_days(session: Session, limit: int) -> Sequence[Digest]:
    """The newest digests of all audiences, by day and then audience."""
    return session.scalars(select(Digest).order_by(Digest.day.desc(), Digest.audience, Digest.id.desc()).limit(limit)).all()
