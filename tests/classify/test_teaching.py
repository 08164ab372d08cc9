"""Asking what teaches most: doubt, company, novelty, and never the same question twice."""

from hypothesis import given
from hypothesis import strategies as st

from classify.teaching import Candidate, doubt_of, most_doubtful, teach_most

LAMP = "de lantaarn voor de deur brandt al een week niet meer"
BAGS = "weer zakken naast de ondergrondse container gezet vannacht"
BUS = "waarom rijdt buslijn zeven niet meer op zondag"


def test_doubt_is_least_where_one_guess_takes_all_and_most_where_all_are_equal() -> None:
    sure, torn = doubt_of({"afval/bijplaatsing": 0.98, "none": 0.02}), doubt_of({"afval/x": 0.5, "groen/y": 0.5})
    assert sure < 0.2 < torn == 1.0
    assert doubt_of({"afval/x": 0.5, "afval/y": 0.5}) == 0.0, "between sub-themes of one theme it does not doubt the theme"
    assert doubt_of({}) == 0.0


def test_the_most_doubtful_is_asked_first() -> None:
    assert teach_most([Candidate(1, LAMP, 0.2), Candidate(2, BAGS, 0.9), Candidate(3, BUS, 0.5)], [], 10) == [2, 3, 1]


def test_alike_messages_and_those_of_one_story_are_asked_about_once() -> None:
    same = [Candidate(n, f"{BAGS} {n}", 0.9) for n in range(20)]
    assert len(teach_most([*same, Candidate(30, BUS, 0.1)], [], 10)) == 2
    assert len(teach_most([Candidate(1, LAMP, 0.9, story=7), Candidate(2, BUS, 0.8, story=7)], [], 10)) == 1


def test_what_is_like_many_others_comes_before_a_loner_and_what_is_like_a_judged_one_comes_last() -> None:
    many = [Candidate(n, f"{BAGS} {'abcdefgh'[n]}", 0.5) for n in range(8)]
    assert teach_most([Candidate(50, BUS, 0.5), *many], [], 2)[0] in range(8)
    assert teach_most([Candidate(1, BAGS, 0.6), Candidate(2, BUS, 0.5)], [BAGS], 2) == [2, 1]


def test_what_a_department_disputes_comes_before_any_doubt() -> None:
    doubts = most_doubtful({1: {"a/x": 0.5, "b/y": 0.5}, 2: {"a/x": 1.0}}, {2})
    assert list(doubts) == [2, 1]


def test_texts_without_a_letter_break_nothing() -> None:
    assert sorted(teach_most([Candidate(1, "", 0.5), Candidate(2, "!!", 0.4)], [], 10)) == [1, 2]
    assert teach_most([], ["x"], 10) == []


@given(st.lists(st.tuples(st.text(max_size=40), st.floats(0, 2)), max_size=25), st.integers(1, 10))
def test_any_messages_give_distinct_questions(said: list[tuple[str, float]], most: int) -> None:
    chosen = teach_most([Candidate(n, text, doubt) for n, (text, doubt) in enumerate(said)], [], most)
    assert len(set(chosen)) == len(chosen) <= most
    assert bool(chosen) == bool(said)
