"""From scores to probabilities: how often a theme with such a score is truly said. Learned on messages the scorer had not seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

NONE = "none"
THEME_SHARE = 0.7
"""How heavily the score of a theme as a whole counts beside that of its best sub-theme."""
NONE_SHIFTS = (0.0, 0.05, 0.1, 0.15, 0.2)
PROMISES = 400
LEAST_ANSWERS = 100
"""Nothing is promised on fewer answers than these."""
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


def theme_scores(scores: Matrix, starts: NDArray[np.int64], none_shift: float = 0.0) -> Matrix:
    """The score of each theme (texts x themes): that of its best sub-theme and its own together.

    Args:
        scores: texts x (sub-themes, then their themes).
        none_shift: what `none` gets beside.
    """
    subs = scores.shape[1] - len(starts)
    found = np.maximum.reduceat(scores[:, :subs], starts, axis=1) + THEME_SHARE * scores[:, subs:]
    found[:, -1] += none_shift
    return np.asarray(found)


def learn_none_shift(scores: Matrix, starts: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    """The shift under which main themes (`truth`: their numbers) are recognised best, by macro-F1."""
    best = theme_scores(scores, starts)

    def quality(shift: float) -> float:
        return float(f1_score(truth, (best + shift * (np.arange(best.shape[1]) == best.shape[1] - 1)).argmax(axis=1), average="macro"))

    return max(NONE_SHIFTS, key=quality)


def evidence(best: Matrix) -> Matrix:
    """What the probability of a theme rests on (texts x themes x 7).

    Its score, how far it is above (or below) the best of the others, whether it is the first, and what bends the curve: squares, and
    the first by itself. Without the bend the first theme of a message promises more than it keeps.
    """
    order = np.partition(best, -2, axis=1)
    highest, second = order[:, -1:], order[:, -2:-1]
    first = best == highest
    margin = best - np.where(first, second, highest)
    above = np.maximum(margin, 0)
    return np.stack([best, margin, first, above, best * best, above * above, first * best], axis=2)


def learn_promises(likely: Matrix, truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """For each confidence of a grid the share of wrong answers among those at least so confident (confidences x 2), lowest first.

    Args:
        likely: probability of each theme, for messages of genres the scorer had not seen.
        truth: which themes were said.
    """
    answer = likely.argmax(axis=1)
    confidence, right = likely.max(axis=1), truth[np.arange(len(answer)), answer]
    grid = np.linspace(0, 1, PROMISES, endpoint=False)
    kept = [(floor, (~right[confidence >= floor]).mean()) for floor in grid if np.sum(confidence >= floor) >= LEAST_ANSWERS]
    return np.array(kept or [(1.0, 0.0)], dtype=np.float64)


def sure_from(promises: Matrix, accepted: float) -> float:
    """The lowest confidence from which at most `accepted` of the answers are wrong; above 1 where that cannot be promised."""
    kept = promises[promises[:, 1] <= accepted, 0]
    return float(kept[0]) if len(kept) else 2.0


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
    found = evidence(best)
    return LogisticRegression(C=100.0, max_iter=1000).fit(found.reshape(-1, found.shape[2]), truth.ravel())


def probabilities(best: Matrix, odds: LogisticRegression) -> Matrix:
    """The probability of each theme (texts x themes)."""
    return np.asarray(expit(evidence(best) @ odds.coef_[0] + odds.intercept_[0]))
