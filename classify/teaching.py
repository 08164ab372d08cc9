"""Which messages would teach most if a person named their themes. Values in, values out.

A label teaches where the model doubts (entropy of its guesses), where many messages are alike (information density: Settles & Craven,
EMNLP 2008), and where nothing like it was labelled yet. Of messages that are alike only one is asked.
"""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

MOST_COMPARED = 400
"""Of the most doubtful messages so many are compared with each other."""
NEIGHBOURS = 10
"""Density is how like a message its so many nearest others are."""
ALIKE = 0.3
"""Likeness from which two messages are the same question."""
DENSITY = 0.3
"""How much being like others weighs."""
DISPUTED = 2.0
"""What a department's "niet van ons" adds to a doubt: more than any doubt there is."""


@dataclass(frozen=True)
class Candidate:
    """A message that might be asked about; `doubt` from 0 (sure) to 1 (no idea), more where a department disputes it."""

    id: int
    text: str
    doubt: float
    story: int | None = None


def doubt_of(guesses: Mapping[str, float]) -> float:
    """How much the model doubts between themes: entropy of its guesses, as a share of the most there can be. What is not guessed at
    counts as one more theme."""
    themes: dict[str, float] = {}
    for sub, chance in guesses.items():
        theme = sub.partition("/")[0]
        themes[theme] = themes.get(theme, 0.0) + chance
    rest = max(0.0, 1.0 - sum(themes.values()))
    chances = [chance for chance in (*themes.values(), rest) if chance > 0]
    return sum(chance * math.log(1 / chance) for chance in chances) / math.log(max(2, len(chances)))


def most_doubtful(guesses: Mapping[int, Mapping[str, float]], disputed: Set[int]) -> dict[int, float]:
    """The messages worth comparing, with their doubt."""
    doubts = {id: doubt_of(chances) + DISPUTED * (id in disputed) for id, chances in guesses.items()}
    chosen = sorted(doubts, key=lambda id: (-doubts[id], id))[:MOST_COMPARED]
    return {id: doubts[id] for id in chosen}


def teach_most(candidates: Sequence[Candidate], labelled: Sequence[str], most: int) -> list[int]:
    """The messages to ask about, most telling first: never two that are alike or of one story.

    Args:
        candidates: in any order.
        labelled: texts that people judged lately.
        most: how many to ask about.
    """
    if not candidates:
        return []
    likeness = _likeness([candidate.text for candidate in candidates], labelled)
    own, told = likeness[:, : len(candidates)], likeness[:, len(candidates) :]
    density = np.sort(own, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    density = density / density.max() if density.max() > 0 else density
    newness = 1 - (told.max(axis=1) if told.shape[1] else np.zeros(len(candidates)))
    worth = np.array([candidate.doubt for candidate in candidates]) * (1 - DENSITY + DENSITY * density) * newness
    chosen: list[int] = []
    stories: set[int] = set()
    for i in sorted(range(len(candidates)), key=lambda i: (-worth[i], candidates[i].id)):
        story = candidates[i].story
        if story in stories or any(own[i, other] >= ALIKE for other in chosen):
            continue
        chosen.append(i)
        stories |= {story} - {None}  # type: ignore[arg-type]
        if len(chosen) == most:
            break
    return [candidates[i].id for i in chosen]


def _likeness(texts: Sequence[str], labelled: Sequence[str]) -> NDArray[np.float64]:
    """Cosine of the pieces of words of each text with those of all texts and then of all labelled ones."""
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True)
    try:
        both = pieces.fit_transform([*texts, *labelled])
    except ValueError:  # not one letter in all of them
        return np.zeros((len(texts), len(texts) + len(labelled)))
    likeness = (both[: len(texts)] @ both.T).toarray()
    np.fill_diagonal(likeness[:, : len(texts)], 0.0)
    return np.asarray(likeness, dtype=np.float64)
