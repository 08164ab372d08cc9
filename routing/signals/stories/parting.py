"""Whether two stories are one, and whether one is two. Pure."""

from collections.abc import Sequence, Set
from heapq import nsmallest
from itertools import islice
from math import log

from routing.signals.stories.likeness import JOINS, Town, evidence
from routing.signals.stories.story import Story
from routing.signals.stories.voice import NOTHING, Gist, Voice

SAMPLE = 12
"""How many messages of the smaller story are weighed against the larger."""
PARTS = 0.2
"""Share of those messages that must fit, or nearly, for two stories to be one."""
DOUBT = 1.0
"""What nearly is."""
GIST_SHARE = 0.2
"""Share of the messages that must use a word for it to be one of what they have in common."""
GIST_WEIGHT = 0.5
"""What that which they have in common counts for beside the mean of the messages."""
TOGETHER = 0.5
"""Several messages that all nearly fit are more likely to be of the other story than one that does."""
APART = 1.5
"""How much less than JOINS the evidence must be, in the mean, for a part of a story to be another: what is one stays one in doubt."""
SMALLEST_PART = 5
PART_SHARE = 0.25


def same_story(one: Story, other: Story, town: Town) -> bool:
    """Whether what the smaller story has in common, and its messages nearest in time to the larger, fit into that one."""
    small, large = sorted((one, other), key=lambda story: (len(story.members), -story.id))
    nearest = _nearest(small, large)
    if not nearest:
        return False
    common = evidence(gist_of(small, nearest[0].hour), large, town) - JOINS
    if common < 0:
        return False
    found = [evidence(voice, large, town) - JOINS for voice in nearest]
    total = sum(found) / len(found) + GIST_WEIGHT * common + TOGETHER * log(len(found))
    return total >= 0 and sum(value >= -DOUBT for value in found) >= PARTS * len(found)


def gist_of(story: Story, hour: float) -> Gist:
    """What the messages of a story have in common, as if one message told it."""
    size = len(story.members)
    least = max(2.0, GIST_SHARE * size) if size > 1 else 1
    words = frozenset(word for word, count in story.words.items() if count >= least)
    about = tuple((sub, chance / size) for sub, chance in story.chances.items() if sub != NOTHING and chance > 0.02 * size)
    themes = tuple((name, chance / size) for name, chance in story.themes.items() if chance > 0.02 * size)
    areas = (max(story.areas, key=lambda area: (story.areas[area], area)),) if story.areas else ()
    return Gist(hour, areas, words, about, themes, story.chances.get(NOTHING, 0.0) / size)


def parted(story: Story, town: Town, copied: Set[int]) -> list[list[Voice]]:
    """The parts of a story, other than its largest, that turn out to be stories of their own: elsewhere, or about something else."""
    if len(story.members) < 2 * SMALLEST_PART:
        return []
    for part in (_elsewhere(story, town), _about_something_else(story)):
        own = [voice for voice in part if voice.id not in copied]
        if max(SMALLEST_PART, PART_SHARE * len(story.members)) <= len(own) <= len(story.members) / 2 and _apart(story, own, town):
            return [own]
    return []


def _elsewhere(story: Story, town: Town) -> list[Voice]:
    core = town.around(story.heart) if story.heart else frozenset[str]()
    return [voice for voice in story.members.values() if voice.areas and not core.intersection(voice.areas)] if core else []


def _about_something_else(story: Story) -> list[Voice]:
    others = [(count, sub) for sub, count in story.subs.items() if sub != story.sub]
    second = max(others, default=(0, ""))[1]
    return [voice for voice in story.members.values() if second and voice.sub == second]


def _apart(story: Story, part: Sequence[Voice], town: Town) -> bool:
    """Whether a part does not fit with the rest."""
    gone = {voice.id for voice in part}
    rest, own = Story(0, story.sub), Story(1, part[0].sub)
    for voice in story.members.values():
        (own if voice.id in gone else rest).take(voice)
    found = [evidence(voice, rest, town) for voice in _sample(own)]
    return sum(found) / len(found) < JOINS - APART


def _nearest(small: Story, large: Story) -> list[Voice]:
    return nsmallest(SAMPLE, small.members.values(), key=lambda voice: (large.distance(voice.hour), voice.at, voice.text))


def _sample(story: Story) -> list[Voice]:
    ranked = sorted(story.members.values(), key=lambda voice: (voice.at, voice.text))
    step = max(1, len(ranked) // SAMPLE)
    return list(islice(ranked, 0, None, step))[: SAMPLE + 1]
