"""Crises: while one is declared, who has to know reads every hour what residents say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Identity, and_, false, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.base import Base, among
from models.message import Message
from models.rule import in_force_for
from models.signal import homes_of
from models.ticket import tickets_about
from models.words import Kind


class Crisis(Base):
    """What is watched by the hour: messages about one of the `themes` (or sub-themes) that name one of the `places` (an empty list asks
    for any), and messages in which one of the `words` stands.
    """

    __tablename__ = "crisis"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str]
    themes: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    places: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    """Neighbourhoods."""
    words: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list, server_default=text("'{}'"))
    note: Mapped[str] = mapped_column(default="")
    declared_by: Mapped[str]
    declared_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    """When somebody last said that it still is one: at first when it was declared."""
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True)
class CrisisMessage:
    """One message about a crisis, as its digest sees it. `quotable`: everybody may read its words."""

    id: int
    at: datetime
    text: str
    author: str | None
    kind: Kind
    tone: float
    answered: bool
    by_municipality: bool
    quotable: bool
    areas: tuple[str, ...]


def crises(session: Session, limit: int) -> Sequence[Crisis]:
    """The newest crises, those that last first."""
    return session.scalars(select(Crisis).order_by(Crisis.ended_at.is_not(None), Crisis.declared_at.desc()).limit(limit)).all()


def crises_since(session: Session, since: datetime) -> Sequence[Crisis]:
    """What lasts, or ended after `since`, oldest first."""
    told = or_(Crisis.ended_at.is_(None), Crisis.ended_at > since)
    return session.scalars(select(Crisis).where(told).order_by(Crisis.id)).all()


def said_of(session: Session, crisis: Crisis, since: datetime, until: datetime) -> list[CrisisMessage]:
    """What was published about a crisis after `since`, up to and including `until`, oldest first; the municipality's own posts among it."""
    query = (
        select(
            Message.id,
            Message.published_at,
            Message.text,
            Message.author,
            Annotation.kind,
            Annotation.tone,
            Message.answered_at,
            Message.by_municipality,
            Message.private,
            Message.sensitive,
        )
        .outerjoin(Annotation, Annotation.message_id == Message.id)
        .where(Message.published_at > since, Message.published_at <= until, Message.deleted_at.is_(None), _about(crisis))
        .order_by(Message.published_at, Message.id)
    )
    rows = session.execute(query).all()
    areas: dict[int, list[str]] = {}
    named = select(AnnotationPlace.message_id, AnnotationPlace.area).where(
        AnnotationPlace.message_id == among([row[0] for row in rows]), AnnotationPlace.area.is_not(None)
    )
    for message_id, area in session.execute(named.distinct()):
        if area is not None:
            areas.setdefault(message_id, []).append(area)
    return [
        CrisisMessage(
            id=row[0],
            at=row[1],
            text=row[2],
            author=row[3],
            kind=row[4] or Kind.OTHER,
            tone=row[5] or 0.0,
            answered=row[6] is not None,
            by_municipality=row[7],
            quotable=not (row[8] or row[9]),
            areas=tuple(sorted(areas.get(row[0], ()))),
        )
        for row in rows
    ]


def departments_near(session: Session, message_ids: Sequence[int]) -> list[str]:
    """The departments to which the signals of these messages are routed, or whose tickets they have."""

    signals = sorted(set(homes_of(session, message_ids).values()))
    routed = {signal_id: routing.department_id for signal_id, routing in in_force_for(session, signals).items()}
    held = {signal_id: ticket.department_id for signal_id, ticket in tickets_about(session, signals).items()}
    return sorted(set((routed | held).values()))


def _about(crisis: Crisis) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if crisis.themes:
        themed = or_(AnnotationTheme.sub.in_(crisis.themes), AnnotationTheme.theme.in_(crisis.themes))
        conditions.append(select(AnnotationTheme.message_id).where(AnnotationTheme.message_id == Message.id, themed).exists())
    if crisis.places:
        placed = AnnotationPlace.area.in_(crisis.places)
        conditions.append(select(AnnotationPlace.message_id).where(AnnotationPlace.message_id == Message.id, placed).exists())
    worded = [func.strpos(func.lower(Message.text), word.lower()) > 0 for word in crisis.words]
    return or_(and_(*conditions) if conditions else false(), *worded)
