"""Annotations: what the classifier says of one message."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Row, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, among, words
from models.words import Kind


class Annotation(Base):
    """What one model said of the present text of a message."""

    __tablename__ = "annotation"

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    model: Mapped[str]
    language: Mapped[str]
    kind: Mapped[Kind] = mapped_column(words(Kind))
    tone: Mapped[float]
    """From -1 (angry) to 1 (glad)."""
    urgency: Mapped[float]
    """Probability that someone should look within the hour."""
    annotated_at: Mapped[datetime]


class AnnotationTheme(Base):
    """One theme of a message, best first (`rank` 0). `sub` is the full slug, `afval/bijplaatsing`."""

    __tablename__ = "annotation_theme"
    __table_args__ = (Index("ix_annotation_theme_sub", "sub"), Index("ix_annotation_theme_theme", "theme"))

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("annotation.message_id", ondelete="CASCADE"), primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True)
    theme: Mapped[str]
    sub: Mapped[str]
    probability: Mapped[float]


class AnnotationPlace(Base):
    """One place named in a message. Offsets count characters of the masked text; `area` is the neighbourhood it lies in."""

    __tablename__ = "annotation_place"
    __table_args__ = (Index("ix_annotation_place_area", "area"),)

    message_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("annotation.message_id", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    end: Mapped[int]
    place_id: Mapped[str] = mapped_column(ForeignKey("place.id"))
    area: Mapped[str | None] = mapped_column(ForeignKey("place.id"))


def themes_of(session: Session, message_ids: Sequence[int], floor: float) -> Sequence[Row[int, str]]:
    """Message and sub-theme, best first, of the sub-themes that are at least this probable."""
    query = select(AnnotationTheme.message_id, AnnotationTheme.sub).where(
        AnnotationTheme.message_id == among(message_ids), AnnotationTheme.probability >= floor
    )
    return session.execute(query.order_by(AnnotationTheme.message_id, AnnotationTheme.rank)).all()


def areas_of(session: Session, message_ids: Sequence[int]) -> Sequence[Row[int, str | None]]:
    """Message and neighbourhood, in the order in which the text names them; a neighbourhood may come twice."""
    query = select(AnnotationPlace.message_id, AnnotationPlace.area).where(
        AnnotationPlace.message_id == among(message_ids), AnnotationPlace.area.is_not(None)
    )
    return session.execute(query.order_by(AnnotationPlace.message_id, AnnotationPlace.start)).all()
