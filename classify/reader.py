"""The model at work: scores of many texts at once, as sums over words that are computed once and kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classify.danger import alarm
from classify.features import PAIRED, Words, columns_of_token, incidence_of, lengths
from classify.model import Model
from classify.wording import PLACE, words

MOST_KEPT = 100_000
"""Tokens whose contribution is kept; beyond it the memory starts anew."""

Floats = NDArray[np.float32]
EMPTY, PLACED = 0, 1
"""Rows of what says nothing (white space), and of a recognised place."""


@dataclass(frozen=True)
class Read:
    """A batch of texts, scored. Every score is the offset plus the sum of what the text's words and pairs contribute."""

    scores: Floats
    """texts x outputs"""
    tokens: sparse.csr_matrix
    pairs: sparse.csr_matrix
    """Which tokens and which known pairs stand in which text."""
    lengths: Floats
    alarming: NDArray[np.bool_]
    """Which texts have a word that can be part of an alarm."""


class Rows(dict[str, int]):
    """Row by token; a token that is new gets the next one."""

    def __init__(self, add: Callable[[str], int]) -> None:
        self._new = add

    def __missing__(self, token: str) -> int:
        row = self[token] = self._new(token)
        return row


class Reader:
    """Scores texts with one model; not for use by several threads at once."""

    def __init__(self, model: Model) -> None:
        self._columns = model.vocabulary.columns()
        self._scales = model.vocabulary.weights().astype(np.float32)
        self._coefficients = np.ascontiguousarray(model.coefficients.T * self._scales[:, None])
        self._offset = model.offset
        self._known = model.known
        self._alarm = alarm()
        self._keep_pairs()
        self._forget()

    def begin(self) -> None:
        """Begin a batch: rows given out before are no longer valid."""
        if len(self.rows) > MOST_KEPT:
            self._forget()

    def read(self, texts: Sequence[Sequence[int]]) -> Read:
        """Score texts that are given as the rows of their tokens, in order."""
        self._settle()
        starts = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in texts], out=starts[1:])
        flat = np.fromiter((row for text in texts for row in text), dtype=np.int64, count=int(starts[-1]))
        tokens = _distinct(flat, starts, len(self._squares))
        pairs = self._pairs(flat, starts)
        squared = tokens @ self._squares + pairs @ self._pair_squares
        long = lengths(squared).astype(np.float32)
        sums = tokens @ self._weights + pairs @ self._pair_weights
        return Read(sums / long[:, None] + self._offset, tokens, pairs, long, (tokens @ self._alarming) > 0)

    def reasons(self, read: Read, outputs: NDArray[np.int64], most: int) -> list[list[tuple[str, float]]]:
        """For each text the words and pairs that add most to one output of it (`outputs`: which), largest first, only what adds."""
        texts = len(outputs)
        of_token = np.repeat(np.arange(texts), np.diff(read.tokens.indptr))
        of_pair = np.repeat(np.arange(texts), np.diff(read.pairs.indptr))
        text = np.concatenate([of_token, of_pair])
        value = np.concatenate(
            [self._weights[read.tokens.indices, outputs[of_token]], self._pair_weights[read.pairs.indices, outputs[of_pair]]]
        )
        said = np.concatenate([read.tokens.indices, -1 - read.pairs.indices])
        order = np.lexsort((-value, text))
        first = np.searchsorted(text[order], np.arange(texts))
        rank = np.arange(len(order)) - first[text[order]] if len(order) else order
        kept = order[(rank < most) & (value[order] > 0)]
        found: list[list[tuple[str, float]]] = [[] for _ in range(texts)]
        shares = (value[kept] / read.lengths[text[kept]]).tolist()
        for i, unit, share in zip(text[kept].tolist(), said[kept].tolist(), shares, strict=True):
            found[i].append((self.said[unit] if unit >= 0 else self._pair_names[-1 - unit], share))
        return found

    def _forget(self) -> None:
        known = self._known
        names = known.names.tolist()
        self.said: list[str] = ["", PLACE, *names]
        """What each row says, in plain form."""
        self._row_of_words: dict[Words, int] = {(name,): row for row, name in enumerate(names, PLACED + 1)}
        self._row_of_words.update({(): EMPTY, (PLACE,): PLACED})
        self.rows = Rows(self._add)
        """The number under which a token's contributions are kept until the next batch."""
        self._pending: list[Words] = []
        self._taken = 0
        self._weights = np.zeros((2 * len(self.said), self._coefficients.shape[1]), dtype=np.float32)
        self._squares = np.zeros(len(self._weights), dtype=np.float32)
        self._left = np.full(len(self._weights), -1, dtype=np.int64)
        self._right = np.full(len(self._weights), -1, dtype=np.int64)
        self._alarming = np.zeros(len(self._weights), dtype=np.float32)
        self._compute([(), (PLACE,)])
        self._keep([(name,) for name in names], known.weights, known.squares)

    def _add(self, token: str) -> int:
        said = words(token)
        row = self._row_of_words.get(said)
        if row is None:
            row = len(self.said)
            self._row_of_words[said] = row
            self.said.append(" ".join(said))
            self._pending.append(said)
        return row

    def _settle(self) -> None:
        """Compute the contributions of tokens that are new."""
        if self._pending:
            self._compute(self._pending)
            self._pending = []

    def _compute(self, new: Sequence[Words]) -> None:
        units = incidence_of([columns_of_token(said, self._columns) for said in new], len(self._scales)).astype(np.float32)
        self._keep(new, units @ self._coefficients, units @ self._scales**2)

    def _keep(self, new: Sequence[Words], weights: Floats, squared: Floats) -> None:
        """Put the contributions of new tokens in the next rows; the room doubles when it is full."""
        first, end = self._taken, self._taken + len(new)
        while end > len(self._weights):
            self._weights, self._squares, self._alarming = (
                np.concatenate([kept, np.zeros_like(kept)]) for kept in (self._weights, self._squares, self._alarming)
            )
            self._left, self._right = (np.concatenate([kept, np.full_like(kept, -1)]) for kept in (self._left, self._right))
        self._weights[first:end], self._squares[first:end] = weights, squared
        ends = [self._pair_ends(said) for said in new]
        self._left[first:end] = [left for left, _ in ends]
        self._right[first:end] = [right for _, right in ends]
        self._alarming[first:end] = [any(map(self._alarm.may_be_in, said)) for said in new]
        self._taken = end

    def _pair_ends(self, said: Words) -> tuple[int, int]:
        """The numbers of a token's last word as the left one of a pair, and of its first as the right one; -1 if in no pair."""
        return (self._paired.get(said[-1], -1), self._paired.get(said[0], -1)) if said else (-1, -1)

    def _keep_pairs(self) -> None:
        names = [name for name in self._columns if PAIRED in name]
        self._paired: dict[str, int] = {}
        for name in names:
            for word in name.split(PAIRED):
                self._paired.setdefault(word, len(self._paired))
        keys = [self._paired[left] * len(self._paired) + self._paired[right] for left, right in (name.split(PAIRED) for name in names)]
        order = np.argsort(keys)
        columns = np.array([self._columns[name] for name in names], dtype=np.int64)[order]
        self._pair_names = [names[i] for i in order]
        self._pair_keys = np.array(keys, dtype=np.int64)[order]
        self._pair_weights = self._coefficients[columns]
        self._pair_squares = self._scales[columns] ** 2

    def _pairs(self, flat: NDArray[np.int64], starts: NDArray[np.int64]) -> sparse.csr_matrix:
        """Which known pairs stand in which text."""
        if not len(self._pair_keys) or len(flat) < 2:
            return sparse.csr_matrix((len(starts) - 1, len(self._pair_keys)), dtype=np.float32)
        left, right = self._left[flat[:-1]], self._right[flat[1:]]
        text = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        keys = left * len(self._paired) + right
        found = np.searchsorted(self._pair_keys, keys)
        found[found == len(self._pair_keys)] = 0
        real = (left >= 0) & (right >= 0) & (text[:-1] == text[1:]) & (self._pair_keys[found] == keys)
        counts = np.bincount(text[:-1][real], minlength=len(starts) - 1)
        return _distinct(found[real], np.concatenate([[0], np.cumsum(counts)]), len(self._pair_keys))


def _distinct(flat: NDArray[np.int64], starts: NDArray[np.int64], width: int) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix((np.ones(len(flat), dtype=np.float32), flat, starts), shape=(len(starts) - 1, width))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix
