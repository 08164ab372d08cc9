"""Messages that tell the same story become one signal. Values in, values out: nothing here knows of tables.

A message joins the story for which there is most evidence (`likeness`), if that is enough, and else begins one. When a story has grown
by a quarter its surroundings are looked at again with what is known by then: stories that tell the same become one, messages that
stood by themselves come in, and a story that turns out to be two is parted. So the order in which messages arrive hardly matters.
Near-identical texts belong together wherever they are and whatever the classifier made of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from routing.signals.copies import Copies
from routing.signals.stories.index import AUTHOR, RARE_WORDS, Index, Key, by_author, likely_subs, span_of
from routing.signals.stories.likeness import JOINS, Town, evidence
from routing.signals.stories.parting import parted, same_story
from routing.signals.stories.story import LASTING, Snapshot, Story
from routing.signals.stories.voice import Voice
from routing.signals.stories.wording import Ordinary

LASTING_HOURS = LASTING / timedelta(hours=1)
STAYS = 1.0
"""How much stronger the evidence for another story must be to take a message out of the one it is in."""
DRAWN = 1.5
"""How much stronger it must be for a message that a story draws in when it looks round: of many that are looked at, some fit by chance."""
REPLIES = 4.5
"""What it adds to the evidence that a message replies to one of the story."""
GROWN = 1.25
SMALLEST = 3
"""Messages from which a story looks round for what belongs to it."""
ROUNDS = 4


@dataclass(frozen=True)
class Changes:
    """What happened since the last look: `homes` gives message and signal (None: it left the one it was in), `merged` loser and
    survivor, `split` the new signal and the one it was part of."""

    homes: dict[int, int | None]
    touched: tuple[Snapshot, ...]
    merged: dict[int, int]
    split: dict[int, int] = field(default_factory=dict)


class Grouping:
    """The signals around some time, to which messages are added.

    `near` gives the neighbourhoods that border each neighbourhood, `ids` numbers for new signals, `anchored` the signals that survive
    a merge because something hangs on them (a ticket).
    """

    def __init__(self, near: Mapping[str, Iterable[str]], ids: Iterator[int], anchored: Set[int] = frozenset()) -> None:
        self._town = Town(near, Ordinary())
        self._ids = ids
        self._anchored = anchored
        self._stories: dict[int, Story] = {}
        self._voices: dict[int, Voice] = {}
        self._home: dict[int, int] = {}
        self._open, self._heard = Index(), Index()
        self._indexed: dict[int, tuple[Key, set[int]]] = {}
        self._copies = Copies()
        self._copied: set[int] = set()
        self._looked: dict[int, int] = {}
        self._refused: dict[tuple[int, int], int] = {}
        self._homes: dict[int, int | None] = {}
        self._touched: set[int] = set()
        self._merged: dict[int, int] = {}
        self._split: dict[int, int] = {}

    def remember(self, signal_id: int, sub: str, voices: Iterable[Voice]) -> None:
        """Take in a signal that exists already."""
        story = self._stories.setdefault(signal_id, Story(signal_id, sub))
        for voice in voices:
            self._hear(voice)
            self._copies.add(voice.id, voice.at, voice.text)
            self._put(voice, story)
        self._looked[signal_id] = len(story.members)

    def knows(self, signal_id: int) -> bool:
        """Whether this signal was remembered or begun."""
        return signal_id in self._stories

    def recall(self, voice: Voice) -> None:
        """Take in a message that is in no signal, and may come into one by what is said around it."""
        self._hear(voice)

    def place(self, voice: Voice, home: int | None = None) -> int | None:
        """The number of the signal this message belongs to; None where it is about nothing and nobody else tells the same.

        `home` is where it was before it was edited, and stays if that still fits.
        """
        home = self.leave(voice.id) or home
        self._hear(voice)
        original = self._copies.add(voice.id, voice.at, voice.text)
        fitting = self._fitting(voice, home)
        if original is not None and original in self._home:
            self._copied |= {voice.id, original}
            chosen = self._stories[self._home[original]]
        elif fitting:
            chosen = fitting[0]
        elif not voice.sub:
            return None
        elif home in self._stories and not self._stories[home].members:
            chosen = self._stories[home]
            chosen.sub = voice.sub
        else:
            chosen = self._begin(voice.sub)
        self._settle(voice, chosen)
        for other in fitting:
            if other is not chosen and other.id in self._stories and self._one(chosen, other):
                chosen = self._merge(chosen, other)
        return chosen.id

    def leave(self, message_id: int) -> int | None:
        """Take a message out of its signal; the signal's number, None where it had none."""
        home = self._home.pop(message_id, None)
        if home is not None:
            self._stories[home].lose(message_id)
            self._homes[message_id] = None
            self._touched.add(home)
            self._find(self._stories[home])
        return home

    def home(self, message_id: int) -> int | None:
        """The number of the signal a message is in."""
        return self._home.get(message_id)

    def look_round(self) -> None:
        """See again, with what is known by now, what belongs to the stories that have grown."""
        for _ in range(ROUNDS):
            grown = [id for id in sorted(self._touched) if self._has_grown(id)]
            for id in grown:
                if id in self._stories:
                    self._look_round(self._stories[id])
            if not grown:
                return

    def changes(self) -> Changes:
        """What changed since the last call."""
        touched = tuple(self._stories[id].snapshot() for id in sorted(self._touched))
        changes = Changes(self._homes, touched, self._merged, self._split)
        self._homes, self._touched, self._merged, self._split = {}, set(), {}, {}
        return changes

    def _has_grown(self, id: int) -> bool:
        return len(self._stories[id].members) >= max(SMALLEST, GROWN * self._looked.get(id, 0))

    def _look_round(self, story: Story) -> None:
        self._looked[story.id] = len(story.members)
        self._part(story)
        for other in self._beside(story):
            if other.id in self._stories and self._one(story, other, 1.0):
                story = self._merge(story, other)
        self._draw_in(story)

    def _draw_in(self, story: Story) -> None:
        """Messages that tell this story rather than that which they are in, or that are in none."""
        for voice in self._within_earshot(story):
            own = self._stories.get(self._home.get(voice.id, 0))
            if own is story or voice.id in self._copied or (own is not None and len(own.members) > len(story.members)):
                continue
            enough = JOINS + DRAWN if own is None else max(JOINS + DRAWN, STAYS + self._without(voice, own))
            if evidence(voice, story, self._town, enough) >= enough:
                self.leave(voice.id)
                self._settle(voice, story)
                if own is not None and not own.members:
                    self._follow(own, story)

    def _without(self, voice: Voice, own: Story) -> float:
        """How well a message fits among the others of its own story."""
        if len(own.members) == 1:
            return -100.0
        own.lose(voice.id)
        fits = evidence(voice, own, self._town)
        own.take(voice)
        return fits

    def _part(self, story: Story) -> None:
        for voices in parted(story, self._town, self._copied):
            new = self._begin(max(sorted({v.sub for v in voices if v.sub} or {story.sub}), key=[v.sub for v in voices].count))
            for voice in voices:
                self.leave(voice.id)
                self._settle(voice, new)
            self._split[new.id] = story.id
            self._looked[new.id] = len(new.members)

    def _fitting(self, voice: Voice, home: int | None) -> list[Story]:
        """The stories it may belong to, that with most evidence first; where it was before has an advantage."""
        areas: list[str | None] | None = None
        if voice.areas:
            areas = [*sorted({near for area in voice.areas for near in self._town.around(area)}), None]
        numbers = dict.fromkeys(self._open.about(likely_subs(voice), areas, voice.at))
        numbers |= dict.fromkeys(self._open.sharing(self._town.ordinary.rarest(voice.words, RARE_WORDS), voice.at))
        numbers |= dict.fromkeys(self._open.about(by_author(voice), (None,), voice.at))
        parents = self._home.get(voice.parent) if voice.parent is not None else None
        numbers |= {} if parents is None else {parents: None}
        weighed = []
        for number in numbers:
            story = self._stories.get(number)
            if story is not None and story.members and story.distance(voice.hour) <= LASTING_HOURS:
                advantage = STAYS * (number == home) + REPLIES * (number == parents)
                found = evidence(voice, story, self._town, JOINS - advantage) + advantage
                if found >= JOINS:
                    weighed.append((found, -number, story))
        return [story for _, _, story in sorted(weighed, key=lambda one: one[:2], reverse=True)]

    def _beside(self, story: Story) -> list[Story]:
        """Other stories that may tell the same."""
        worded = self._telling(story)
        subs = [sub for sub, _ in story.subs.most_common(2)] or [story.sub]
        found: dict[int, None] = {}
        for at in self._moments(story):
            found |= dict.fromkeys(self._open.about(subs, None, at))
            found |= dict.fromkeys(self._open.sharing(worded, at))
        return [self._stories[number] for number in sorted(found) if number in self._stories and number != story.id]

    def _within_earshot(self, story: Story) -> list[Voice]:
        worded, found = self._telling(story), dict[int, None]()
        around = [*sorted(self._town.around(story.heart)), None] if story.heart else None
        for at in self._moments(story):
            found |= dict.fromkeys(self._heard.about([story.sub], around, at))
            found |= dict.fromkeys(self._heard.sharing(worded, at))
            found |= dict.fromkeys(self._heard.about((AUTHOR + name for name in story.authors), (None,), at))
        return [self._voices[number] for number in sorted(found)]

    def _telling(self, story: Story) -> list[str]:
        size, ordinary = len(story.members), self._town.ordinary
        worth = {word: count / size * ordinary.rarity(word) for word, count in story.words.items() if count > 1}
        return sorted(worth, key=lambda word: (-worth[word], word))[:8]

    def _moments(self, story: Story) -> list[datetime]:
        """One moment of each stretch of time in which it was told, of the newest few."""
        moments = sorted(voice.at for voice in story.members.values())
        return list({span_of(at): at for at in moments[-200:]}.values())[-4:]

    def _one(self, one: Story, other: Story, grown: float = GROWN) -> bool:
        """Whether two stories are one. Asked again only when they have grown since the last no."""
        pair = (min(one.id, other.id), max(one.id, other.id))
        size = len(one.members) + len(other.members)
        if size <= grown * self._refused.get(pair, 0):
            return False
        if same_story(one, other, self._town):
            return True
        self._refused[pair] = size
        return False

    def _begin(self, sub: str) -> Story:
        number = next(self._ids)
        self._stories[number] = Story(number, sub)
        return self._stories[number]

    def _merge(self, one: Story, other: Story) -> Story:
        survivor, loser = sorted((one, other), key=lambda story: (story.id not in self._anchored, story.id))
        for voice in list(loser.members.values()):
            self._homes[voice.id] = survivor.id
            self._put(voice, survivor)
        self._follow(loser, survivor)
        return survivor

    def _follow(self, loser: Story, survivor: Story) -> None:
        """A story that went into another is known by the number of that one."""
        self._forget(loser)
        self._merged = {lost: survivor.id if kept == loser.id else kept for lost, kept in self._merged.items()} | {loser.id: survivor.id}
        self._split = {new: survivor.id if whole == loser.id else whole for new, whole in self._split.items() if new != loser.id}
        self._touched.discard(loser.id)
        self._touched.add(survivor.id)

    def _settle(self, voice: Voice, story: Story) -> None:
        self._homes[voice.id] = story.id
        self._touched.add(story.id)
        self._put(voice, story)

    def _hear(self, voice: Voice) -> None:
        if voice.id not in self._voices:
            self._town.ordinary.note(voice.words)
        self._voices[voice.id] = voice
        keys = [(sub, area) for sub in likely_subs(voice) for area in voice.areas or (None,)]
        keys += [(one, None) for one in by_author(voice)]
        self._heard.put(voice.id, span_of(voice.at), keys, self._town.ordinary.telling(voice.words))

    def _put(self, voice: Voice, story: Story) -> None:
        story.take(voice)
        self._home[voice.id] = story.id
        self._open.put(story.id, span_of(voice.at), [(one, None) for one in by_author(voice)], self._town.ordinary.telling(voice.words))
        self._find(story, span_of(voice.at))

    def _find(self, story: Story, span: int | None = None) -> None:
        """Keep a signal findable under its sub-theme (what most of its messages are about) and its heart."""
        key = (story.sub, story.heart)
        before, spans = self._indexed.get(story.id, (key, set()))
        new = spans if before != key else set()
        if before != key:
            for old in spans:
                self._open.drop(story.id, old, [before])
        if span is not None and span not in spans:
            spans.add(span)
            new = new | {span}
        for one in new:
            self._open.put(story.id, one, [key], ())
        self._indexed[story.id] = (key, spans)

    def _forget(self, story: Story) -> None:
        key, spans = self._indexed.pop(story.id)
        for span in spans:
            self._open.drop(story.id, span, [key])
        del self._stories[story.id]
