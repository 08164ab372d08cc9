"""Digests: what one audience should read of one day."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words
from models.words import DigestKind

NEWSROOM = "newsroom"
"""The audience of the stand-up digest; every other audience is a department's id."""


class Digest(Base):
    """One audience's digest of one day: built once. `content` is `routing.digests.content.DigestContent` as JSON."""

    __tablename__ = "digest"
    __table_args__ = (UniqueConstraint("audience", "kind", "day"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    audience: Mapped[str]
    kind: Mapped[DigestKind] = mapped_column(words(DigestKind), default=DigestKind.DAILY)
    day: Mapped[date]
    subject: Mapped[str]
    content: Mapped[dict[str, Any]]
    html: Mapped[str]
    text: Mapped[str]
    built_at: Mapped[datetime]


def newest_before(session: Session, audience: str, day: date) -> Digest | None:
    """The last digest of an audience before this day."""
    earlier = select(Digest).where(Digest.audience == audience, Digest.day < day).order_by(Digest.day.desc()).limit(1)
    return session.scalar(earlier)


def digest_days(session: Session, limit: int) -> Sequence[Digest]:
    """The newest digests of all audiences, by day and then audience."""
    return session.scalars(select(Digest).order_by(Digest.day.desc(), Digest.audience).limit(limit)).all()
