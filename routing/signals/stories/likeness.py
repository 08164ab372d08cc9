"""The evidence that a message belongs to a story: a sum of logarithms of odds. Values in, values out.

Each part asks how much likelier something is in the story than in messages about anything: its sub-themes, its neighbourhood, its
words; and how much the story is being told just then. So near sub-themes meet where place, time and words agree, without a list of
which are near. The weights began as those of a logistic
regression on made-up mixtures (launcher/mixtures.py), and were then searched, on other mixtures and on stories written for it
(launcher/rehearsal); never on the example's stories, which are the test.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import log, log1p

from routing.signals.stories.story import Story
from routing.signals.stories.voice import Voice
from routing.signals.stories.wording import Ordinary

JOINS = -1.5
"""Evidence from which a message belongs to a story. Below nought: a message too many does less harm than a story told in pieces."""
ALONE = -6.2
"""How unlikely a message is to belong to any one story."""
THEMES = 170.0
"""About how many sub-themes there are: what each would get if all were equally likely."""
THEME_LEAST, THEME_MOST = -4.0, 4.2
THEME_WEIGHT = 0.75
STRANGE = 0.02
"""What a person said a message is about holds: it is in no story in which next to nothing is about that."""
PLACE_LEAST = -5.0
PLACE_FOR, PLACE_AGAINST = 1.5, 1.6
NEXT_DOOR = 0.4
"""What a message from a bordering neighbourhood counts for."""
UNSAID, BOTH_UNSAID = 3.0, 0.5
"""Residents often do not say where: of a message that does not, or a story that does not; and where neither does."""
FAR = 1.0
WORD_WEIGHT, WORDS_MOST = 0.5, 13.5
WORD_FLOOR = 0.1
"""What a word must be likelier than that before it says anything: what is a little more usual in a story is so by chance."""
UNHEARD = 1.5
"""How many messages the ordinary use of a word counts for beside those of the story."""
AGAIN = 1.5
"""Somebody who told of it before."""
KERNEL = ((timedelta(hours=12), 1.0), (timedelta(hours=48), 0.3), (timedelta(days=10), 0.06))
"""What the messages of a story around a moment count for, by how far they are."""
TOLD_WEIGHT, SIZE_WEIGHT, HOURS_WEIGHT = 0.8, 0.75, 0.6
NEVER = -100.0
NOTHING = "none"


class Town:
    """What is ordinary here: how the neighbourhoods border on each other, and how often each word comes."""

    def __init__(self, near: Mapping[str, Iterable[str]], ordinary: Ordinary) -> None:
        self.near = {area: frozenset(others) | {area} for area, others in near.items()}
        self.ordinary = ordinary

    def around(self, area: str) -> frozenset[str]:
        """A neighbourhood and those that border on it."""
        return self.near.get(area, frozenset((area,)))


def evidence(voice: Voice, story: Story, town: Town) -> float:
    """Logarithm of the odds that a message belongs to a story; compare with JOINS."""
    about = theme(voice.chances, story) + place(voice.areas, story, town) + author(voice, story)
    return ALONE + about + wording(voice.words, story, town.ordinary) + moment(voice.at, story)


def theme(chances: Mapping[str, float], story: Story) -> float:
    """How much likelier its sub-themes are in this story; a message that may be about nothing says little either way."""
    size = len(story.members) + 0.5
    if any(chance == 1.0 and story.chances.get(sub, 0.0) < STRANGE * size for sub, chance in chances.items() if sub != NOTHING):
        return NEVER
    agreed = sum(chance * (story.chances.get(sub, 0.0) + 0.5 / THEMES) for sub, chance in chances.items() if sub != NOTHING) / size
    doubt = chances.get(NOTHING, 0.0) + 0.5 * story.chances.get(NOTHING, 0.0) / size
    found = min(THEME_MOST, max(THEME_LEAST, log(doubt + THEMES * agreed + 1e-9)))
    return THEME_WEIGHT * found


def place(areas: Iterable[str], story: Story, town: Town) -> float:
    """How much likelier its neighbourhoods are in this story; a story that is all over town minds no other neighbourhood."""
    areas = tuple(areas)
    if not areas or not story.placed:
        return UNSAID if bool(areas) != bool(story.placed) else BOTH_UNSAID
    heart = max(story.areas, key=lambda area: (story.areas[area], area))
    core = town.around(heart)
    mentions = sum(story.areas.values())
    beyond = sum(count for area, count in story.areas.items() if area not in core)
    known = max(_said(area, story, town) for area in areas)
    size = max(len(town.near), 10)
    share = known / (mentions + 1) + (beyond + 0.05) / (mentions + 3) / size
    found = max(PLACE_LEAST, log(share * size))
    return found * (PLACE_FOR if found > 0 else PLACE_AGAINST) + (0.0 if known else FAR)


def _said(area: str, story: Story, town: Town) -> float:
    beside = sum(story.areas[other] for other in town.around(area) if other != area)
    return story.areas[area] + NEXT_DOOR * beside


def author(voice: Voice, story: Story) -> float:
    """Who told of it before tells of it again more often than somebody else."""
    told = story.authors.get(voice.author, 0) if voice.author else 0
    return AGAIN if told > (voice.id in story.members) else 0.0


def wording(words: frozenset[str], story: Story, ordinary: Ordinary) -> float:
    """How much likelier its words are in this story."""
    size = len(story.members) + UNHEARD
    shared = 0.0
    for word in words:
        if told := story.words.get(word):
            usual = ordinary.share(word)
            shared += max(0.0, log((told / usual + UNHEARD) / size) - WORD_FLOOR)
    return WORD_WEIGHT * min(WORDS_MOST, shared)


def moment(at: datetime, story: Story) -> float:
    """How much of the story is told around that moment (a self-exciting process), and how close its nearest message is."""
    told = sum(weight * story.between(at - reach, at + reach) for reach, weight in KERNEL)
    if not told:
        return NEVER
    hours = story.distance(at) / timedelta(hours=1)
    return TOLD_WEIGHT * log(told) - SIZE_WEIGHT * log(len(story.members)) - HOURS_WEIGHT * log1p(hours)
