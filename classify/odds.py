"""From scores to probabilities: how often a theme with such a score is truly said. Learned on messages the scorer had not seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

NONE = "none"
Matrix = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Themes:
    """How the columns of the sub-theme scores (sorted, `none` last) fall into themes."""

    subs: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Themes in column order, `none` last."""
        return tuple(dict.fromkeys(sub.split("/")[0] for sub in self.subs))

    @property
    def starts(self) -> NDArray[np.int64]:
        """The first column of each theme."""
        themes = [sub.split("/")[0] for sub in self.subs]
        return np.array([themes.index(name) for name in self.names])

    @property
    def of_sub(self) -> NDArray[np.int64]:
        """For each column the number of its theme."""
        names = self.names
        return np.array([names.index(sub.split("/")[0]) for sub in self.subs])


def best_of_theme(scores: Matrix, starts: NDArray[np.int64]) -> Matrix:
    """The highest sub-theme score of each theme (texts x themes)."""
    return np.asarray(np.maximum.reduceat(scores, starts, axis=1))


def evidence(best: Matrix) -> Matrix:
    """What the probability of a theme rests on: its score, and how far it is above the best of the others (texts x themes x 2)."""
    order = np.partition(best, -2, axis=1)
    highest, second = order[:, -1:], order[:, -2:-1]
    return np.stack([best, best - np.where(best == highest, second, highest)], axis=2)


def learn_sharpness(scores: Matrix, truth: NDArray[np.bool_]) -> float:
    """By how much sub-theme scores must be stretched for their softmax to be probabilities (texts x sub-themes).

    Temperature scaling (Guo, Pleiss, Sun & Weinberger, ICML 2017): the stretch under which what was true is least surprising.
    """

    def surprise(sharpness: float) -> float:
        return float(-np.log(softmax(scores * sharpness, axis=1)[truth] + 1e-12).mean())

    return float(minimize_scalar(surprise, bounds=(1.0, 60.0), method="bounded").x)


def guesses(scores: Matrix, sharpness: float, most: int) -> tuple[NDArray[np.int64], Matrix]:
    """Of each text the likeliest sub-themes and their probabilities, likeliest first (texts x most, twice)."""
    chances = softmax(scores * sharpness, axis=1)
    order = np.argsort(-chances, axis=1, kind="stable")[:, :most]
    return order, np.take_along_axis(chances, order, axis=1)


def learn(best: Matrix, truth: NDArray[np.bool_]) -> LogisticRegression:
    """Fit the odds that a theme is truly said (texts x themes)."""
    return LogisticRegression(C=100.0, max_iter=500).fit(evidence(best).reshape(-1, 2), truth.ravel())


def probabilities(best: Matrix, odds: LogisticRegression) -> Matrix:
    """The probability of each theme (texts x themes)."""
    logits = evidence(best) @ odds.coef_[0] + odds.intercept_[0]
    return np.asarray(1 / (1 + np.exp(-logits)))
