"""Whether two stories are one, and whether one is two. Pure."""

from collections.abc import Sequence, Set
from heapq import nsmallest
from itertools import islice

from routing.signals.stories.likeness import JOINS, Town, evidence
from routing.signals.stories.story import Story
from routing.signals.stories.voice import Voice

SAMPLE = 12
"""How many messages of the smaller story are weighed against the larger."""
PARTS = 0.5
"""Share of those messages that must fit for two stories to be one."""
DOUBT = 1.0
"""How far the nearest message may fall short before the others are not looked at."""
APART = 1.5
"""How much less than JOINS the evidence must be, in the mean, for a part of a story to be another: what is one stays one in doubt."""
SMALLEST_PART = 5
PART_SHARE = 0.25


def same_story(one: Story, other: Story, town: Town) -> bool:
    """Whether the messages of the smaller story, those nearest in time to the larger, fit into that one."""
    small, large = sorted((one, other), key=lambda story: (len(story.members), -story.id))
    nearest = _nearest(small, large)
    if not nearest or evidence(nearest[0], large, town) < JOINS - DOUBT:
        return False
    found = [evidence(voice, large, town) for voice in nearest]
    return sum(found) / len(found) >= JOINS and sum(value >= JOINS for value in found) >= PARTS * len(found)


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
    return nsmallest(SAMPLE, small.members.values(), key=lambda voice: (large.distance(voice.at), voice.at, voice.text))


def _sample(story: Story) -> list[Voice]:
    ranked = sorted(story.members.values(), key=lambda voice: (voice.at, voice.text))
    step = max(1, len(ranked) // SAMPLE)
    return list(islice(ranked, 0, None, step))[: SAMPLE + 1]
