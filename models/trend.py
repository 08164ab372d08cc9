"""Questions of trends: how many messages, about what, where and along which way, by hour to year. Counts come from the tallies.

Counting rule: a message counts once in every total, and once for each theme and each neighbourhood that it has. A message that was deleted
at its source stays counted; what the municipality itself wrote never is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from models.annotation import Annotation, AnnotationPlace, AnnotationTheme
from models.base import among
from models.burst import Burst
from models.cells import counted, held
from models.counting import Chosen, Fits
from models.fitting import About, Along, Part, Said, Themes, Within, theme_of
from models.message import Message
from models.signal import Signal
from models.stretch import Counted
from models.tally import ANGRY, GLAD, Side, Way
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

    @cached_property
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
    themes = frozenset(theme_of(subject) for subject in trend.subjects)
    return _chosen(session, trend, zone).by_each(Side.ABOUT, Themes(themes))


def by_area(session: Session, trend: Trend, zone: ZoneInfo) -> dict[str, int]:
    """Messages that name each neighbourhood, most first."""
    return _chosen(session, trend, zone).by_each(Side.PLACE, frozenset)


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

    The tallies name them, so that few messages are looked at; where too few of those can be read, more are.
    """
    found: Sequence[Message] = ()
    for numbers in _newest_first(session, trend, zone, 2 * limit):
        query = select(Message).where(Message.id == among(numbers), Message.text != "", readable)
        found = session.scalars(query.order_by(Message.published_at.desc(), Message.id.desc()).limit(limit)).all()
        if len(found) == limit:
            break
    return found


def _newest_first(session: Session, trend: Trend, zone: ZoneInfo, wanted: int) -> Iterator[list[int]]:
    """Numbers of the newest messages that the question counts: as many as wanted, then eight times as many, and so on, up to all."""
    chosen = _chosen(session, trend, zone)
    yield (numbers := chosen.newest(wanted))
    while len(numbers) >= wanted:
        wanted = 8 * len(numbers)
        yield (numbers := chosen.newest(wanted))


LOOKED_AT = 400
"""Messages among which enough people are looked for, before more are."""


def fewer_people(session: Session, trend: Trend, zone: ZoneInfo, than: int) -> bool:
    """Whether fewer different people than these wrote what the question counts; messages of nobody named are each of somebody else."""
    for numbers in _newest_first(session, trend, zone, LOOKED_AT):
        query = select(func.count(Message.author.distinct()) + func.count().filter(Message.author.is_(None)))
        if (session.scalar(query.where(Message.id == among(numbers))) or 0) >= than:
            return False
    return True


def areas_of_few(session: Session, trend: Trend, zone: ZoneInfo, areas: Sequence[str], than: int) -> set[str]:
    """Those of some neighbourhoods that fewer different people than these named; messages of nobody named are each of somebody else."""
    if not areas:
        return set()
    named, nameless = func.count(Message.author.distinct()), func.count(Message.id.distinct()).filter(Message.author.is_(None))
    query = select(AnnotationPlace.area, named + nameless).join(Message, Message.id == AnnotationPlace.message_id)
    within = query.where(*asked(trend, zone), AnnotationPlace.area.in_(areas)).group_by(AnnotationPlace.area)
    people = {row[0]: row[1] for row in session.execute(within)}
    return {area for area in areas if people.get(area, 0) < than}


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
    return held(session, (trend, zone.key), lambda: Chosen(_heard(session, trend, zone), dict(_fits(session, trend))))


def _heard(session: Session, trend: Trend, zone: ZoneInfo) -> Counted:
    if trend.words:
        return counted_with(session, trend.words, trend.first, trend.last, zone)
    return counted(session, trend.first, trend.last, zone)


def _fits(session: Session, trend: Trend) -> Iterator[tuple[Side, Fits]]:
    """What the names of a message must be to be counted, for each side that anything is asked of."""
    if trend.subjects:
        yield Side.ABOUT, About(trend.subjects)
    if trend.area is not None:
        yield Side.PLACE, Within(inside(session, trend.area))
    yield Side.WAY, Along(trend.channel, trend.medium, trend.source)
    if trend.kind or trend.tone or trend.language:
        yield Side.MANNER, Said(trend.kind, trend.tone, trend.language)


def _by_way(session: Session, trend: Trend, zone: ZoneInfo, part: str) -> dict[str, int]:
    return _chosen(session, trend, zone).by_each(Side.WAY, Part(Way._fields.index(part)))


def _by_manner(session: Session, trend: Trend, zone: ZoneInfo, part: int) -> dict[str, int]:
    return _chosen(session, trend, zone).by_each(Side.MANNER, Part(part))


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
