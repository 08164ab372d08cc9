"""Digests: what one audience should read of one day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, words
from models.words import DigestKind

NEWSROOM = "newsroom"
"""The audience of the stand-up digest; every other audience is a department's id."""


class Digest(Base):
    """One audience's digest of one day: built once. `content` is `routing.digests.DigestContent` as JSON."""

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
