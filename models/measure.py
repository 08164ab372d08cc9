"""Measures: figures by day that others counted for us (Matomo), or that people entered; never about one person."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base


class Measure(Base):
    """One figure of one day: `visits` of site `1` told by `matomo`; `dimension` is what it is split by (a campaign, a page), or empty."""

    __tablename__ = "measure"

    source: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True, default="")
    value: Mapped[float]


class MeasuredDay(Base):
    """A day that was asked for. A day without a row here is a gap; one that is not `settled` may still change and is asked again."""

    __tablename__ = "measured_day"

    source: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    fetched_at: Mapped[datetime]
    settled: Mapped[bool]


def days_measured(session: Session, source: str, site: str, first: date, last: date) -> dict[date, bool]:
    """The days between these two, both included, that were asked for, with whether they are settled."""
    query = select(MeasuredDay.day, MeasuredDay.settled).where(MeasuredDay.source == source, MeasuredDay.site == site)
    return {row[0]: row[1] for row in session.execute(query.where(MeasuredDay.day.between(first, last)))}


def figure_by_day(
    session: Session,
    source: str,
    name: str,
    first: date,
    last: date,
    site: str | None = None,
    beginning: str = "",
    dimension: str | None = None,
) -> dict[date, float]:
    """A figure on each day on which there is one, both ends included, over all its dimensions that begin with `beginning`, or of one
    `dimension`; a day that was never asked for is absent, which is not the same as zero.
    """
    asked = select(MeasuredDay.day).where(MeasuredDay.source == source, MeasuredDay.day.between(first, last))
    query = select(Measure.day, func.sum(Measure.value)).where(
        Measure.source == source, Measure.name == name, Measure.day.between(first, last)
    )
    if beginning:
        query = query.where(Measure.dimension.startswith(beginning, autoescape=True))
    if dimension is not None:
        query = query.where(Measure.dimension == dimension)
    if site is not None:
        query, asked = query.where(Measure.site == site), asked.where(MeasuredDay.site == site)
    counted = {row[0]: float(row[1]) for row in session.execute(query.group_by(Measure.day))}
    return {day: counted.get(day, 0.0) for day in sorted({*session.scalars(asked), *counted})}


def split_between(session: Session, source: str, name: str, first: date, last: date, limit: int) -> Sequence[Row[str, float]]:
    """A figure between two days by its dimension, largest first."""
    total = func.sum(Measure.value)
    query = select(Measure.dimension, total).where(Measure.source == source, Measure.name == name, Measure.day.between(first, last))
    return session.execute(query.group_by(Measure.dimension).order_by(total.desc(), Measure.dimension).limit(limit)).all()


def split_by_day(session: Session, source: str, name: str, first: date, last: date) -> Sequence[Row[date, str, float]]:
    """Day, dimension and figure between two days, both included; nothing of a day on which it was not counted."""
    mine = (Measure.source == source, Measure.name == name, Measure.day.between(first, last))
    query = select(Measure.day, Measure.dimension, func.sum(Measure.value)).where(*mine).group_by(Measure.day, Measure.dimension)
    return session.execute(query.order_by(Measure.day, Measure.dimension)).all()


def days_of(session: Session, source: str, first: date, last: date) -> set[date]:
    """The days between these two, both included, that were asked for of at least one site; the others are gaps."""
    query = select(MeasuredDay.day).where(MeasuredDay.source == source, MeasuredDay.day.between(first, last))
    return set(session.scalars(query.distinct()))
