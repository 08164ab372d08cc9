"""The least squares: exact, and honest about what they have not seen."""

import numpy as np
from scipy import sparse

from classify.examples import Example, Voice
from classify.ridge import FOLDS, LEAST_GENRE, PENALTY, groups_of, likeness, solve
from models.words import Kind


def said(genre: str, sub: str | None) -> Example:
    return Example("tekst", (sub,) if sub else (), Kind.OTHER, 0, False, Voice.FORM, (), genre)


def texts(rows: int, features: int) -> sparse.csr_matrix:
    return sparse.random(rows, features, density=0.1, format="csr", random_state=np.random.default_rng(4), dtype=np.float32)


def test_likeness_is_the_inner_product_of_all_with_all_whether_common_or_rare() -> None:
    many = texts(60, 3000)
    assert np.allclose(likeness(many), (many @ many.T).toarray(), atol=1e-5)


def test_a_message_is_scored_as_if_its_group_had_never_been_learned_from() -> None:
    rows, messages = 40, 30
    known = texts(rows, 200)
    random = np.random.default_rng(7)
    truth = random.normal(size=(rows, 3)).astype(np.float32)
    weights = random.uniform(0.5, 2, size=rows).astype(np.float32)
    offset = truth[:messages].mean(axis=0)
    groups = np.arange(messages) % 4
    solved = solve(likeness(known), truth, weights, offset, groups)
    for group in range(4):
        left, rest = np.flatnonzero(groups == group), np.flatnonzero(np.append(groups, [-1] * 10) != group)
        without = solve(likeness(known[rest]), truth[rest], weights[rest], offset, np.zeros(1, dtype=np.int64))
        expected = (known[left] @ known[rest].T).toarray() @ without.shares + offset
        assert np.allclose(solved.unseen[left], expected, atol=1e-3)


def test_what_it_has_seen_it_fits_within_the_penalty() -> None:
    known, truth = texts(20, 400), np.eye(20, 2, dtype=np.float32)
    kernel = likeness(known)
    solved = solve(kernel.copy(), truth, np.ones(20, dtype=np.float32), np.zeros(2, dtype=np.float32), np.zeros(20, dtype=np.int64))
    assert np.allclose(kernel @ solved.shares + PENALTY * solved.shares, truth, atol=1e-4)


def test_a_genre_is_left_out_whole_and_a_file_about_one_theme_in_folds() -> None:
    forum = [said("forum", sub) for sub in ("afval/a", "groen/b", "dieren/c", None)] * LEAST_GENRE
    waste = [said("afval", "afval/a")] * LEAST_GENRE
    groups = groups_of([*forum, *waste, said("kort", "groen/b")])
    assert set(groups[: len(forum)]) == {FOLDS}
    assert set(groups[len(forum) :]) == set(range(FOLDS))
