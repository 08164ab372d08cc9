"""The figures of a model card: how well a model does, for whom, how far its certainty can be trusted, and where it goes wrong."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from scipy.stats import binomtest
from sklearn.metrics import f1_score

from classify import training
from classify.annotated import Annotated
from classify.evaluation import independent_messages, main_theme
from classify.examples import Example, read
from classify.model import Model
from classify.odds import NONE
from classify.pipeline import Annotator, annotator_of
from models.municipality import Municipality
from models.settings import ROOT

FAIRNESS = Path(__file__).resolve().parent / "fairness"
"""The same stories, told by four kinds of people: what differs is only the language."""
PLAIN = "standaard"
BINS = 15
SHORT, LONG = 8, 40
"""Words up to which a message is short, and from which it is long."""
FAILURES = 5


@dataclass(frozen=True)
class Group:
    """How often the main theme is right in one group of messages, and between what bounds that lies (95%, Wilson)."""

    name: str
    messages: int
    right: float
    low: float
    high: float


@dataclass(frozen=True)
class ThemeScore:
    """F1 of one theme, and how many test messages are about it."""

    theme: str
    f1: float
    messages: int


@dataclass(frozen=True)
class Bin:
    """Of the themes said with about this probability: how probable they were on average, and how many of them were true."""

    said: float
    true: float
    messages: int


@dataclass(frozen=True)
class Failure:
    """A test message on which the model was sure and wrong. Our own words, never a resident's."""

    text: str
    said: str
    truth: str
    probability: float


@dataclass(frozen=True)
class Card:
    """Everything that is told of one model."""

    model: str
    measured_at: datetime
    corpus: int
    corrections: int
    features: int
    tested: int
    right: float
    macro_f1: float
    by_theme: tuple[ThemeScore, ...]
    by_voice: tuple[Group, ...]
    by_length: tuple[Group, ...]
    by_speaker: tuple[Group, ...]
    calibration: tuple[Bin, ...]
    calibration_error: float
    failures: tuple[Failure, ...]


def measure(model: Model, corrections: int, municipality: Municipality, now: datetime) -> Card:
    """Test a model on messages that none learns from."""
    reader, test = annotator_of(model, municipality), unseen_messages()
    found = list(reader.annotate(example.text for example in test))
    truth, named = [main_theme(example) for example in test], [said_theme(annotated) for annotated in found]
    right = [a == b for a, b in zip(truth, named, strict=True)]
    bins = calibration(test, found)
    return Card(
        model=model.name,
        measured_at=now,
        corpus=len(training.read_corpus()),
        corrections=corrections,
        features=len(model.vocabulary),
        tested=len(test),
        right=float(np.mean(right)),
        macro_f1=float(f1_score(truth, named, average="macro", labels=sorted(set(truth)))),
        by_theme=theme_scores(truth, named),
        by_voice=grouped(test, right, lambda example: example.voice.value),
        by_length=grouped(test, right, length_of),
        by_speaker=speakers(reader),
        calibration=bins,
        calibration_error=sum(abs(one.said - one.true) * one.messages for one in bins) / max(1, sum(one.messages for one in bins)),
        failures=failures(test, found),
    )


def unseen_messages() -> list[Example]:
    """Messages by other writers than those of the corpus, that no model learns from."""
    folders = (training.HERE / "testset", ROOT / "config" / "rivierstad" / "messages")
    return [example for folder in folders for example in independent_messages(folder)]


def said_theme(annotated: Annotated) -> str:
    """The main theme that the model names, or `none`."""
    return annotated.themes[0].theme if annotated.themes else NONE


def length_of(example: Example) -> str:
    """Whether a message is short, long, or neither."""
    words = len(example.text.split())
    return "kort" if words <= SHORT else "lang" if words >= LONG else "gewoon"


def group(name: str, right: Sequence[bool]) -> Group:
    """The share of right ones with its bounds."""
    test = binomtest(sum(right), len(right))
    bounds = test.proportion_ci(method="wilson")
    return Group(name, len(right), float(test.statistic), float(bounds.low), float(bounds.high))


def grouped(test: Sequence[Example], right: Sequence[bool], key: Callable[[Example], str]) -> tuple[Group, ...]:
    """The groups by name."""
    names = [key(example) for example in test]
    return tuple(group(name, [r for r, n in zip(right, names, strict=True) if n == name]) for name in sorted(set(names)))


def speakers(reader: Annotator) -> tuple[Group, ...]:
    """The same stories by people of different language, plain Dutch first."""
    paths = sorted(FAIRNESS.glob("*.txt"), key=lambda path: (path.stem != PLAIN, path.stem))
    return tuple(_speaker(reader, path.stem, read(path)) for path in paths)


def _speaker(reader: Annotator, name: str, stories: Sequence[Example]) -> Group:
    found = reader.annotate(story.text for story in stories)
    return group(name, [said_theme(annotated) == main_theme(story) for annotated, story in zip(found, stories, strict=True)])


def theme_scores(truth: Sequence[str], named: Sequence[str]) -> tuple[ThemeScore, ...]:
    """Every theme, weakest first."""
    themes, counts = sorted(set(truth)), Counter(truth)
    scores = f1_score(truth, named, average=None, labels=themes, zero_division=0)
    rows = [ThemeScore(theme, float(score), counts[theme]) for theme, score in zip(themes, scores, strict=True)]
    return tuple(sorted(rows, key=lambda row: (row.f1, row.theme)))


def calibration(test: Sequence[Example], found: Sequence[Annotated]) -> tuple[Bin, ...]:
    """How often the first theme that is named comes true, by how probable it was said to be."""
    pairs = [
        (annotated.themes[0].probability, any(sub.startswith(f"{annotated.themes[0].theme}/") for sub in example.themes))
        for example, annotated in zip(test, found, strict=True)
        if annotated.themes
    ]
    said, true = np.array([p for p, _ in pairs]), np.array([t for _, t in pairs], dtype=float)
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(float(said[place == b].mean()), float(true[place == b].mean()), int(np.sum(place == b)))
        for b in range(BINS)
        if np.any(place == b)
    )


def failures(test: Sequence[Example], found: Sequence[Annotated]) -> tuple[Failure, ...]:
    """The mistakes of which the model was surest, of each wrong theme one."""
    wrong = [
        Failure(example.text, annotated.themes[0].sub, example.themes[0] if example.themes else NONE, annotated.themes[0].probability)
        for example, annotated in zip(test, found, strict=True)
        if annotated.themes and annotated.themes[0].theme not in {sub.partition("/")[0] for sub in example.themes}
    ]
    surest: dict[str, Failure] = {}
    for failure in sorted(wrong, key=lambda one: (-one.probability, one.text)):
        surest.setdefault(failure.said.partition("/")[0], failure)
    return tuple(surest.values())[:FAILURES]
