"""Probabilities and promises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.odds import LEAST_ANSWERS, learn, learn_none_shift, learn_promises, probabilities, sure_from, theme_scores

RANDOM = np.random.default_rng(3)


def answers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities that say the truth of themselves, and what came true."""
    likely = RANDOM.uniform(0.3, 1.0, size=(count, 1)) * np.array([[1.0, 0.1]])
    return likely, RANDOM.uniform(size=likely.shape) < likely


@pytest.mark.parametrize("accepted", [0.02, 0.05, 0.1, 0.2])
def test_of_what_is_called_sure_no_more_is_wrong_than_was_accepted(accepted: float) -> None:
    floor = sure_from(learn_promises(*answers(40_000)), accepted)
    likely, truth = answers(40_000)
    sure = likely[:, 0] >= floor
    assert abs((~truth[sure, 0]).mean() - accepted) < 0.01


def test_what_cannot_be_promised_is_not_promised() -> None:
    likely = RANDOM.uniform(size=(1000, 2))
    assert sure_from(learn_promises(likely, np.zeros((1000, 2), dtype=np.bool_)), 0.05) > 1


def test_nothing_is_promised_on_a_handful_of_answers() -> None:
    few = LEAST_ANSWERS - 1
    assert sure_from(learn_promises(np.full((few, 2), 0.9), np.ones((few, 2), dtype=np.bool_)), 0.05) == 1.0


PROMISES = learn_promises(*answers(2000))


@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5))
def test_who_accepts_more_errors_gets_no_fewer_answers(one: float, other: float) -> None:
    assert sure_from(PROMISES, max(one, other)) <= sure_from(PROMISES, min(one, other))


def test_a_score_counts_with_that_of_its_whole_theme() -> None:
    scores = np.array([[0.4, 0.1, 0.3, 0.2, 0.0, 0.9, 0.1]])  # afval/a, afval/b, groen/c, none; afval, groen, none
    assert theme_scores(scores, np.array([0, 2, 3])).argmax() == 1


def test_none_that_is_swallowed_is_lifted() -> None:
    truth = np.array([0, 1] * 100)
    scores = np.zeros((200, 4))
    scores[:, 0] = np.where(truth == 0, 0.5, 0.1)
    assert learn_none_shift(scores, np.array([0, 1]), truth) > 0.1


def test_learned_odds_come_true_as_often_as_they_say() -> None:
    best = RANDOM.uniform(size=(20_000, 3))
    truth = RANDOM.uniform(size=best.shape) < best**2
    likely = probabilities(best, learn(best, truth))
    for low in (0.2, 0.5, 0.8):
        within = (likely >= low) & (likely < low + 0.15)
        assert abs(likely[within].mean() - truth[within].mean()) < 0.05
