"""How well the example's stories, and made-up mixtures, are grouped: by the trained model, in several orders of arrival."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from classify.annotated import Annotated
from classify.pipeline import annotator
from launcher.example import Scheduled, schedule, stories
from launcher.mixtures import mixture
from models.gazetteer import place_rows
from models.municipality import Municipality, load_municipality
from models.settings import ROOT, settings
from models.words import PlaceKind
from routing.signals.evaluation import Score, by_story, scored
from routing.signals.gather import FLOOR
from routing.signals.stories.grouping import Grouping
from routing.signals.stories.voice import Voice

ANCHOR = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
REHEARSAL = Path(__file__).parent / "rehearsal" / "stories.txt"
SEASON: Final = "onkruid-en-blad"
"""Leaves and weeds all over town, for sixty days: a season, which is not one signal by what a signal is."""
UNRELATED = 0.1
"""A line whose main sub-theme so small a part of its story has tells something else that happened meanwhile."""
BATCH = 150
SEEDS = range(1000, 1006)
PUSHED = ("form", "dm", "participation")
Order = Callable[[Sequence[Voice]], Iterator[Sequence[Voice]]]


def written() -> list[str]:
    """The figures as Markdown lines."""
    town = load_municipality(ROOT / "config" / "rivierstad")
    messages = schedule(ROOT / "config" / "rivierstad" / "messages", ANCHOR, settings().zone)
    voices = understood(messages, town)
    near = {row.id: row.near for row in place_rows(town.places) if row.kind is PlaceKind.NEIGHBOURHOOD}
    parts = _example(messages, voices, near), _mixtures(messages, voices, near), _rehearsed(town, messages, near)
    return ["## Grouping", *(line for part in parts for line in ("", *part))]


def understood(messages: Sequence[Scheduled], town: Municipality) -> list[Voice]:
    """Messages as grouping sees them once the model has read them; numbered from 0."""
    found = annotator(town).annotate([message.example.text for message in messages])
    return [_voice(number, message, said) for number, (message, said) in enumerate(zip(messages, found, strict=True))]


def labels(messages: Sequence[Scheduled]) -> dict[int, str]:
    """The story of each message that tells one; lines within a story that are about something else are left out."""
    mains: dict[str, Counter[str]] = defaultdict(Counter)
    for message in messages:
        if message.story:
            mains[message.story][_main(message)] += 1
    return {
        number: message.story
        for number, message in enumerate(messages)
        if message.story and _main(message) and mains[message.story][_main(message)] >= UNRELATED * mains[message.story].total()
    }


def grouped(batches: Iterator[Sequence[Voice]], near: dict[str, list[str]]) -> dict[int, int | None]:
    """The signal of each message when they arrive in these batches."""
    grouping, heard = Grouping(near, count(1)), []
    for batch in batches:
        for voice in sorted(batch, key=lambda one: (one.at, one.id)):
            grouping.place(voice)
            heard.append(voice.id)
        grouping.look_round()
    return {number: grouping.home(number) for number in heard}


def _example(messages: Sequence[Scheduled], voices: Sequence[Voice], near: dict[str, list[str]]) -> list[str]:
    told = labels(messages)
    lines = {number: story for number, story in told.items() if story != SEASON}
    by_voice = {number: message.example.voice for number, message in enumerate(messages)}
    orders: dict[str, Order] = {
        "all at once": lambda some: iter([some]),
        "day by day": _daily,
        "forms first": lambda some: iter([[v for v in some if (by_voice[v.id] in PUSHED) is first] for first in (True, False)]),
        "shuffled": _shuffled,
    }
    homes = {name: grouped(order(voices), near) for name, order in orders.items()}
    first = by_story(told, homes["all at once"])
    return [
        "Pairs of messages of the example's story lines (`# story:` in stories.txt), understood by the trained model. A test: no weight "
        "was fitted on it. With the mixtures it was measured three times while the present weights were made, and the threshold was "
        "settled knowing that. "
        f"The season (`{SEASON}`) is shown by itself: it is no signal by what a signal is. *own*: of the messages in the "
        "signals that hold most of a story, the share that is of that story.",
        "",
        *_table("arrival", {name: scored(lines, home) for name, home in homes.items()}),
        "",
        *_table("story (all at once)", {str(story): score for story, score in first.items()}),
    ]


def _mixtures(messages: Sequence[Scheduled], voices: Sequence[Voice], near: dict[str, list[str]]) -> list[str]:
    pool = [(_main(message), voice) for message, voice in zip(messages, voices, strict=True) if not message.story]
    made = [mixture(pool, near, seed) for seed in SEEDS]
    orders: dict[str, Order] = {"day by day": _daily, "shuffled": _shuffled}
    rows = {}
    for name, order in orders.items():
        scores = [scored(one.stories, grouped(order(one.voices), near)) for one in made]
        rows[name] = Score(*(sum(part) / len(scores) for part in zip(*((s.precision, s.recall, s.own) for s in scores), strict=True)))
    return [
        f"The mean of {len(made)} made-up mixtures (`launcher/mixtures.py`), other ones than grouping was tuned on.",
        "",
        *_table("arrival", rows),
    ]


def _rehearsed(town: Municipality, messages: Sequence[Scheduled], near: dict[str, list[str]]) -> list[str]:
    lines = REHEARSAL.read_text(encoding="utf-8").splitlines()
    told = sorted(
        [*(message for message in messages if not message.story), *stories(lines, ANCHOR, settings().zone)],
        key=lambda message: (message.at, message.key),
    )
    homes = grouped(iter([understood(told, town)]), near)
    return [
        "Stories written to tune grouping on (`launcher/rehearsal/stories.txt`): what it has learned, and no measure of how well.",
        "",
        *_table("arrival", {"all at once": scored(labels(told), homes)}),
    ]


def _table(head: str, rows: dict[str, Score]) -> list[str]:
    lines = [f"| {name} | {s.precision:.2f} | {s.recall:.2f} | {s.f1:.2f} | {s.own:.2f} |" for name, s in rows.items()]
    return [f"| {head} | precision | recall | F1 | own |", "|---|---|---|---|---|", *lines]


def _voice(number: int, message: Scheduled, said: Annotated) -> Voice:
    best, *others = [theme.sub for theme in said.themes if theme.probability >= FLOOR] or [""]
    areas = tuple(dict.fromkeys(place.area for place in said.places if place.area))
    return Voice(number, message.at, best, areas, message.example.text, tuple(others), dict(said.guesses), author=message.author)


def _main(message: Scheduled) -> str:
    return message.example.themes[0] if message.example.themes else ""


def _daily(voices: Sequence[Voice]) -> Iterator[Sequence[Voice]]:
    begin = min(voice.at for voice in voices)
    days: dict[int, list[Voice]] = defaultdict(list)
    for voice in voices:
        days[(voice.at - begin) // timedelta(days=1)].append(voice)
    return iter([days[day] for day in sorted(days)])


def _shuffled(voices: Sequence[Voice]) -> Iterator[Sequence[Voice]]:
    order = Random(3).sample(list(voices), len(voices))  # noqa: S311 - a schedule, not a secret
    return iter([order[at : at + BATCH] for at in range(0, len(order), BATCH)])
