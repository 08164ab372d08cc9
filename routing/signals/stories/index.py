"""Where to look for what may belong together: by what it may be about and where, and by rare words, each in its days.

A look-up touches the entries of a few days only, however long the history and however many stories are open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from routing.signals.stories.story import LASTING
from routing.signals.stories.voice import NOTHING, Voice

RARE_WORDS = 6
"""How many words of a message, the rarest, lead to others that hold them."""
LIKELY = 0.05
SUBS = 4
MOST = 15
"""How many are looked at that share rare words and nothing else: the likeliest."""
NEWEST = 60
"""How many of those that hold a word, or are about the same in the same place, are looked at: the newest."""
AUTHOR = "@"
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)

Key = tuple[str, str | None]


def span_of(at: datetime) -> int:
    """The stretch of time (as long as LASTING) that a moment lies in: what is near in time is in the same or the next."""
    return (at - _BEGIN) // LASTING


def likely_subs(voice: Voice) -> list[str]:
    """The sub-themes under which a message may be found."""
    chances = voice.chances
    ranked = sorted((sub for sub, chance in chances.items() if chance >= LIKELY and sub != NOTHING), key=lambda sub: (-chances[sub], sub))
    return list(dict.fromkeys([sub for sub in (voice.sub, *voice.others) if sub] + ranked[:SUBS]))


def by_author(voice: Voice) -> list[str]:
    """The name under which what somebody wrote is found."""
    return [AUTHOR + voice.author] if voice.author else []


class Index:
    """Numbers (of stories, or of messages) by sub-theme and neighbourhood, and by word."""

    def __init__(self) -> None:
        self._by_key: dict[int, dict[Key, dict[int, None]]] = defaultdict(lambda: defaultdict(dict))
        self._areas: dict[int, dict[str, dict[str | None, None]]] = defaultdict(lambda: defaultdict(dict))
        self._by_word: dict[int, dict[str, dict[int, None]]] = defaultdict(lambda: defaultdict(dict))

    def put(self, number: int, span: int, keys: Iterable[Key], words: Iterable[str]) -> None:
        """Make a number findable in a stretch of time."""
        for key in keys:
            numbers = self._by_key[span][key]
            numbers.pop(number, None)
            numbers[number] = None
            self._areas[span][key[0]][key[1]] = None
        for word in words:
            numbers = self._by_word[span][word]
            numbers.pop(number, None)
            numbers[number] = None

    def drop(self, number: int, span: int, keys: Iterable[Key]) -> None:
        """No longer under these keys. Words stay: who finds a number by a word sees for himself that it has gone."""
        for key in keys:
            self._by_key[span][key].pop(number, None)

    def about(self, subs: Iterable[str], areas: Iterable[str | None] | None, at: datetime, most: int = NEWEST) -> Iterator[int]:
        """What is about one of these sub-themes in one of these neighbourhoods (None as an area: nowhere named), or anywhere."""
        asked = None if areas is None else list(areas)
        for span in _near(at):
            if span not in self._by_key:
                continue
            by_key = self._by_key[span]
            for sub in subs:
                for area in asked if asked is not None else list(self._areas[span].get(sub, ())):
                    if numbers := by_key.get((sub, area)):
                        yield from list(islice(reversed(numbers), most))

    def sharing(self, words: Iterable[str], at: datetime) -> list[int]:
        """What shares most of these words."""
        shared: Counter[int] = Counter()
        for span in _near(at):
            if span in self._by_word:
                by_word = self._by_word[span]
                for word in words:
                    if found := by_word.get(word):
                        for number in islice(reversed(found), NEWEST):
                            shared[number] += 1
        return [number for number, _ in sorted(shared.items(), key=lambda pair: (-pair[1], -pair[0]))[:MOST]]


def _near(at: datetime) -> tuple[int, int, int]:
    span = span_of(at)
    return span, span - 1, span + 1
