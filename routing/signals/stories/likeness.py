"""The evidence that a message belongs to a story: a sum of logarithms of odds. Values in, values out.

Each part asks how much likelier something is in the story than in messages about anything: its sub-themes, its neighbourhood, its
words; and how much the story is being told just then. So near sub-themes meet where place, time and words agree, without a list of
which are near. The weights are those of a logistic regression on stories written for it
(launcher/rehearsal: each message against its story and against parts of it, strangers of the same days beside), then tried in turn on
the same; never on the example's stories or the mixtures that are the test.
"""

from collections.abc import Iterable, Mapping
from math import inf, log, log1p

from routing.signals.stories.story import Story
from routing.signals.stories.voice import NOTHING, Gist, Voice
from routing.signals.stories.wording import Ordinary

JOINS = 0.0
"""Evidence from which a message belongs to a story: likelier than not. Lower finds more of a story, and more strangers with it; and a
department that meets those in its ticket no longer trusts the next."""
ALONE = -6.2
"""How unlikely a message is to belong to any one story."""
THEMES, MAINS = 170.0, 22.0
"""About how many sub-themes and main themes there are: what each would get if all were equally likely."""
THEME_LEAST, THEME_MOST = -4.0, 4.2
THEME_WEIGHT, MAIN_WEIGHT = 0.7, 0.5
STRANGE = 0.02
"""What a person said a message is about holds: it is in no story in which next to nothing is about that."""
PLACE_LEAST, PLACE_MOST = -5.0, 4.5
PLACE_FOR, PLACE_AGAINST = 1.3, 1.8
NEXT_DOOR = 0.4
"""What a message from a bordering neighbourhood counts for."""
UNSAID, NOWHERE, BOTH_UNSAID = 1.8, 0.3, 1.1
"""Residents often do not say where: of a message that does not; of a story that nobody has placed yet; and where neither does."""
WORD_WEIGHT, WORDS_MOST = -0.3, 13.5
MEAN_WEIGHT, WORDS_FEW, WORDS_TOP = 12.0, 3, 7.5
"""What the sum over shared words counts for, and its mean over all words of the message: most of what long texts share is chance."""
WORD_FLOOR = 0.1
"""What a word must be likelier than that before it says anything: what is a little more usual in a story is so by chance."""
UNHEARD = 6.0
"""How many messages the ordinary use of a word counts for beside those of the story."""
AGAIN = 4.5
"""Somebody who told of it before."""
KERNEL = ((12.0, 1.0), (48.0, 0.3), (240.0, 0.06))
"""What the messages of a story around a moment count for, by how many hours they are away."""
TOLD_WEIGHT, SIZE_WEIGHT, HOURS_WEIGHT = 1.8, 1.05, 0.75
NEVER = -100.0


class Town:
    """What is ordinary here: how the neighbourhoods border on each other, and how often each word comes."""

    def __init__(self, near: Mapping[str, Iterable[str]], ordinary: Ordinary) -> None:
        self.near = {area: frozenset(others) | {area} for area, others in near.items()}
        self.ordinary = ordinary

    def around(self, area: str) -> frozenset[str]:
        """A neighbourhood and those that border on it."""
        return self.near.get(area, frozenset((area,)))


def evidence(voice: Voice | Gist, story: Story, town: Town, least: float = -inf) -> float:
    """Logarithm of the odds that a message belongs to a story; compare with JOINS. Where it cannot come to `least`, anything below that."""
    if not story.members:
        return NEVER
    known = ALONE + theme(voice, story) + moment(voice.hour, story)
    if known + PLACE_MOST + AGAIN + WORDS_TOP < least:
        return known
    known += place(voice.areas, story, town) + author(voice, story)
    return known if known + WORDS_TOP < least else known + wording(voice.words, story, town.ordinary)


def theme(voice: Voice | Gist, story: Story) -> float:
    """How much likelier its sub-themes are in this story; a message that may be about nothing says little either way."""
    size = len(story.members) + 0.5
    chances = story.chances
    agreed = 0.0
    for sub, chance in voice.about:
        told = chances.get(sub, 0.0)
        if chance == 1.0 and told < STRANGE * size:
            return NEVER
        agreed += chance * (told + 0.5 / THEMES)
    broadly = 0.0
    for name, chance in voice.themes:
        broadly += chance * (story.themes.get(name, 0.0) + 0.5 / MAINS)
    doubt = voice.doubt + 0.5 * chances.get(NOTHING, 0.0) / size
    fine = log(doubt + THEMES * agreed / size + 1e-9)
    broad = log(doubt + MAINS * broadly / size + 1e-9)
    return THEME_WEIGHT * min(THEME_MOST, max(THEME_LEAST, fine)) + MAIN_WEIGHT * max(THEME_LEAST, broad)


def place(areas: tuple[str, ...], story: Story, town: Town) -> float:
    """How much likelier its neighbourhoods are in this story; a story that is all over town minds no other neighbourhood."""
    if not areas:
        return UNSAID if story.placed else BOTH_UNSAID
    if not story.placed:
        return NOWHERE
    where = story.whereabouts(town.near)
    known = max(_said(area, story, town) for area in areas)
    size = max(len(town.near), 10)
    share = known / (where.mentions + 1) + (where.beyond + 0.05) / (where.mentions + 3) / size
    found = max(PLACE_LEAST, log(share * size))
    return min(PLACE_MOST, found * (PLACE_FOR if found > 0 else PLACE_AGAINST))


def _said(area: str, story: Story, town: Town) -> float:
    named = story.areas
    beside = sum(named.get(other, 0) for other in town.around(area))
    own = named.get(area, 0)
    return own + NEXT_DOOR * (beside - own)


def author(voice: Voice | Gist, story: Story) -> float:
    """Who told of it before tells of it again more often than somebody else."""
    told = story.authors.get(voice.author, 0) if voice.author else 0
    return AGAIN if told > (voice.id in story.members) else 0.0


def wording(words: frozenset[str], story: Story, ordinary: Ordinary) -> float:
    """How much likelier its words are in this story: in the mean over its words, since a long text shares some with any story by chance."""
    size = len(story.members)
    told_of = story.words
    shared = 0.0
    for word in words:
        if told := told_of.get(word):
            usual = ordinary.share(word, told, size)
            found = log((told / usual + UNHEARD) / (size + UNHEARD)) - WORD_FLOOR
            if found > 0:
                shared += found
    return min(WORDS_TOP, WORD_WEIGHT * min(WORDS_MOST, shared) + MEAN_WEIGHT * shared / (len(words) + WORDS_FEW))


def moment(hour: float, story: Story) -> float:
    """How much of the story is told around that moment (a self-exciting process), and how close its nearest message is."""
    told = 0.0
    for reach, weight in KERNEL:
        told += weight * story.between(hour - reach, hour + reach)
    if not told:
        return NEVER
    return TOLD_WEIGHT * log(told) - SIZE_WEIGHT * log(len(story.members)) - HOURS_WEIGHT * log1p(story.distance(hour))
