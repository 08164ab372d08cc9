"""Figures that people counted themselves: added, never changed; the newest of a month counts, the earlier ones tell how it went."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, Identity, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class HandFigure(Base):
    """One figure of one month, with where it comes from in a sentence."""

    __tablename__ = "hand_figure"
    __table_args__ = (Index("ix_hand_figure_figure_month", "figure", "month"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    figure: Mapped[str]
    """The indicator's name in goals.yaml."""
    month: Mapped[date]
    """Its first day."""
    value: Mapped[float]
    source: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]


def hand_figures(session: Session, figure: str, first: date, last: date) -> dict[date, HandFigure]:
    """The newest figure of each month whose first day lies between these, both included."""
    mine = select(HandFigure).where(HandFigure.figure == figure, HandFigure.month.between(first, last))
    return {row.month: row for row in session.scalars(mine.order_by(HandFigure.id))}


def entered_lately(session: Session, figures: Sequence[str], limit: int) -> Sequence[HandFigure]:
    """What was entered of these figures, newest first, corrections and what they corrected alike."""
    query = select(HandFigure).where(HandFigure.figure.in_(figures)).order_by(HandFigure.id.desc())
    return session.scalars(query.limit(limit)).all()
