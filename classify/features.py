"""What the model sees of a text: its distinct words, the n-grams inside them, and pairs of neighbours.

A text is the sum of its words and pairs, divided by the square root of the sum of their squared lengths. That is nearly the
usual cosine normalisation, and exactly additive: what every word contributes to a score can be computed once and kept.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classify.wording import ngrams

Words = tuple[str, ...]
"""The words of one token."""

SHORTEST, LONGEST = 2, 5
WORD, NGRAM, PAIR = 1.0, 0.6, 1.0
"""How heavily a whole word, each n-gram in it and a pair of words weigh, before rarity."""

PAIRED, INSIDE = " ", "~"


def of_token(words: Words) -> dict[str, float]:
    """Features of one token with their weight."""
    found: dict[str, float] = {}
    for word in words:
        found[word] = WORD
        if word[0].isalpha():
            for piece in ngrams(word, SHORTEST, LONGEST):
                found[INSIDE + piece] = NGRAM
    return found


def pair(left: Words, right: Words) -> str | None:
    """The feature of two neighbouring tokens, if both are words."""
    if left and right and left[-1][0].isalpha() and right[0][0].isalpha():
        return left[-1] + PAIRED + right[0]
    return None


def columns_of_token(words: Words, columns: Mapping[str, int]) -> list[int]:
    """The columns of the features of one token, once each: those of `of_token` that have one.

    Whoever writes a run of letters writes every shorter run at its beginning: where that is not known no longer one is.
    """
    found: list[int | None] = []
    for word in words:
        found.append(columns.get(word))
        if word[0].isalpha():
            marked = f"_{word}_"
            for start in range(len(marked) - SHORTEST + 1):
                for end in range(start + SHORTEST, min(start + LONGEST, len(marked)) + 1):
                    column = columns.get(INSIDE + marked[start:end])
                    if column is None:
                        break
                    found.append(column)
    return [column for column in dict.fromkeys(found) if column is not None]


@dataclass(frozen=True)
class Vocabulary:
    """The features that count, and how rare each is (inverse document frequency)."""

    names: NDArray[np.str_]
    rarity: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)

    def columns(self) -> dict[str, int]:
        """Column by feature."""
        return {name: column for column, name in enumerate(self.names.tolist())}

    def weights(self) -> NDArray[np.float64]:
        """How heavily each feature weighs where it stands."""
        kinds = [NGRAM if name[0] == INSIDE and len(name) > 1 else PAIR if PAIRED in name else WORD for name in self.names.tolist()]
        return np.array(kinds) * self.rarity


def learn_vocabulary(texts: Sequence[Sequence[Words]], least: int = 2) -> Vocabulary:
    """The features that stand in at least `least` texts."""
    counts: dict[str, int] = {}
    for text in texts:
        for feature in {feature for unit in set(_units(text)) for feature in _features(unit)}:
            counts[feature] = counts.get(feature, 0) + 1
    kept = sorted(feature for feature, count in counts.items() if count >= least)
    frequency = np.array([counts[feature] for feature in kept], dtype=np.float64)
    return Vocabulary(np.array(kept, dtype=np.str_), np.log((1 + len(texts)) / (1 + frequency)) + 1)


def design(texts: Sequence[Sequence[Words]], vocabulary: Vocabulary) -> sparse.csr_matrix:
    """The texts as rows of a matrix (texts x features)."""
    seen: dict[Words | str, int] = {}
    rows = [[seen.setdefault(unit, len(seen)) for unit in dict.fromkeys(_units(text))] for text in texts]
    units = weigh((_features(unit) for unit in seen), vocabulary.columns(), vocabulary.rarity)
    incidence = incidence_of(rows, len(seen))
    return cast("sparse.csr_matrix", sparse.diags(1 / lengths(incidence @ squares(units))) @ (incidence @ units))


def weigh(units: Iterable[dict[str, float]], columns: dict[str, int], rarity: NDArray[np.float64]) -> sparse.csr_matrix:
    """Units as rows over the vocabulary; what the vocabulary does not know is left out."""
    indices: list[int] = []
    values: list[float] = []
    starts = [0]
    for unit in units:
        for feature, weight in unit.items():
            column = columns.get(feature)
            if column is not None:
                indices.append(column)
                values.append(weight)
        starts.append(len(indices))
    taken = np.array(indices, dtype=np.int32)
    return sparse.csr_matrix((np.array(values) * rarity[taken], taken, np.array(starts)), shape=(len(starts) - 1, len(columns)))


def incidence_of(rows: Sequence[Sequence[int]], width: int) -> sparse.csr_matrix:
    """Which unit stands in which text (texts x units), once each."""
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    flat = np.fromiter((unit for row in rows for unit in row), dtype=np.int32, count=int(starts[-1]))
    return sparse.csr_matrix((np.ones(len(flat)), flat, starts), shape=(len(rows), width))


def squares(units: sparse.csr_matrix) -> NDArray[np.float64]:
    """Squared length of every row."""
    return np.asarray(units.multiply(units).sum(axis=1), dtype=np.float64).ravel()


def lengths(squared: NDArray[Any]) -> NDArray[Any]:
    """Length of each text from the sum of its units' squared lengths; an empty text counts as one."""
    return np.sqrt(np.where(squared > 0, squared, 1.0))


def _units(text: Sequence[Words]) -> Iterator[Words | str]:
    for words in text:
        if words:
            yield words
    for left, right in pairwise(text):
        joined = pair(left, right)
        if joined is not None:
            yield joined


def _features(unit: Words | str) -> dict[str, float]:
    return {unit: PAIR} if isinstance(unit, str) else of_token(unit)
