"""Messages that tell the same story become one signal. Values in, values out: nothing here knows of tables.

A message joins a signal of its sub-theme whose heart (the neighbourhood with most messages) is one of its own neighbourhoods or borders
on one, when no more than three days lie between. A message without a place joins the signal that its sub-theme is talking about, when
that clearly rises or the words are alike, and otherwise a signal without a place. Near-identical texts belong together wherever they
are and whatever the classifier made of them. A message that fits two signals with bordering hearts joins them into one.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from routing.signals.copies import Copies

GAP = timedelta(days=3)
"""Silence after which a signal is over."""
TALKED_ABOUT = timedelta(hours=48)
"""How long after its last message a signal with a place takes in messages that name none."""
DAY = timedelta(hours=24)
RISING = 5
"""Messages in 24 hours from which a signal is clearly being talked about."""
HEART_SHARE = 0.2
"""Share of messages that must name the most named neighbourhood for a signal to have a heart."""
AREA_SHARE = 0.08

_WORD = re.compile(r"[^\W\d_]{5,}")
_STEM = 6
_EMPTY_WORDS = frozenset(
    "gemeen iemand niemand wanneer waarom daarom mensen moeten kunnen worden hebben hadden zouden zullen willen gewoon alweer iedere "
    "allemaal melden meldt melding vraagt beller klant bewone anders andere steeds vanoch gister vandaa morgen zonder binnen buiten "
    "straat wordt eigenl helema gewees jullie graag groet groete rivier".split()
)


@dataclass(frozen=True, slots=True)
class Voice:
    """One message as grouping sees it: `sub` is its best sub-theme, `others` further likely ones, `areas` its neighbourhoods,
    `guesses` all that it may be about."""

    id: int
    at: datetime
    sub: str
    areas: tuple[str, ...]
    text: str
    others: tuple[str, ...] = ()
    guesses: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A signal as it now is: `areas` with most messages first. `members` is 0 where every message has moved away."""

    id: int
    sub: str
    areas: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    members: int


@dataclass(frozen=True)
class Changes:
    """What happened since the last look: `homes` gives message and signal, `merged` loser and survivor."""

    homes: dict[int, int]
    touched: tuple[Snapshot, ...]
    merged: dict[int, int]


@dataclass(eq=False, slots=True)
class _Story:
    id: int
    sub: str
    members: dict[int, Voice] = field(default_factory=dict)
    moments: list[datetime] = field(default_factory=list)
    areas: Counter[str] = field(default_factory=Counter)
    subs: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    @property
    def heart(self) -> str | None:
        if not self.areas:
            return None
        area, count = max(self.areas.items(), key=lambda pair: (pair[1], pair[0]))
        return area if count >= HEART_SHARE * len(self.members) else None

    def recent(self, at: datetime) -> int:
        return bisect_right(self.moments, at) - bisect_left(self.moments, at - DAY)

    def near_in_time(self, at: datetime, gap: timedelta) -> bool:
        return bool(self.moments) and self.moments[0] - gap <= at <= self.moments[-1] + gap

    def alike(self, words: Set[str]) -> bool:
        """Whether the words are among those its messages often use."""
        often = max(1.0, 0.15 * len(self.members))
        shared = sum(self.words[word] >= often for word in words)
        return shared >= 2 and shared >= 0.3 * len(words)

    def take(self, voice: Voice) -> None:
        self.members[voice.id] = voice
        insort(self.moments, voice.at)
        self.areas.update(voice.areas)
        self.subs[voice.sub] += 1
        self.words.update(content_words(voice.text))

    def lose(self, id: int) -> None:
        voice = self.members.pop(id)
        del self.moments[bisect_left(self.moments, voice.at)]
        self.areas = +(self.areas - Counter(voice.areas))
        self.subs = +(self.subs - Counter((voice.sub,)))
        self.words.subtract(content_words(voice.text))

    def snapshot(self) -> Snapshot:
        least = AREA_SHARE * sum(self.areas.values())
        ranked = sorted(((count, area) for area, count in self.areas.items() if count >= least), key=lambda pair: (-pair[0], pair[1]))
        first, last = (self.moments[0], self.moments[-1]) if self.moments else (_NEVER, _NEVER)
        return Snapshot(self.id, self.sub, tuple(area for _, area in ranked), first, last, len(self.members))


_NEVER = datetime.min.replace(tzinfo=UTC)


class Grouping:
    """The open signals, to which messages are added in order of time.

    `near` gives the neighbourhoods that border each neighbourhood, `ids` numbers for new signals, `anchored` the signals that survive
    a merge because something hangs on them (a ticket).
    """

    def __init__(self, near: Mapping[str, Iterable[str]], ids: Iterator[int], anchored: Set[int] = frozenset()) -> None:
        self._near = {area: frozenset(others) | {area} for area, others in near.items()}
        self._ids = ids
        self._anchored = anchored
        self._stories: dict[int, _Story] = {}
        self._home: dict[int, int] = {}
        self._at: dict[tuple[str, str | None], set[int]] = defaultdict(set)
        self._where: dict[int, tuple[str, str | None]] = {}
        self._copies = Copies()
        self._homes: dict[int, int] = {}
        self._touched: set[int] = set()
        self._merged: dict[int, int] = {}

    def remember(self, signal_id: int, sub: str, voices: Iterable[Voice]) -> None:
        """Take in a signal that exists already."""
        story = self._stories.setdefault(signal_id, _Story(signal_id, sub))
        for voice in voices:
            story.take(voice)
            self._home[voice.id] = signal_id
            self._copies.add(voice.id, voice.at, voice.text)
        self._index(story)

    def place(self, voice: Voice, home: int | None = None) -> int:
        """The number of the signal this message belongs to. `home` is where it was before it was edited, and stays if that still fits."""
        home = self.leave(voice.id) or home
        original = self._copies.add(voice.id, voice.at, voice.text)
        fitting = sorted(self._fitting(voice), key=lambda story: self._preference(story, voice, home), reverse=True)
        if original is not None and original in self._home:
            chosen = self._stories[self._home[original]]
        elif fitting:
            chosen = fitting[0]
        elif home in self._stories and not self._stories[home].members:
            chosen = self._stories[home]
            chosen.sub = voice.sub
        else:
            chosen = self._stories.setdefault(number := next(self._ids), _Story(number, voice.sub))
        chosen.take(voice)
        self._settle(voice.id, chosen)
        for other in fitting:
            if other is not chosen and other.id in self._stories and self._same_story(chosen, other, voice.at):
                chosen = self._merge(chosen, other)
        return chosen.id

    def leave(self, message_id: int) -> int | None:
        """Take a message out of its signal; the signal's number, None where it had none."""
        home = self._home.pop(message_id, None)
        if home is not None:
            self._stories[home].lose(message_id)
            self._touched.add(home)
            self._index(self._stories[home])
        return home

    def home(self, message_id: int) -> int | None:
        """The number of the signal a message is in."""
        return self._home.get(message_id)

    def changes(self) -> Changes:
        """What changed since the last call."""
        changes = Changes(self._homes, tuple(self._stories[id].snapshot() for id in sorted(self._touched)), self._merged)
        self._homes, self._touched, self._merged = {}, set(), {}
        return changes

    def _fitting(self, voice: Voice) -> Iterator[_Story]:
        if voice.areas:
            around = {near for area in voice.areas for near in self._near.get(area, {area})}
            yield from self._placed(voice.sub, around, voice.at)
            for other in voice.others:
                yield from (story for story in self._placed(other, around, voice.at) if story.recent(voice.at) >= RISING)
            words = content_words(voice.text)
            yield from (s for s in self._in_time(voice.sub, None, voice.at, GAP) if s.recent(voice.at) >= RISING and s.alike(words))
        else:
            yield from self._in_time(voice.sub, None, voice.at, GAP)
            words = content_words(voice.text)
            for area in self._near:
                for story in self._in_time(voice.sub, area, voice.at, TALKED_ABOUT):
                    if story.recent(voice.at) >= RISING or story.alike(words):
                        yield story

    def _placed(self, sub: str, around: Iterable[str], at: datetime) -> Iterator[_Story]:
        for area in sorted(around):
            yield from self._in_time(sub, area, at, GAP)

    def _in_time(self, sub: str, heart: str | None, at: datetime, gap: timedelta) -> Iterator[_Story]:
        for id in self._at.get((sub, heart), ()):
            story = self._stories[id]
            if story.near_in_time(at, gap):
                yield story

    def _preference(self, story: _Story, voice: Voice, home: int | None) -> tuple[bool, bool, bool, int, int]:
        """Where it was; of its own sub-theme; with a heart it names; much talked about; the oldest."""
        placed = story.heart is not None
        return (
            story.id == home,
            story.sub == voice.sub,
            placed and (not voice.areas or story.heart in voice.areas),
            story.recent(voice.at),
            -story.id,
        )

    def _same_story(self, one: _Story, other: _Story, at: datetime) -> bool:
        if one.sub != other.sub or not one.near_in_time(at, GAP) or not other.near_in_time(at, GAP):
            return False
        hearts = one.heart, other.heart
        if hearts[0] is None or hearts[1] is None:
            return hearts == (None, None) or self._placeless_part(*((one, other) if hearts[0] else (other, one)), at)
        return hearts[1] in self._near.get(hearts[0], {hearts[0]})

    @staticmethod
    def _placeless_part(placed: _Story, placeless: _Story, at: datetime) -> bool:
        """Whether a signal without a place is only the part of a rising one whose writers did not say where."""
        rising = placed.recent(at) >= max(RISING, placeless.recent(at)) and len(placeless.members) <= len(placed.members)
        return rising and placed.alike({word for word, _ in placeless.words.most_common(6)})

    def _merge(self, one: _Story, other: _Story) -> _Story:
        survivor, loser = sorted((one, other), key=lambda story: (story.id not in self._anchored, story.id))
        for voice in loser.members.values():
            survivor.take(voice)
            self._home[voice.id] = self._homes[voice.id] = survivor.id
        self._forget(loser)
        self._merged = {lost: survivor.id if kept == loser.id else kept for lost, kept in self._merged.items()} | {loser.id: survivor.id}
        self._touched.discard(loser.id)
        self._touched.add(survivor.id)
        self._index(survivor)
        return survivor

    def _settle(self, message_id: int, story: _Story) -> None:
        self._home[message_id] = self._homes[message_id] = story.id
        self._touched.add(story.id)
        self._index(story)

    def _index(self, story: _Story) -> None:
        """Keep a signal findable under its sub-theme (what most of its messages are about) and its heart."""
        best = max(story.subs.values(), default=0)
        if story.subs[story.sub] < best:
            story.sub = min(sub for sub, count in story.subs.items() if count == best)
        where = (story.sub, story.heart)
        before = self._where.get(story.id)
        if before != where:
            if before is not None:
                self._at[before].discard(story.id)
            self._at[where].add(story.id)
            self._where[story.id] = where

    def _forget(self, story: _Story) -> None:
        self._at[self._where.pop(story.id)].discard(story.id)
        del self._stories[story.id]


def content_words(text: str) -> frozenset[str]:
    """The longer words of a text, cut to their beginning so that inflections meet; without words that any message may hold."""
    return frozenset(stem for word in _WORD.findall(text.lower()) if (stem := word[:_STEM]) not in _EMPTY_WORDS)
