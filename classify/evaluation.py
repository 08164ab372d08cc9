"""How good the classifier is, on messages by other writers than those of the corpus, beside the peer's method in the same run."""

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_curve, precision_score, recall_score
from sklearn.model_selection import KFold

from classify import language_evaluation
from classify.annotated import Annotated
from classify.baseline import fit_baseline
from classify.examples import Example, read
from classify.lexicon import read_danger, read_lexicon
from classify.model import read as read_model
from classify.odds import NONE
from classify.pipeline import Annotator, annotator, annotator_of
from classify.places import evaluation as places_evaluation
from classify.training import HERE, ensure_model, read_corpus, train
from models.municipality import Municipality, load_municipality
from models.settings import ROOT, settings

TESTSET = HERE / "testset"
STORIES = "stories.txt"
"""The story lines repeat themselves on purpose; a test set should not."""
SAID = 0.5
"""From this probability on a theme counts as said."""
BINS = 15
SEED = 20_111


@dataclass(frozen=True)
class Score:
    """One figure: its name, ours, and the baseline's where it has one."""

    name: str
    ours: float
    baseline: float | None = None


def evaluate(tell: Callable[[str], object]) -> list[str]:
    """Measure and tell line by line, in Markdown."""
    municipality = load_municipality(ROOT / "config" / "rivierstad")
    corpus, test = read_corpus(), independent_messages(TESTSET)
    town = independent_messages(ROOT / "config" / "rivierstad" / "messages")
    reader = annotator(municipality)
    found = list(reader.annotate(example.text for example in test))
    columns = [
        measure(test, found, baseline_of(corpus, test)),
        measure(town, list(reader.annotate(example.text for example in town)), None),
        cross_validated(corpus, municipality),
    ]
    report = written((len(corpus), len(test), len(town)), columns, theme_scores(test, found), reader)
    known = frozenset(read_model(ensure_model()).lower_case)
    report += ["", *places_evaluation.written(municipality.places, known), "", *language_evaluation.written(known)]
    for line in report:
        tell(line)
    return report


def independent_messages(folder: Path) -> list[Example]:
    """The independent test set: what other writers wrote for the example municipality, without its story lines."""
    return [example for path in sorted(folder.glob("*.txt")) if path.name != STORIES for example in read(path)]


def baseline_of(corpus: Sequence[Example], test: Sequence[Example]) -> list[str]:
    """The main theme of each test message by the peer's method."""
    fitted = fit_baseline([example.text for example in corpus], [main_theme(example) for example in corpus])
    return [str(label) for label in fitted.predict([example.text for example in test])]


def cross_validated(corpus: Sequence[Example], municipality: Municipality) -> list[Score]:
    """The same figures on a fifth of the corpus, by a model of the other four fifths: easier, since the writers are the same."""
    seen, unseen = next(KFold(5, shuffle=True, random_state=SEED).split(list(corpus)))
    model = train([corpus[i] for i in seen], "cross-validation", read_lexicon(), read_danger())
    rest = [corpus[i] for i in unseen]
    return measure(rest, list(annotator_of(model, municipality).annotate(example.text for example in rest)), None)


def measure(test: Sequence[Example], found: Sequence[Annotated], baseline: Sequence[str] | None) -> list[Score]:
    """All figures of one test."""
    truth = [main_theme(example) for example in test]
    named = [annotated.themes[0].theme if annotated.themes else NONE for annotated in found]
    labels = sorted(set(truth))
    about = [i for i, theme in enumerate(truth) if theme != NONE]
    first_three = [truth[i] in [theme.theme for theme in found[i].themes[:3]] for i in about]
    subs = [example.themes[0] if example.themes else NONE for example in test]
    named_subs = [annotated.themes[0].sub if annotated.themes else NONE for annotated in found]
    kinds = [example.kind.value for example in test]
    urgent = np.array([example.urgent for example in test])
    alarmed = np.array([annotated.urgency >= SAID for annotated in found])
    tones = np.array([example.tone for example in test])
    told = np.array([annotated.tone for annotated in found])

    def macro(answers: Sequence[str]) -> float:
        return float(f1_score(truth, answers, average="macro", labels=labels))

    def none(answers: Sequence[str]) -> float:
        return float(f1_score([theme == NONE for theme in truth], [theme == NONE for theme in answers]))

    return [
        Score("hoofdthema, macro-F1", macro(named), macro(baseline) if baseline else None),
        Score("hoofdthema bij de eerste drie", float(np.mean(first_three))),
        Score("subthema, macro-F1", float(f1_score(subs, named_subs, average="macro", labels=sorted(set(subs))))),
        Score("alle thema's, micro-F1", micro_f1(test, found)),
        Score("geen thema, F1", none(named), none(baseline) if baseline else None),
        Score("ijkfout (ECE, 15 vakken)", calibration_error(test, found)),
        Score("zeker genoemd", float(np.mean([annotated.sure for annotated in found]))),
        Score("fout waar zeker", realised_error(test, found)),
        Score("soort, macro-F1", float(f1_score(kinds, [a.kind.value for a in found], average="macro", labels=sorted(set(kinds))))),
        Score("spoed, gevonden", float(recall_score(urgent, alarmed, zero_division=0))),
        Score("spoed, terecht", float(precision_score(urgent, alarmed, zero_division=0))),
        Score("spoed, gevonden als 60% terecht is", recall_at(urgent, np.array([annotated.urgency for annotated in found]), 0.6)),
        Score("toon binnen één stap", float(np.mean(np.abs(np.round(told) - tones) <= 1))),
        Score("toon juist", float(np.mean(np.where(told > 0.2, 1, np.where(told < -0.35, -1, 0)) == tones))),
    ]


def recall_at(truth: NDArray[np.bool_], score: NDArray[np.float64], precision: float) -> float:
    """The most that is found at a threshold at which at least this share of what is called urgent is."""
    precisions, recalls, _ = precision_recall_curve(truth, score)
    return float(recalls[precisions >= precision].max(initial=0.0))


def main_theme(example: Example) -> str:
    return example.themes[0].split("/")[0] if example.themes else NONE


def micro_f1(test: Sequence[Example], found: Sequence[Annotated]) -> float:
    """F1 over all pairs of message and theme: said by the writer, and named by us with at least even odds."""
    right = wrong = missed = 0
    for example, annotated in zip(test, found, strict=True):
        true = {sub.split("/")[0] for sub in example.themes}
        named = {theme.theme for theme in annotated.themes if theme.probability >= SAID}
        right += len(true & named)
        wrong += len(named - true)
        missed += len(true - named)
    return 2 * right / max(1, 2 * right + wrong + missed)


def calibration_error(test: Sequence[Example], found: Sequence[Annotated]) -> float:
    """Expected calibration error of the named themes: by how much the probability differs from how often it comes true."""
    pairs = [
        (theme.probability, any(sub.startswith(theme.theme + "/") for sub in example.themes))
        for example, annotated in zip(test, found, strict=True)
        for theme in annotated.themes[:1]
    ]
    probability: NDArray[np.float64] = np.array([p for p, _ in pairs])
    true: NDArray[np.float64] = np.array([t for _, t in pairs], dtype=np.float64)
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = [abs(probability[bins == b].mean() - true[bins == b].mean()) * np.mean(bins == b) for b in range(BINS) if np.any(bins == b)]
    return float(sum(gaps))


def realised_error(test: Sequence[Example], found: Sequence[Annotated]) -> float:
    """Of the answers that were called sure, the share that no writer's label bears out; what the municipality accepts is its limit."""
    wrong = [
        not any(sub.startswith(annotated.themes[0].theme + "/") for sub in example.themes) if annotated.themes else bool(example.themes)
        for example, annotated in zip(test, found, strict=True)
        if annotated.sure
    ]
    return float(np.mean(wrong)) if wrong else 0.0


def theme_scores(test: Sequence[Example], found: Sequence[Annotated]) -> list[tuple[str, float, int]]:
    """F1 and number of messages by theme, weakest first."""
    truth = [main_theme(example) for example in test]
    named = [annotated.themes[0].theme if annotated.themes else NONE for annotated in found]
    labels = sorted(set(truth))
    scores = f1_score(truth, named, average=None, labels=labels)
    return sorted(((label, float(score), truth.count(label)) for label, score in zip(labels, scores, strict=True)), key=lambda row: row[1])


def written(
    sizes: tuple[int, int, int], columns: Sequence[Sequence[Score]], by_theme: Sequence[tuple[str, float, int]], reader: Annotator
) -> list[str]:
    """The report as Markdown lines.

    Args:
        sizes: how many messages corpus, own test and example municipality have.
        columns: the figures of the own test, of the example municipality and within the corpus.
        by_theme: F1 and number of messages of each theme, on the own test.
        reader: what was measured.
    """
    today = datetime.now(UTC).astimezone(settings().zone).date()
    corpus, test, town = sizes
    return [
        "# Scores of the classifier",
        "",
        f"Made by `make evaluate` on {today:%Y-%m-%d} ({platform.system()} {platform.machine()}, Python {platform.python_version()}), "
        f"model `{reader.model}`.",
        "",
        f"Trained on {corpus} messages of our own writing and the lexicon. Tested on {test} messages of `classify/testset`, by writers who "
        "never saw the corpus; nothing was trained on them, and nothing chosen by them. The peer's method (lower case, Dutch Snowball "
        "stems, word counts, L1 logistic regression with a grid) learned from the same corpus, in the same run. Then the same figures on "
        f"the {town} messages of the example municipality, and on a fifth of the corpus by a model of the other four fifths.",
        "",
        "| figure | own independent test | peer's method | example municipality | within the corpus |",
        "|---|---|---|---|---|",
        *(
            f"| {own.name} | {own.ours:.3f} | {_or_nothing(own.baseline)} | {other.ours:.3f} | {within.ours:.3f} |"
            for own, other, within in zip(*columns, strict=True)
        ),
        "",
        "## By theme, weakest first (own independent test)",
        "",
        "| theme | F1 | messages |",
        "|---|---|---|",
        *(f"| {theme} | {score:.2f} | {count} |" for theme, score, count in by_theme),
    ]


def _or_nothing(score: float | None) -> str:
    return "" if score is None else f"{score:.3f}"
