"""Speed of grouping by itself: messages into stories, one core, no database; and how the cost of a message grows with what is open."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from math import log
from random import Random

from models.gazetteer import place_rows
from models.municipality import load_municipality
from models.settings import ROOT
from models.words import PlaceKind
from routing.signals.stories.grouping import Grouping
from routing.signals.stories.voice import Voice

NOW = datetime(2026, 11, 19, 7, 45, tzinfo=UTC)
OPEN_DAYS = 3
"""All messages fall within the time in which a signal stays open."""
SIZES = (10_000, 30_000, 100_000)
VOCABULARY = 30_000
BATCH = 2000


def measure(sizes: Sequence[int] = SIZES) -> list[str]:
    """Lines for a person: seconds and microseconds a message for each number of open messages, and the growth beside that of the log."""
    town = load_municipality(ROOT / "config" / "rivierstad")
    near = {row.id: row.near for row in place_rows(town.places) if row.kind is PlaceKind.NEIGHBOURHOOD}
    subs = [f"{theme}/{sub}" for theme, entry in town.themes.themes.items() for sub in entry.subs]
    seconds = {size: _seconds(_messages(size, subs, near), near) for size in sizes}
    first, last = sizes[0], sizes[-1]
    growth, logarithm = (seconds[last] / last) / (seconds[first] / first), log(last) / log(first)
    return [
        *(f"group: {size:,} open messages in {took:.1f} s, {took / size * 1e6:.0f} us a message" for size, took in seconds.items()),
        f"group: a message among {last:,} costs {growth:.2f} times one among {first:,}; the log {logarithm:.2f} times",
    ]


def _messages(size: int, subs: Sequence[str], near: Mapping[str, object]) -> Iterator[Voice]:
    """Messages as a town writes them: some words that come in nearly all, most of them seldom (Zipf)."""
    random = Random(7)
    areas = sorted(near)
    for number in range(size):
        words = " ".join(_word(int(VOCABULARY ** random.random())) for _ in range(random.randint(6, 30)))
        sub, other = random.choice(subs), random.choice(subs)
        where = (random.choice(areas),) if random.random() < 0.65 else ()
        at = NOW + timedelta(days=OPEN_DAYS * number / size)
        yield Voice(number, at, sub, where, words, (), {sub: 0.6, other: 0.1, "none": 0.3})


def _word(rank: int) -> str:
    """A made-up word for its rank."""
    letters = ""
    while rank or len(letters) < 5:
        rank, rest = divmod(rank, 20)
        letters += "bcdfghjklmnprstvwzae"[rest]
    return letters


def _seconds(voices: Iterator[Voice], near: dict[str, list[str]]) -> float:
    grouping, everything = Grouping(near, count(1)), list(voices)
    begin = time.process_time()
    for at in range(0, len(everything), BATCH):
        for voice in everything[at : at + BATCH]:
            grouping.place(voice)
        grouping.look_round()
        grouping.changes()
    return time.process_time() - begin
