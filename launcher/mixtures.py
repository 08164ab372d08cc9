"""Made-up mixtures of stories: what grouping is tuned on, and one of the things it is measured by.

Messages of the example's undated books, as the trained model understands them, are given a place and a moment: some so that they tell a
story (a sub-theme, often with a near one mixed in, at one place, for some days; all over town; for weeks; or the same sub-theme in two
places at once), the others as they come. Each story has some words of its own, that a part of its messages use. Nothing is taken from
the example's own stories: those are the test.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from routing.signals.stories.voice import Voice

STORIES = 12
DAYS = 30
FEWEST = 20
"""Messages about a sub-theme from which a story can be made."""
PLACED = 0.65
"""Share of residents who say where."""
BACKGROUND = 0.6
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = ("place", "place", "place", "place", "town", "twin", "slow", "slow")
OWN_WORDS = (0, 1, 1, 2, 2)
NOUNS = (
    "kraan brug luifel schutting trekker vrachtwagen kelder ladder steiger hijskraan zandbak vlaggenmast rolluik betonmolen bliksem dakpan "
    "fontein ponton muurtje bushokje drempel poortje glijbaan trapveld rotonde vluchtheuvel tunnel viaduct zendmast kiosk marktkraam "
    "aggregaat bouwkeet pallet kabelgoot persleiding rioolbuis stortkoker zeecontainer bakfiets loswal sluisdeur remise perron wissel "
    "seinhuis duiker gemaal stuwdam pomphuis pergola carport garagebox bergplaats fietsenrek waslijn balkon galerij portiek liftschacht"
).split()


@dataclass(frozen=True)
class Mixture:
    """Messages in order of time, and the story of those that tell one."""

    voices: tuple[Voice, ...]
    stories: dict[int, str]


@dataclass
class _Plot:
    """A story to be told: what about, of which kind, where, from when on, for how long, by how many messages."""

    name: str
    kind: str
    sub: str
    heart: str
    start: datetime
    days: float
    messages: int
    words: list[str]


def mixture(understood: Sequence[tuple[str, Voice]], near: Mapping[str, Sequence[str]], seed: int) -> Mixture:
    """Mix stories from messages with the sub-theme that a person gave them. The same seed gives the same mixture."""
    random = Random(seed)  # noqa: S311 - a schedule, not a secret
    pool: dict[str, list[Voice]] = defaultdict(list)
    for sub, voice in understood:
        pool[sub].append(voice)
    told: list[tuple[Voice, str | None]] = []
    used: set[int] = set()
    for plot in _plots(pool, near, random):
        told += [(voice, plot.name) for voice in _tell(plot, pool, near, used, random)]
    for _, voice in understood:
        if voice.id not in used and random.random() < BACKGROUND:
            told.append((replace(voice, at=BEGIN + timedelta(days=random.uniform(0, DAYS))), None))
    told.sort(key=lambda pair: (pair[0].at, pair[0].id))
    numbered = [(replace(voice, id=number), story) for number, (voice, story) in enumerate(told, 1)]
    return Mixture(tuple(voice for voice, _ in numbered), {voice.id: story for voice, story in numbered if story is not None})


def _plots(pool: Mapping[str, Sequence[Voice]], near: Mapping[str, Sequence[str]], random: Random) -> list[_Plot]:
    subs = sorted(sub for sub, voices in pool.items() if "/" in sub and len(voices) >= FEWEST)
    random.shuffle(subs)
    nouns = random.sample(NOUNS, len(NOUNS))
    plots: list[_Plot] = []
    for number in range(STORIES):
        kind = random.choice(KINDS)
        sub, heart = subs[number], random.choice(sorted(near))
        start, days, messages = BEGIN + timedelta(days=random.uniform(4, DAYS - 5)), random.uniform(1, 5), random.randint(12, 45)
        if kind == "slow":
            start, days, messages = BEGIN + timedelta(days=random.uniform(2, 9)), random.uniform(12, 20), random.randint(12, 25)
        if kind == "twin" and plots:
            last = plots[-1]
            sub, start = last.sub, last.start + timedelta(hours=random.uniform(0, 24))
            heart = random.choice(sorted(area for area in near if area != last.heart and area not in near[last.heart]))
        plots.append(_Plot(f"{number} {kind} {sub}", kind, sub, heart, start, days, messages, [nouns.pop() for _ in range(4)]))
    return plots


def _tell(
    plot: _Plot, pool: Mapping[str, Sequence[Voice]], near: Mapping[str, Sequence[str]], used: set[int], random: Random
) -> list[Voice]:
    others = sorted(sub for sub in pool if sub.partition("/")[0] == plot.sub.partition("/")[0] and sub != plot.sub)
    beside = random.choice(others) if others and random.random() < 0.5 else plot.sub
    told = []
    for _ in range(plot.messages):
        source = pool[beside if random.random() < 0.3 else plot.sub]
        voice = random.choice([one for one in source if one.id not in used] or list(source))
        used.add(voice.id)
        own = " ".join(f"De {word}." for word in random.sample(plot.words, random.choice(OWN_WORDS)))
        at = plot.start + timedelta(days=plot.days * random.triangular(0, 1, 0.6))
        told.append(replace(voice, at=at, areas=_where(plot, near, random), text=f"{voice.text} {own}"))
    return told


def _where(plot: _Plot, near: Mapping[str, Sequence[str]], random: Random) -> tuple[str, ...]:
    if random.random() >= PLACED:
        return ()
    if plot.kind == "town":
        return (random.choice(sorted(near)),)
    return (plot.heart if random.random() < 0.7 or not near[plot.heart] else random.choice(sorted(near[plot.heart])),)
