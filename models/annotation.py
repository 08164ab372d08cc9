"""Annotations: what the classifier says of one message."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Row, delete, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, among, words
from models.town import Place
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
    sure: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether the main theme is an answer of which no more than `accepted_errors` (municipality.yaml) are wrong."""
    annotated_at: Mapped[datetime]
    guesses: Mapped[dict[str, float]] = mapped_column(JSONB, default=dict, server_default=text("'{}'"))
    """The sub-themes it may be about, `none` among them, with the probability of each: what is weighed against what the neighbours say."""
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list, server_default=text("'[]'"))
    """What decided the main theme, most telling first: `start` and `end` in the masked text, and `adds`, its part of the score. The words
    themselves stand in the message only."""


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


def guesses_of(session: Session, message_ids: Sequence[int]) -> dict[int, dict[str, float]]:
    """The sub-themes that each message may be about, with their probability."""
    return dict(session.execute(select(Annotation.message_id, Annotation.guesses).where(Annotation.message_id == among(message_ids))).all())


def in_other_languages(session: Session, message_ids: Sequence[int], dutch: Sequence[str]) -> set[int]:
    """Which of these messages are in none of the languages that count as Dutch."""
    query = select(Annotation.message_id).where(Annotation.message_id == among(message_ids), Annotation.language.not_in(dutch))
    return set(session.scalars(query))


def areas_of(session: Session, message_ids: Sequence[int]) -> Sequence[Row[int, str | None]]:
    """Message and neighbourhood, in the order in which the text names them; a neighbourhood may come twice."""
    query = select(AnnotationPlace.message_id, AnnotationPlace.area).where(
        AnnotationPlace.message_id == among(message_ids), AnnotationPlace.area.is_not(None)
    )
    return session.execute(query.order_by(AnnotationPlace.message_id, AnnotationPlace.start)).all()


def annotations_of(session: Session, message_ids: Sequence[int]) -> dict[int, Annotation]:
    """The annotations of some messages, by message."""
    return {a.message_id: a for a in session.scalars(select(Annotation).where(Annotation.message_id == among(message_ids)))}


def spans_of(session: Session, message_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """Where the texts of some messages name a place: offsets in characters, in order."""
    query = select(AnnotationPlace.message_id, AnnotationPlace.start, AnnotationPlace.end).where(
        AnnotationPlace.message_id == among(message_ids)
    )
    spans: dict[int, list[tuple[int, int]]] = {}
    for message_id, start, end in session.execute(query.order_by(AnnotationPlace.message_id, AnnotationPlace.start)):
        spans.setdefault(message_id, []).append((start, end))
    return spans


def named_places(session: Session, message_ids: Sequence[int]) -> dict[int, list[str]]:
    """The places that some messages name, as the municipality calls them, in order and each once."""
    query = select(AnnotationPlace.message_id, Place.name).join(Place, Place.id == AnnotationPlace.place_id)
    named: dict[int, list[str]] = {}
    for message_id, name in session.execute(query.where(AnnotationPlace.message_id == among(message_ids)).order_by(AnnotationPlace.start)):
        if name not in named.setdefault(message_id, []):
            named[message_id].append(name)
    return named


def named_themes(session: Session, message_ids: Sequence[int]) -> dict[int, list[AnnotationTheme]]:
    """The themes of some messages, best first."""
    query = select(AnnotationTheme).where(AnnotationTheme.message_id == among(message_ids))
    named: dict[int, list[AnnotationTheme]] = {}
    for row in session.scalars(query.order_by(AnnotationTheme.message_id, AnnotationTheme.rank)):
        named.setdefault(row.message_id, []).append(row)
    return named


def replace_annotations(
    session: Session, message_ids: Sequence[int], rows: Sequence["Annotation | AnnotationTheme | AnnotationPlace"]
) -> None:
    """Take away what was said of some messages before, and keep `rows` instead."""
    session.execute(delete(Annotation).where(Annotation.message_id == among(message_ids)))
    for table in (Annotation, AnnotationTheme, AnnotationPlace):
        values = [{column.name: getattr(row, column.name) for column in table.__table__.columns} for row in rows if isinstance(row, table)]
        if values:
            session.execute(insert(table), values)
