"""Stand-ups as they were held: what was told, and who was there."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Identity, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class HeldStandUp(Base):
    """One day's stand-up. `content` is `routing.stand_up.told.StandUp` as JSON, as it was at `told_at`."""

    __tablename__ = "stand_up"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    told_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    present: Mapped[str] = mapped_column(default="", server_default=text("''"))
    """Names of who was there, as typed."""


def stand_up_of(session: Session, day: date) -> HeldStandUp | None:
    """The stand-up of a day, if one was kept."""
    return session.scalar(select(HeldStandUp).where(HeldStandUp.day == day))


def stand_up_before(session: Session, day: date) -> HeldStandUp | None:
    """The last stand-up before a day."""
    return session.scalar(select(HeldStandUp).where(HeldStandUp.day < day).order_by(HeldStandUp.day.desc()).limit(1))


def stand_up_after(session: Session, day: date) -> HeldStandUp | None:
    """The first stand-up after a day."""
    return session.scalar(select(HeldStandUp).where(HeldStandUp.day > day).order_by(HeldStandUp.day).limit(1))


def stand_up_days(session: Session, limit: int) -> Sequence[date]:
    """The days of which a stand-up was kept, newest first."""
    return session.scalars(select(HeldStandUp.day).order_by(HeldStandUp.day.desc()).limit(limit)).all()
