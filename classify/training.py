"""Training: from the corpus to a model, the same bytes for the same corpus. Kept by the hash of what it was made from."""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from classify import odds
from classify.examples import Example, read
from classify.features import Words, design, learn_vocabulary
from classify.lexicon import DANGER, FOLDER, Entry, read_danger, read_lexicon
from classify.model import Model, write
from classify.odds import NONE, Themes
from classify.wording import PLACE, tokens, words
from models.settings import settings
from models.words import Kind

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
MADE_BY = ("features.py", "lexicon.py", "model.py", "odds.py", "training.py", "wording.py")
"""The modules that decide what a model is: another version of them makes another model."""

PENALTY = 0.6
BALANCE = 0.4
TYPICAL_COUNT = 50
LEXICON_WEIGHT = 0.5
FOLDS = 3
SEED = 20_111
MISSED_ALARM = 6
"""A missed alarm is this many times as bad as a false one."""
FILE = "model.skops"
KINDS = tuple(Kind)

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
        write(train(read_corpus(), name, read_lexicon(), read_danger()), made / FILE)
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
    for path in [*sorted(CORPUS.glob("*.txt")), *sorted(FOLDER.glob("*.txt")), DANGER, *(HERE / name for name in MADE_BY)]:
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def read_corpus() -> list[Example]:
    """All training examples, in a fixed order."""
    return [example for path in sorted(CORPUS.glob("*.txt")) for example in read(path)]


def train(examples: Sequence[Example], name: str, lexicon: Sequence[Entry] = (), danger: Sequence[str] = ()) -> Model:
    """Learn from labelled examples, from words that belong to a sub-theme, and from words that mean danger."""
    subs = (*sorted({sub for example in examples for sub in example.themes}), NONE)
    texts = [said(example) for example in examples]
    entries = [entry for entry in lexicon if entry.sub in subs]
    short = [phrases_of(entry.phrases) for entry in entries]
    alarms = [phrases_of((phrase,)) for phrase in danger]
    vocabulary = learn_vocabulary([*texts, *short, *alarms])
    known = design([*texts, *short, *alarms], vocabulary).astype(np.float32)
    kernel = (known @ known.T).toarray()
    messages = np.arange(len(texts))
    words_of_themes = np.arange(len(texts), len(texts) + len(short))
    words_of_danger = np.arange(len(texts) + len(short), len(known.indptr) - 1)
    themes, manner = theme_targets(examples, entries, subs), manner_targets(examples, len(danger))
    about = Task(kernel, np.concatenate([messages, words_of_themes]), themes, theme_weights(themes, len(texts)), len(texts))
    how = Task(kernel, np.concatenate([messages, words_of_danger]), manner, np.ones(len(manner), dtype=np.float32), len(texts))
    unseen_themes, unseen_manner = about.unseen_scores(), how.unseen_scores()
    of_theme, of_manner = about.solve(), how.solve()
    columns = Themes(subs)
    truth = np.maximum.reduceat(themes[messages], columns.starts, axis=1) > 0
    return Model(
        name=name,
        vocabulary=vocabulary,
        coefficients=np.concatenate([known[about.rows].T @ of_theme, known[how.rows].T @ of_manner], axis=1).T.copy(),
        offset=np.concatenate([about.offset, how.offset]),
        subs=subs,
        kinds=tuple(kind.value for kind in KINDS),
        theme_odds=odds.learn(odds.best_of_theme(unseen_themes, columns.starts), truth),
        kind_odds=LogisticRegression(C=10.0, max_iter=500).fit(unseen_manner[:, :-2], [example.kind.value for example in examples]),
        urgency_odds=LogisticRegression(C=100.0, max_iter=500, class_weight={False: 1, True: MISSED_ALARM}).fit(
            unseen_manner[:, -1:], [example.urgent for example in examples]
        ),
        sharpness=odds.learn_sharpness(unseen_themes, themes[messages] > 0),
        lower_case=everyday_words(examples),
    )


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


def theme_targets(examples: Sequence[Example], entries: Sequence[Entry], subs: Sequence[str]) -> Floats:
    """Which sub-themes the model should see (messages and lexicon entries x sub-themes)."""
    column = {sub: i for i, sub in enumerate(subs)}
    truth = np.zeros((len(examples) + len(entries), len(subs)), dtype=np.float32)
    for row, example in enumerate(examples):
        for sub in example.themes or (NONE,):
            truth[row, column[sub]] = 1
    for row, entry in enumerate(entries, len(examples)):
        truth[row, column[entry.sub]] = 1
    return truth


def manner_targets(examples: Sequence[Example], dangers: int) -> Floats:
    """Kinds, tone and urgency (messages and dangers x outputs); of a danger only the urgency is known, the rest is as usual."""
    truth = np.zeros((len(examples) + dangers, len(KINDS) + 2), dtype=np.float32)
    for row, example in enumerate(examples):
        truth[row, KINDS.index(example.kind)] = 1
        truth[row, -2] = example.tone
        truth[row, -1] = example.urgent
    truth[len(examples) :] = truth[: len(examples)].mean(axis=0)
    truth[len(examples) :, -1] = 1
    return truth


def theme_weights(themes: Floats, messages: int) -> Floats:
    """How much each row counts: messages of a frequent sub-theme (`none` above all) less than of a rare one, the lexicon still less."""
    counts = np.maximum(themes[:messages].sum(axis=0), 1)
    weights = np.full(len(themes), LEXICON_WEIGHT, dtype=np.float32)
    weights[:messages] = (TYPICAL_COUNT / counts[themes[:messages].argmax(axis=1)]) ** BALANCE
    return weights


@dataclass(frozen=True)
class Task:
    """Weighted kernel ridge regression on several outputs at once (regularised least squares; Rifkin & Klautau 2004)."""

    kernel: Floats
    """Likeness of all texts with all texts."""
    rows: NDArray[np.int64]
    """Which texts this task learns from, messages first."""
    truth: Floats
    weights: Floats
    messages: int

    @property
    def offset(self) -> Floats:
        """What an empty text scores: the mean over the messages."""
        return np.asarray(self.truth[: self.messages].mean(axis=0))

    def solve(self) -> Floats:
        """What each row adds (rows x outputs)."""
        return self._solve(np.arange(len(self.rows)))

    def unseen_scores(self) -> Floats:
        """What each message scores by a solution that has not seen it (messages x outputs)."""
        scores = np.zeros((self.messages, self.truth.shape[1]), dtype=np.float32)
        short = np.arange(self.messages, len(self.rows))
        for seen, unseen in KFold(FOLDS, shuffle=True, random_state=SEED).split(scores):
            chosen = np.concatenate([seen, short])
            scores[unseen] = self.kernel[np.ix_(self.rows[unseen], self.rows[chosen])] @ self._solve(chosen) + self.offset
        return scores

    def _solve(self, chosen: NDArray[np.int64]) -> Floats:
        ridge = self.kernel[np.ix_(self.rows[chosen], self.rows[chosen])]
        ridge[np.diag_indices(len(ridge))] += PENALTY / self.weights[chosen]
        factor = linalg.cho_factor(ridge, overwrite_a=True, check_finite=False)
        return np.asarray(linalg.cho_solve(factor, self.truth[chosen] - self.offset, check_finite=False))


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
