"""Changes of the duty roster that were made in the application: who takes over from whom the file names, and until when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class RosterChange(Base):
    """Somebody has duty instead of whom roster.yaml names. A change is never removed: it is withdrawn, and the page tells of both."""

    __tablename__ = "roster_change"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index("ix_roster_change_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    person: Mapped[str]
    """An id under `people` in roster.yaml; one that is no longer there has no duty."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]


def roster_changes(session: Session, since: datetime, until: datetime) -> Sequence[RosterChange]:
    """What holds at some moment between these two, the newest first: where changes overlap, the newest holds."""
    query = select(RosterChange).where(RosterChange.ends_at > since, RosterChange.starts_at < until, RosterChange.withdrawn_at.is_(None))
    return session.scalars(query.order_by(RosterChange.id.desc())).all()


def newest_roster_changes(session: Session, limit: int) -> Sequence[RosterChange]:
    """What was written down last, withdrawn or not."""
    return session.scalars(select(RosterChange).order_by(RosterChange.id.desc()).limit(limit)).all()
