"""Training: from the corpus to a model, the same bytes for the same corpus. Kept by the hash of what it was made from."""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classify import odds
from classify.danger import ALARM, alarm
from classify.encoder import Encoder, installed_encoder
from classify.examples import Example, read
from classify.features import PAIRED, Vocabulary, Words, design, learn_vocabulary, of_token, squares, weigh
from classify.lexicon import DANGER, FOLDER, Entry, read_danger, read_lexicon
from classify.model import KnownWords, Model, write
from classify.odds import NONE, Themes
from classify.ridge import groups_of, likeness, solve
from classify.targets import KINDS, targets, theme_targets, urgency_evidence, weights_of
from classify.wording import PLACE, tokens, words
from models.settings import settings

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
MADE_BY = (
    "danger.py",
    "encoder.py",
    "features.py",
    "lexicon.py",
    "model.py",
    "odds.py",
    "ridge.py",
    "targets.py",
    "training.py",
    "wording.py",
)
"""The modules that decide what a model is: another version of them makes another model."""
FILE = "model.skops"
MISSED_ALARM = 6
"""A missed alarm is this many times as bad as a false one."""

Floats = NDArray[np.float32]


def ensure_model() -> Path:
    """The model of this corpus and this code; trained now if it is not there yet.

    Two processes may train at once: each writes a folder of its own, and the first to rename it wins.
    """
    name = fingerprint()
    folder = settings().data / "model"
    path = folder / name / FILE
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
    try:
        write(train(read_corpus(), name, read_lexicon(), read_danger(), installed_encoder()), made / FILE)
        try:
            made.rename(path.parent)
        except OSError:
            if not path.exists():
                raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return path


def fingerprint() -> str:
    """Name of the model: a hash of the corpus and of the code that trains."""
    digest = hashlib.sha256()
    encoder = installed_encoder()
    digest.update(encoder.name.encode() if encoder else b"")
    for path in [*sorted(CORPUS.glob("*.txt")), *sorted(FOLDER.glob("*.txt")), DANGER, ALARM, *(HERE / name for name in MADE_BY)]:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def read_corpus() -> list[Example]:
    """All training examples, in a fixed order."""
    return [example for path in sorted(CORPUS.glob("*.txt")) for example in read(path)]


def train(
    examples: Sequence[Example], name: str, lexicon: Sequence[Entry] = (), danger: Sequence[str] = (), encoder: Encoder | None = None
) -> Model:
    """Learn from labelled examples, from words that belong to a sub-theme, and from words that mean danger."""
    columns = Themes((*sorted({sub for example in examples for sub in example.themes}), NONE))
    entries = [entry for entry in lexicon if entry.sub in columns.subs]
    scorer = learn_scores(examples, entries, danger, columns, encoder)
    subs = len(columns.subs)
    truth = theme_targets([example.themes for example in examples], columns) > 0
    mains = np.array([columns.names.index(example.themes[0].split("/")[0] if example.themes else NONE) for example in examples])
    about, manner = scorer.unseen[:, : subs + len(columns.names)], scorer.unseen[:, subs + len(columns.names) :]
    none_shift = odds.learn_none_shift(about, columns.starts, mains)
    best = odds.theme_scores(about, columns.starts, none_shift)
    theme_odds = odds.learn(best, truth[:, subs:])
    dangers = [alarm().of(example.text) for example in examples]
    return Model(
        name=name,
        vocabulary=scorer.vocabulary,
        coefficients=np.ascontiguousarray(scorer.coefficients.T),
        offset=scorer.offset,
        subs=columns.subs,
        kinds=tuple(kind.value for kind in KINDS),
        none_shift=none_shift,
        theme_odds=theme_odds,
        kind_odds=LogisticRegression(C=10.0, solver="newton-cholesky").fit(
            scorer.unseen[:, subs:], [example.kind.value for example in examples]
        ),
        urgency_odds=LogisticRegression(C=100.0, solver="newton-cholesky", class_weight={False: 1, True: MISSED_ALARM}).fit(
            urgency_evidence(manner, dangers), [example.urgent for example in examples]
        ),
        sharpness=odds.learn_sharpness(about[:, :subs], truth[:, :subs]),
        promises=odds.learn_promises(odds.probabilities(best, theme_odds), truth[:, subs:]),
        lower_case=everyday_words(examples),
        known=known_words(scorer.vocabulary, scorer.coefficients),
        dense=np.ascontiguousarray(scorer.dense.T),
        encoder=encoder.name if encoder else "",
    )


@dataclass(frozen=True)
class Scorer:
    """What the least squares give: for each feature what it adds to every output, and what the messages score unseen."""

    vocabulary: Vocabulary
    coefficients: Floats
    """features x outputs"""
    dense: Floats
    """Width of the encoder's vectors (0 without one) x outputs."""
    offset: Floats
    unseen: Floats
    """messages x outputs"""


def learn_scores(
    examples: Sequence[Example], entries: Sequence[Entry], danger: Sequence[str], columns: Themes, encoder: Encoder | None
) -> Scorer:
    """Solve for themes and manner at once. What a text does not tell (the tone of a word in the lexicon) counts as usual."""
    short = [", ".join(entry.phrases) for entry in entries]
    texts = [
        *(said(example) for example in examples),
        *(phrases_of(entry.phrases) for entry in entries),
        *(phrases_of((phrase,)) for phrase in danger),
    ]
    vocabulary = learn_vocabulary(texts)
    known = design(texts, vocabulary).astype(np.float32)
    vectors = encoder.vectors([*(example.text for example in examples), *short, *danger]) if encoder else _no_vectors(len(texts))
    kernel = likeness(known)
    if encoder:
        kernel += vectors @ vectors.T
    truth = targets(examples, entries, len(danger), columns)
    offset = truth[: len(examples)].mean(axis=0)
    solution = solve(
        kernel, np.where(np.isnan(truth), offset, truth), weights_of(truth, len(examples), columns), offset, groups_of(examples)
    )
    return Scorer(vocabulary, known.T @ solution.shares, vectors.T @ solution.shares, offset, solution.unseen)


def _no_vectors(texts: int) -> Floats:
    return np.zeros((texts, 0), dtype=np.float32)


def known_words(vocabulary: Vocabulary, coefficients: Floats) -> KnownWords:
    """What each word of the vocabulary adds to every output."""
    names = [name for name in vocabulary.names.tolist() if name[0].isalpha() and PAIRED not in name]
    units = weigh((of_token((name,)) for name in names), vocabulary.columns(), vocabulary.rarity).astype(np.float32)
    return KnownWords(np.array(names, dtype=np.str_), units @ coefficients, squares(units).astype(np.float32))


def said(example: Example) -> list[Words]:
    """The tokens of an example; a marked place counts as a place, whatever its name."""
    found: list[Words] = []
    position = 0
    for token, space in tokens(example.text):
        inside = any(start <= position < end for start, end in example.places)
        found.append((PLACE,) if inside else words(token))
        position += len(token) + len(space)
    return found


def phrases_of(phrases: Sequence[str]) -> list[Words]:
    """The tokens of a few phrases that are no neighbours."""
    found: list[Words] = []
    for phrase in phrases:
        found.extend(words(token) for token, _ in tokens(phrase))
        found.append(())
    return found


def everyday_words(examples: Sequence[Example]) -> tuple[str, ...]:
    """Words that people write without a capital, outside the names of places."""
    found: set[str] = set()
    for example in examples:
        position = 0
        for token, space in tokens(example.text):
            if token.islower() and token.isalpha() and not any(start <= position < end for start, end in example.places):
                found.update(words(token))
            position += len(token) + len(space)
    return tuple(sorted(found))
