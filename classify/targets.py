"""What the model should say of each text that it learns from, and how much that text counts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classify.danger import Danger
from classify.examples import Example
from classify.lexicon import Entry
from classify.odds import NONE, Themes
from models.words import Kind

KINDS = tuple(Kind)
BALANCE = 0.4
TYPICAL_COUNT = 50
LEXICON_WEIGHT = 0.5

Floats = NDArray[np.float32]


def targets(examples: Sequence[Example], entries: Sequence[Entry], dangers: int, columns: Themes) -> Floats:
    """What each text should score: messages, then entries of the lexicon, then dangers; by sub-themes, themes, kinds, tone, urgency.

    NaN where a text does not tell: of an entry of the lexicon only the themes are known, of a danger only that it is urgent.
    """
    themes = np.full((len(examples) + len(entries) + dangers, len(columns.subs) + len(columns.names)), np.nan, dtype=np.float32)
    manner = np.full((len(themes), len(KINDS) + 2), np.nan, dtype=np.float32)
    about = [*(example.themes for example in examples), *((entry.sub,) for entry in entries)]
    themes[: len(about)] = theme_targets(about, columns)
    for row, example in enumerate(examples):
        manner[row, : len(KINDS)] = [kind is example.kind for kind in KINDS]
        manner[row, -2:] = example.tone, example.urgent
    manner[len(about) :, -1] = 1
    return np.concatenate([themes, manner], axis=1)


def theme_targets(themes: Sequence[Sequence[str]], columns: Themes) -> Floats:
    """Which sub-themes and which themes each text is about (texts x sub-themes and themes); `none` where it is about nothing."""
    column = {sub: i for i, sub in enumerate(columns.subs)}
    truth = np.zeros((len(themes), len(columns.subs)), dtype=np.float32)
    for row, subs in enumerate(themes):
        truth[row, [column[sub] for sub in subs or (NONE,)]] = 1
    return np.concatenate([truth, np.maximum.reduceat(truth, columns.starts, axis=1)], axis=1)


def weights_of(truth: Floats, messages: int, columns: Themes) -> Floats:
    """How much each text counts: messages of a frequent sub-theme (`none` above all) less than of a rare one, the lexicon still less."""
    subs = truth[:messages, : len(columns.subs)]
    counts = np.maximum(subs.sum(axis=0), 1)
    weights = np.full(len(truth), LEXICON_WEIGHT, dtype=np.float32)
    weights[:messages] = (TYPICAL_COUNT / counts[subs.argmax(axis=1)]) ** BALANCE
    return weights


def urgency_evidence(manner: Floats, dangers: Sequence[Danger]) -> Floats:
    """What urgency is told by (texts x 12): the scores of kinds, tone and urgency, and what people say around danger."""
    return np.column_stack([manner, np.array(dangers, dtype=np.float32).reshape(len(dangers), 3)])
