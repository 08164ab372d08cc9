"""Questions of trends: how many messages, about what, where and along which way, by day or week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.message import Message, local_day
from models.signal import Burst, Signal
from models.town import Place, Theme
from models.words import Channel, Kind, PlaceKind


@dataclass(frozen=True)
class Trend:
    """What is asked: messages of residents on these local days, both included; None asks for all."""

    first: date
    last: date
    theme: str | None = None
    """A theme or a full sub-theme."""
    area: str | None = None
    """A neighbourhood or a district."""
    channel: Channel | None = None
    kind: Kind | None = None

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def before(self) -> "Trend":
        """The same question about as many days before."""
        length = self.last - self.first + timedelta(days=1)
        return Trend(self.first - length, self.last - length, self.theme, self.area, self.channel, self.kind)


def by_day(session: Session, trend: Trend, zone: ZoneInfo) -> dict[date, int]:
    """Messages on each local day; days without any are absent."""
    day = local_day(Message.published_at, zone)
    return {row[0]: row[1] for row in session.execute(select(day, func.count()).where(*_asked(trend, zone)).group_by(day))}


def total(session: Session, trend: Trend, zone: ZoneInfo) -> int:
    return session.scalar(select(func.count()).select_from(Message).where(*_asked(trend, zone))) or 0


def by_theme(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages of each theme or, where a theme is asked, of each of its sub-themes, most first. A message can have several."""
    column = AnnotationTheme.theme if trend.theme is None else AnnotationTheme.sub
    count = func.count(Message.id.distinct())
    query = select(column, count).join(Message, Message.id == AnnotationTheme.message_id).where(*_asked(trend, zone))
    if trend.theme is not None:
        query = query.where(AnnotationTheme.theme == trend.theme.partition("/")[0])
    return {row[0]: row[1] for row in session.execute(query.group_by(column).order_by(count.desc(), column))}


def by_area(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages that name each neighbourhood, most first."""
    count = func.count(Message.id.distinct())
    query = select(AnnotationPlace.area, count).join(Message, Message.id == AnnotationPlace.message_id).where(*_asked(trend, zone))
    named = query.where(AnnotationPlace.area.is_not(None)).group_by(AnnotationPlace.area)
    return {row[0]: row[1] for row in session.execute(named.order_by(count.desc(), AnnotationPlace.area)) if row[0] is not None}


def by_medium(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages along each medium, most first."""
    count = func.count()
    query = select(Message.medium, count).where(*_asked(trend, zone)).group_by(Message.medium)
    return {row[0]: row[1] for row in session.execute(query.order_by(count.desc(), Message.medium))}


def newest_of(session: Session, trend: Trend, zone: ZoneInfo, limit: int, readable: ColumnElement[bool]) -> Sequence[Message]:
    """The last messages that the question counts and that are `readable` (models.sight)."""
    query = select(Message).where(*_asked(trend, zone), Message.text != "", readable)
    return session.scalars(query.order_by(Message.published_at.desc(), Message.id.desc()).limit(limit)).all()


def bursts_in(session: Session, trend: Trend, limit: int) -> Sequence[Row[Burst, Signal]]:
    """The bursts of these themes and places in the period, the largest first, with their signals."""
    query = select(Burst, Signal).join(Signal, Signal.id == Burst.signal_id).where(Burst.day.between(trend.first, trend.last))
    if trend.theme is not None:
        query = query.where(Signal.sub == trend.theme if "/" in trend.theme else Signal.theme == trend.theme)
    if trend.area is not None:
        inside = session.scalars(select(Place.id).where((Place.id == trend.area) | (Place.parent == trend.area))).all()
        query = query.where(Signal.areas.overlap(list(inside)))
    return session.execute(query.order_by(Burst.observed.desc(), Burst.id).limit(limit)).all()


def areas_to_ask(session: Session) -> Sequence[Place]:
    """Districts and neighbourhoods, by name."""
    kinds = (PlaceKind.DISTRICT, PlaceKind.NEIGHBOURHOOD)
    return session.scalars(select(Place).where(Place.active, Place.kind.in_(kinds)).order_by(Place.name)).all()


def _asked(trend: Trend, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """What a message must be to be counted."""
    since = datetime.combine(trend.first, time(), zone)
    until = datetime.combine(trend.last + timedelta(days=1), time(), zone)
    conditions: list[ColumnElement[bool]] = [Message.published_at >= since, Message.published_at < until, ~Message.by_municipality]
    if trend.channel is not None:
        conditions.append(Message.channel == trend.channel)
    if trend.kind is not None:
        conditions.append(Message.id.in_(select(Annotation.message_id).where(Annotation.kind == trend.kind)))
    if trend.theme is not None:
        column = AnnotationTheme.sub if "/" in trend.theme else AnnotationTheme.theme
        conditions.append(Message.id.in_(select(AnnotationTheme.message_id).where(column == trend.theme)))
    if trend.area is not None:
        inside = select(Place.id).where((Place.id == trend.area) | (Place.parent == trend.area))
        conditions.append(Message.id.in_(select(AnnotationPlace.message_id).where(AnnotationPlace.area.in_(inside))))
    return conditions


def themes_to_ask(session: Session) -> Sequence[Theme]:
    """Themes, each followed by its sub-themes."""
    return session.scalars(select(Theme).where(Theme.active).order_by(Theme.slug)).all()
