"""How well messages are grouped: over all pairs of messages of which a person said to which story they belong."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Score:
    """Of the pairs in one signal the share that is of one story (precision); of the pairs of one story the share in one signal (recall).
    `own`: of the messages in the signals that hold most of a story, strangers too, the share that is of that story."""

    precision: float
    recall: float
    own: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def scored(stories: Mapping[int, Hashable], homes: Mapping[int, int | None]) -> Score:
    """Compare where messages are with the stories that a person says they tell. `homes` may hold messages of no story."""
    signals = Counter(homes[message] for message in stories if homes.get(message) is not None)
    both = Counter((story, homes[message]) for message, story in stories.items() if homes.get(message) is not None)
    right = sum(_pairs(count) for count in both.values())
    together, same = sum(map(_pairs, signals.values())), sum(map(_pairs, Counter(stories.values()).values()))
    return Score(right / together if together else 1.0, right / same if same else 1.0, _own(both, homes))


def by_story(stories: Mapping[int, Hashable], homes: Mapping[int, int | None]) -> dict[Hashable, Score]:
    """The same for each story by itself: precision is over the pairs that hold one of its messages."""
    signals = Counter(homes[message] for message in stories if homes.get(message) is not None)
    told = Counter(stories.values())
    found = {}
    for story, size in told.items():
        held = Counter(homes[message] for message, other in stories.items() if other == story and homes.get(message) is not None)
        right = sum(_pairs(count) for count in held.values())
        together = sum(_pairs(count) + count * (signals[home] - count) for home, count in held.items())
        both = Counter({(story, home): count for home, count in held.items()})
        found[story] = Score(right / together if together else 1.0, right / _pairs(size) if size > 1 else 1.0, _own(both, homes))
    return found


def _own(both: Mapping[tuple[Hashable, int | None], int], homes: Mapping[int, int | None]) -> float:
    sizes, most = Counter(homes.values()), dict[Hashable, tuple[int, int | None]]()
    for (story, home), count in both.items():
        most[story] = max(most.get(story, (0, 0)), (count, home), key=lambda pair: pair[0])
    held = sum(sizes[home] for _, home in most.values())
    return sum(count for count, _ in most.values()) / held if held else 1.0


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
