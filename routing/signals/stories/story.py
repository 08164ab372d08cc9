"""A signal while it is being gathered: its messages, and what they have in common."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

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


@dataclass(eq=False, slots=True)
class Story:
    """The messages of one signal with their sums: moments in order, neighbourhoods, sub-themes, chances and words of its messages."""

    id: int
    sub: str
    members: dict[int, Voice] = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)
    areas: Counter[str] = field(default_factory=Counter)
    placed: int = 0
    subs: Counter[str] = field(default_factory=Counter)
    chances: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    words: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)

    @property
    def heart(self) -> str | None:
        """The neighbourhood most of its messages name; None where they hardly name any."""
        if not self.areas:
            return None
        area, count = max(self.areas.items(), key=lambda pair: (pair[1], pair[0]))
        return area if count >= HEART_SHARE * len(self.members) else None

    def between(self, since: datetime, until: datetime) -> int:
        """Messages from one moment up to another."""
        return bisect_right(self.moments, until) - bisect_left(self.moments, since)

    def distance(self, at: datetime) -> timedelta:
        """How long before or after the moment its nearest message came."""
        place = bisect_left(self.moments, at)
        return min((abs(at - moment) for moment in self.moments[max(0, place - 1) : place + 1]), default=timedelta.max)

    def take(self, voice: Voice) -> None:
        """One more message."""
        self.members[voice.id] = voice
        insort(self.moments, voice.at)
        self.areas.update(voice.areas)
        self.placed += bool(voice.areas)
        self.subs.update([voice.sub] if voice.sub else [])
        for sub, chance in voice.chances.items():
            self.chances[sub] += chance
        self.words.update(voice.words)
        self.authors.update([voice.author] if voice.author else [])
        self._name()

    def lose(self, id: int) -> None:
        """One message less."""
        voice = self.members.pop(id)
        del self.moments[bisect_left(self.moments, voice.at)]
        self.areas = +(self.areas - Counter(voice.areas))
        self.placed -= bool(voice.areas)
        self.subs = +(self.subs - Counter([voice.sub]))
        for sub, chance in voice.chances.items():
            self.chances[sub] -= chance
        self.words = +(self.words - Counter(voice.words))
        self.authors = +(self.authors - Counter([voice.author] if voice.author else []))
        self._name()

    def snapshot(self) -> Snapshot:
        """As its row in the table has it."""
        least = AREA_SHARE * sum(self.areas.values())
        ranked = sorted(((count, area) for area, count in self.areas.items() if count >= least), key=lambda pair: (-pair[0], pair[1]))
        first, last = (self.moments[0], self.moments[-1]) if self.moments else (_NEVER, _NEVER)
        return Snapshot(self.id, self.sub, tuple(area for _, area in ranked), first, last, len(self.members))

    def _name(self) -> None:
        """Its sub-theme is what most of its messages are about; the present one, where others are as many."""
        best = max(self.subs.values(), default=0)
        if self.subs[self.sub] < best:
            self.sub = min(sub for sub, count in self.subs.items() if count == best)
