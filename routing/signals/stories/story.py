"""A signal while it is being gathered: its messages, and what they have in common."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf

from routing.signals.stories.voice import Voice

GAP = timedelta(days=3)
"""Silence after which a signal is over."""
LASTING = timedelta(days=10)
"""Silence after which what is said again is another story. Between the two, a story that is told again opens its signal again."""
DAY = timedelta(hours=24)
HEART_SHARE = 0.2
"""Share of messages that must name the most named neighbourhood for a signal to have a heart."""
AREA_SHARE = 0.08
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A signal as it now is: `areas` with most messages first. `members` is 0 where every message has moved away."""

    id: int
    sub: str
    areas: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    members: int


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The neighbourhood a story is told of most with those around it; how often any is named, and how often one beyond these."""

    core: frozenset[str]
    mentions: int
    beyond: int


@dataclass(eq=False, slots=True)
class Story:
    """The messages of one signal with their sums: moments in order, neighbourhoods, sub-themes, chances and words of its messages."""

    id: int
    sub: str
    members: dict[int, Voice] = field(default_factory=dict)
    hours: list[float] = field(default_factory=list)
    areas: Counter[str] = field(default_factory=Counter)
    placed: int = 0
    subs: Counter[str] = field(default_factory=Counter)
    chances: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    words: Counter[str] = field(default_factory=Counter)
    themes: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    authors: Counter[str] = field(default_factory=Counter)
    _whereabouts: "Whereabouts | None" = None

    @property
    def heart(self) -> str | None:
        """The neighbourhood most of its messages name; None where they hardly name any."""
        if not self.areas:
            return None
        area, count = max(self.areas.items(), key=lambda pair: (pair[1], pair[0]))
        return area if count >= HEART_SHARE * len(self.members) else None

    def between(self, since: float, until: float) -> int:
        """Messages from one hour up to another."""
        return bisect_right(self.hours, until) - bisect_left(self.hours, since)

    def distance(self, hour: float) -> float:
        """How many hours before or after the moment its nearest message came."""
        hours = self.hours
        place = bisect_left(hours, hour)
        after = hours[place] - hour if place < len(hours) else inf
        return min(after, hour - hours[place - 1]) if place else after

    def whereabouts(self, near: Mapping[str, frozenset[str]]) -> "Whereabouts":
        """Where it is told; only of a story that is told somewhere."""
        if self._whereabouts is None:
            heart = max(self.areas, key=lambda area: (self.areas[area], area))
            core = near.get(heart, frozenset((heart,)))
            beyond = sum(count for area, count in self.areas.items() if area not in core)
            self._whereabouts = Whereabouts(core, self.areas.total(), beyond)
        return self._whereabouts

    def take(self, voice: Voice) -> None:
        """One more message."""
        self.members[voice.id] = voice
        insort(self.hours, voice.hour)
        _add(self.words, voice.words)
        if voice.areas:
            self.placed += 1
            _add(self.areas, voice.areas)
            self._whereabouts = None
        for sub, chance in voice.chances.items():
            self.chances[sub] += chance
        for theme, chance in voice.themes:
            self.themes[theme] += chance
        if voice.author:
            self.authors[voice.author] += 1
        if voice.sub:
            self.subs[voice.sub] += 1
        self._name()

    def lose(self, id: int) -> None:
        """One message less."""
        voice = self.members.pop(id)
        del self.hours[bisect_left(self.hours, voice.hour)]
        _take_off(self.words, voice.words)
        if voice.areas:
            self.placed -= 1
            _take_off(self.areas, voice.areas)
            self._whereabouts = None
        for sub, chance in voice.chances.items():
            self.chances[sub] -= chance
        for theme, chance in voice.themes:
            self.themes[theme] -= chance
        if voice.author:
            _take_off(self.authors, (voice.author,))
        if voice.sub:
            _take_off(self.subs, (voice.sub,))
        self._name()

    def snapshot(self) -> Snapshot:
        """As its row in the table has it."""
        least = AREA_SHARE * sum(self.areas.values())
        ranked = sorted(((count, area) for area, count in self.areas.items() if count >= least), key=lambda pair: (-pair[0], pair[1]))
        moments = [voice.at for voice in self.members.values()] or [_NEVER]
        first, last = min(moments), max(moments)
        return Snapshot(self.id, self.sub, tuple(area for _, area in ranked), first, last, len(self.members))

    def _name(self) -> None:
        """Its sub-theme is what most of its messages are about; the present one, where others are as many."""
        best = max(self.subs.values(), default=0)
        if self.subs[self.sub] < best:
            self.sub = min(sub for sub, count in self.subs.items() if count == best)


def _add(counts: Counter[str], names: Iterable[str]) -> None:
    for name in names:
        counts[name] += 1


def _take_off(counts: Counter[str], names: Iterable[str]) -> None:
    for name in names:
        if counts[name] > 1:
            counts[name] -= 1
        else:
            del counts[name]
