"""Regularised least squares over the likeness of texts, and what every message scores by a solution that has not seen its genre."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.linalg import blas, lapack

from classify.examples import Example

PENALTY = 0.6
FOLDS = 5
"""In how many folds messages fall that belong to no genre of their own."""
ONE_THEME = 0.7
"""A file of which more than this share is about one theme is no genre: to leave it out would be to leave out the theme."""
LEAST_GENRE = 100
"""A file with fewer messages is no genre either."""
_BLOCK = 1024
_COMMON = 1000

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Solution:
    """Weighted kernel ridge regression on several outputs at once (Rifkin & Klautau, JMLR 2004)."""

    shares: Floats
    """What each row adds (rows x outputs)."""
    unseen: Floats
    """What each message scores by a solution that has not seen its group (messages x outputs)."""


def likeness(texts: sparse.csr_matrix) -> Floats:
    """Inner products of all texts with all texts.

    The commonest features stand in so many texts that a dense product is many times faster; the others are multiplied sparse, by blocks,
    since the sparse product of all would take many times its room.
    """
    common = np.zeros(texts.shape[1], dtype=np.bool_)
    common[np.argsort(-texts.getnnz(axis=0), kind="stable")[:_COMMON]] = True
    dense = texts[:, common].toarray()
    found = np.asarray(dense @ dense.T, dtype=np.float32)
    rare = texts[:, ~common].tocsr()
    turned = rare.T.tocsr()
    for first in range(0, len(found), _BLOCK):
        found[first : first + _BLOCK] += (rare[first : first + _BLOCK] @ turned).toarray()
    return found


def solve(kernel: Floats, truth: Floats, weights: Floats, offset: Floats, groups: NDArray[np.int64]) -> Solution:
    """Solve once, and from the same inverse what each group would have scored without itself.

    With G the inverse of (kernel + penalty / weights) and a = G (truth - offset), leaving the rows S out changes their residual to
    inv(G_SS) a_S: exact, and a small system for each group instead of a solution without it.

    Args:
        kernel: rows x rows; it is overwritten.
        truth: rows x outputs.
        weights: how much each row counts.
        offset: what an empty text scores.
        groups: of the first rows, the messages, the number of the group that is left out together.
    """
    kernel[np.diag_indices(len(kernel))] += PENALTY / weights
    factor, failed = lapack.spotrf(kernel.T, lower=1, overwrite_a=1)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise linalg.LinAlgError("the likeness of the texts is not positive definite")
    shares = np.ascontiguousarray(blas.ssymm(1.0, inverse, np.asfortranarray(truth - offset), lower=1))
    unseen = np.empty((len(groups), truth.shape[1]), dtype=np.float32)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        lower = np.tril(inverse[np.ix_(rows, rows)])
        factor = linalg.cho_factor(lower, lower=True, check_finite=False)
        unseen[rows] = truth[rows] - linalg.cho_solve(factor, shares[rows], check_finite=False)
    return Solution(shares, unseen)


def groups_of(examples: Sequence[Example]) -> NDArray[np.int64]:
    """Which messages are left out together: those of one genre; of the files about one theme each fifth message."""
    genres = {genre: number for number, genre in enumerate(_genres(examples), FOLDS)}
    return np.array([genres.get(example.genre, row % FOLDS) for row, example in enumerate(examples)], dtype=np.int64)


def _genres(examples: Sequence[Example]) -> list[str]:
    sizes = Counter(example.genre for example in examples)
    mains = Counter((example.genre, example.themes[0].split("/")[0] if example.themes else "") for example in examples)
    narrow = {genre for (genre, _), count in mains.items() if count > ONE_THEME * sizes[genre]}
    return sorted(genre for genre, size in sizes.items() if genre and size >= LEAST_GENRE and genre not in narrow)
