"""Questions of trends: how many messages, about what, where and along which way, by hour to year. Counts come from the tallies.

Counting rule: a message counts once in every total, and once for each theme and each neighbourhood that it has. A message that was deleted
at its source stays counted; what the municipality itself wrote never is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.burst import Burst
from models.cells import counted
from models.counting import Chosen, Fits, each
from models.message import Message
from models.signal import Signal
from models.tally import ANGRY, GLAD, Names, Side, Way, beginning
from models.town import Place, Theme
from models.worded import counted_with, has_words
from models.words import Channel, Kind, PlaceKind, Tone


class Step(StrEnum):
    """How much time one count covers; the value is what an address and the page show."""

    HOUR = "uur"
    DAY = "dag"
    WEEK = "week"
    MONTH = "maand"
    YEAR = "jaar"

    def first(self, day: date) -> date:
        """The day on which the step that a day is in begins: weeks begin on Monday."""
        match self:
            case Step.WEEK:
                return day - timedelta(days=day.weekday())
            case Step.MONTH:
                return day.replace(day=1)
            case Step.YEAR:
                return day.replace(month=1, day=1)
        return day


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
    themes: tuple[str, ...] = ()
    """Further themes or sub-themes: messages about any of them, or about `theme`."""
    medium: str | None = None
    tone: Tone | None = None
    language: str | None = None
    source: str | None = None
    words: str = ""
    """Words that a message must have, as they are searched for (models.search); empty: whatever its words."""

    @property
    def subjects(self) -> frozenset[str]:
        """All themes and sub-themes asked; empty: whatever it is about."""
        return frozenset(self.themes if self.theme is None else (self.theme, *self.themes))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def before(self) -> "Trend":
        """The same question about as many days before."""
        length = self.last - self.first + timedelta(days=1)
        return replace(self, first=self.first - length, last=self.last - length)


def counts(session: Session, trend: Trend, step: Step, zone: ZoneInfo) -> dict[datetime, int]:
    """Messages in each step, by its first local moment (a week's Monday); steps without any are absent, edges can be partial."""
    chosen = _chosen(session, trend, zone)
    if step is Step.HOUR:
        return {datetime.combine(day, time(hour), zone): count for (day, hour), count in chosen.by_hour().items()}
    gathered: dict[datetime, int] = {}
    for day, count in chosen.by_day().items():
        moment = datetime.combine(step.first(day), time(), zone)
        gathered[moment] = gathered.get(moment, 0) + count
    return gathered


def by_day(session: Session, trend: Trend, zone: ZoneInfo) -> dict[date, int]:
    """Messages on each local day; days without any are absent."""
    return _chosen(session, trend, zone).by_day()


def total(session: Session, trend: Trend, zone: ZoneInfo) -> int:
    return _chosen(session, trend, zone).total()


def by_theme(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages of each theme or, where themes are asked, of each of their sub-themes, most first. A message can have several."""
    themes = {subject.partition("/")[0] for subject in trend.subjects}

    def subjects(about: Names) -> set[str]:
        return {sub for sub in about if _theme(sub) in themes} if themes else {_theme(sub) for sub in about}

    return each(_chosen(session, trend, zone).by_names(Side.ABOUT), subjects)


def by_area(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages that name each neighbourhood, most first."""
    return each(_chosen(session, trend, zone).by_names(Side.PLACE), set)


def per_area_per_1000(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, float]:
    """Messages that name each neighbourhood for every thousand who live there, most first; without those where nobody is known to live."""
    known = select(Place.id, Place.inhabitants).where(Place.kind == PlaceKind.NEIGHBOURHOOD, Place.inhabitants > 0)
    inhabitants = {row[0]: row[1] for row in session.execute(known) if row[1]}
    rates = {area: 1000 * count / inhabitants[area] for area, count in by_area(session, trend, zone).items() if area in inhabitants}
    return dict(sorted(rates.items(), key=lambda item: (-item[1], item[0])))


def by_medium(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages along each medium, most first."""
    return _by_way(session, trend, zone, "medium")


def by_channel(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages along each kind of channel, most first."""
    return _by_way(session, trend, zone, "channel")


def by_source(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages that each source brought first, most first."""
    return _by_way(session, trend, zone, "source")


def by_kind(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages of each kind, most first; without those that nobody understood yet."""
    return _by_manner(session, trend, zone, 0)


def by_tone(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages of each `Tone`, most first; without those that nobody understood yet."""
    return _by_manner(session, trend, zone, 1)


def by_language(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages in each language, most first; without those that nobody understood yet."""
    return _by_manner(session, trend, zone, 2)


def by_weekday_and_hour(session: Session, trend: Trend, zone: ZoneInfo) -> dict[tuple[int, int], int]:
    """Messages by weekday (0: Monday) and hour (0 to 23); those without any are absent."""
    return _chosen(session, trend, zone).by_weekday_and_hour()


def newest_of(session: Session, trend: Trend, zone: ZoneInfo, limit: int, readable: ColumnElement[bool]) -> Sequence[Message]:
    """The last messages that the question counts and that are `readable` (models.sight).

    The tallies say on which days there are enough, so that few messages are looked at; where too few of those can be read, more are.
    """
    found: Sequence[Message] = ()
    for days in _enough(by_day(session, trend, zone), limit):
        query = select(Message).where(*asked(replace(trend, first=days[-1]), zone), Message.text != "", readable)
        if len(days) <= FEW_DAYS:
            query = query.where(or_(*(_on(day, zone) for day in days)))
        found = session.scalars(query.order_by(Message.published_at.desc(), Message.id.desc()).limit(limit)).all()
        if len(found) == limit:
            break
    return found


FEW_DAYS = 60
"""Days that are named one by one, where what is asked is rare."""


def _on(day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    return (Message.published_at >= beginning(day, zone)) & (Message.published_at < beginning(day + timedelta(days=1), zone))


def _enough(counts: dict[date, int], limit: int) -> Iterator[list[date]]:
    """The newest days that have twice as many messages as wanted, eight times as many, and so on; all of them at last."""
    days, wanted, heard = sorted(counts, reverse=True), 2 * limit, 0
    for n, day in enumerate(days, 1):
        heard += counts[day]
        if heard >= wanted or n == len(days):
            yield days[:n]
            wanted = 4 * heard


LOOKED_AT = 400
"""Messages among which enough people are looked for, before all are counted."""


def fewer_people(session: Session, trend: Trend, zone: ZoneInfo, than: int) -> bool:
    """Whether fewer different people than these wrote what the question counts; messages of nobody named are each of somebody else."""
    for limit in (LOOKED_AT, None):
        some = select(Message.author).where(*asked(trend, zone)).limit(limit).subquery()
        query = select(func.count(some.c.author.distinct()), func.count().filter(some.c.author.is_(None)), func.count()).select_from(some)
        named, nameless, looked_at = session.execute(query).one()
        if named + nameless >= than:
            return False
        if limit is None or looked_at < limit:
            break
    return True


def bursts_in(session: Session, trend: Trend, limit: int) -> Sequence[Row[Burst, Signal]]:
    """The bursts of these themes and places in the period, the largest first, with their signals."""
    query = select(Burst, Signal).join(Signal, Signal.id == Burst.signal_id).where(Burst.day.between(trend.first, trend.last))
    if trend.subjects:
        query = query.where(Signal.sub.in_(trend.subjects) | Signal.theme.in_(trend.subjects))
    if trend.area is not None:
        query = query.where(Signal.areas.overlap(list(inside(session, trend.area))))
    return session.execute(query.order_by(Burst.observed.desc(), Burst.id).limit(limit)).all()


def areas_to_ask(session: Session) -> Sequence[Place]:
    """Districts and neighbourhoods, by name."""
    kinds = (PlaceKind.DISTRICT, PlaceKind.NEIGHBOURHOOD)
    return session.scalars(select(Place).where(Place.active, Place.kind.in_(kinds)).order_by(Place.name)).all()


def themes_to_ask(session: Session) -> Sequence[Theme]:
    """Themes, each followed by its sub-themes."""
    return session.scalars(select(Theme).where(Theme.active).order_by(Theme.slug)).all()


def _chosen(session: Session, trend: Trend, zone: ZoneInfo) -> Chosen:
    if trend.words:
        return Chosen(counted_with(session, trend.words, trend.first, trend.last, zone), dict(_fits(session, trend)))
    return Chosen(counted(session, trend.first, trend.last, zone), dict(_fits(session, trend)))


def _fits(session: Session, trend: Trend) -> Iterator[tuple[Side, Fits]]:
    """What the names of a message must be to be counted, for each side that anything is asked of."""
    subjects = trend.subjects
    if subjects:
        yield Side.ABOUT, lambda about: not (subjects.isdisjoint(about) and subjects.isdisjoint(map(_theme, about)))
    if trend.area is not None:
        wanted_areas = inside(session, trend.area)
        yield Side.PLACE, lambda areas: not wanted_areas.isdisjoint(areas)
    yield Side.WAY, lambda names: _along(Way(*names), trend)
    wanted = (trend.kind, trend.tone, trend.language)
    if any(wanted):
        yield Side.MANNER, lambda manner: bool(manner) and all(want in (None, has) for want, has in zip(wanted, manner, strict=True))


def _along(way: Way, trend: Trend) -> bool:
    return not way.ours and all(
        want in (None, has) for want, has in ((trend.channel, way.channel), (trend.medium, way.medium), (trend.source, way.source))
    )


def _by_way(session: Session, trend: Trend, zone: ZoneInfo, part: str) -> dict[str, int]:
    return each(_chosen(session, trend, zone).by_names(Side.WAY), lambda names: {getattr(Way(*names), part)})


def _by_manner(session: Session, trend: Trend, zone: ZoneInfo, part: int) -> dict[str, int]:
    return each(_chosen(session, trend, zone).by_names(Side.MANNER), lambda manner: {manner[part]} if manner else set())


@lru_cache(4096)
def _theme(sub: str) -> str:
    return sub.partition("/")[0]


def inside(session: Session, area: str) -> frozenset[str]:
    """A neighbourhood, or the neighbourhoods of a district and itself."""
    return frozenset(session.scalars(select(Place.id).where((Place.id == area) | (Place.parent == area))))


def asked(trend: Trend, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """What a message in the tables must be to be counted."""
    since = datetime.combine(trend.first, time(), zone)
    until = datetime.combine(trend.last + timedelta(days=1), time(), zone)
    conditions: list[ColumnElement[bool]] = [Message.published_at >= since, Message.published_at < until, ~Message.by_municipality]
    for column, wanted in ((Message.channel, trend.channel), (Message.medium, trend.medium), (Message.source_id, trend.source)):
        if wanted is not None:
            conditions.append(column == wanted)
    if trend.words:
        conditions.append(has_words(trend.words))
    if manner := list(_manner(trend)):
        conditions.append(select(Annotation.message_id).where(Annotation.message_id == Message.id, *manner).correlate(Message).exists())
    if trend.subjects:
        about = or_(AnnotationTheme.sub.in_(trend.subjects), AnnotationTheme.theme.in_(trend.subjects))
        conditions.append(
            select(AnnotationTheme.message_id).where(AnnotationTheme.message_id == Message.id, about).correlate(Message).exists()
        )
    if trend.area is not None:
        inside = select(Place.id).where((Place.id == trend.area) | (Place.parent == trend.area))
        named = AnnotationPlace.area.in_(inside)
        conditions.append(
            select(AnnotationPlace.message_id).where(AnnotationPlace.message_id == Message.id, named).correlate(Message).exists()
        )
    return conditions


def _manner(trend: Trend) -> Iterator[ColumnElement[bool]]:
    if trend.kind is not None:
        yield Annotation.kind == trend.kind
    if trend.language is not None:
        yield Annotation.language == trend.language
    match trend.tone:
        case Tone.ANGRY:
            yield Annotation.tone <= ANGRY
        case Tone.GLAD:
            yield Annotation.tone >= GLAD
        case Tone.NEUTRAL:
            yield (Annotation.tone > ANGRY) & (Annotation.tone < GLAD)
