"""A doubtful message is understood by what its neighbourhood has been talking about, and a clear one by itself."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from routing.signals.context import MEMORY, Surroundings

NOON = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
NEAR = {"haven": ["kade"], "kade": ["haven"], "bos": []}
BAGS, LAMP = "afval/bijplaatsing", "openbare-verlichting/lamp-kapot"
DOUBTFUL = {"none": 0.4, LAMP: 0.1, BAGS: 0.02}


def talk_of_bags(messages: int, ago: timedelta = timedelta(hours=2)) -> Surroundings:
    surroundings = Surroundings(NEAR)
    for _ in range(messages):
        surroundings.note(NOON - ago, ("haven",), BAGS)
    return surroundings


def test_amid_talk_of_bags_a_doubtful_message_is_about_the_bags() -> None:
    assert talk_of_bags(8).drawn_in(NOON, ("haven",), DOUBTFUL) == BAGS


def test_next_door_the_talk_counts_for_half() -> None:
    assert talk_of_bags(4).drawn_in(NOON, ("kade",), DOUBTFUL) is None
    assert talk_of_bags(16).drawn_in(NOON, ("kade",), DOUBTFUL) == BAGS


def test_elsewhere_and_later_it_stands_by_itself() -> None:
    assert talk_of_bags(20).drawn_in(NOON, ("bos",), DOUBTFUL) is None
    assert talk_of_bags(20, ago=MEMORY + timedelta(hours=1)).drawn_in(NOON, ("haven",), DOUBTFUL) is None
    assert talk_of_bags(20).drawn_in(NOON, (), DOUBTFUL) is None


def test_a_clear_message_is_about_what_it_says() -> None:
    assert talk_of_bags(50).drawn_in(NOON, ("haven",), {LAMP: 0.97, BAGS: 0.01}) is None


def test_what_the_classifier_holds_impossible_is_not_drawn_in() -> None:
    assert talk_of_bags(50).drawn_in(NOON, ("haven",), {LAMP: 0.5, "none": 0.3}) is None


def test_two_messages_are_no_story() -> None:
    assert talk_of_bags(2).drawn_in(NOON, ("haven",), {BAGS: 0.4, LAMP: 0.1}) is None


@given(
    st.lists(st.tuples(st.sampled_from(sorted(NEAR)), st.sampled_from([BAGS, LAMP]), st.integers(0, 80)), max_size=40),
    st.dictionaries(st.sampled_from([BAGS, LAMP, "none"]), st.floats(0, 1)),
)
def test_it_only_ever_chooses_among_what_was_both_guessed_and_heard(talk: list[tuple[str, str, int]], guesses: dict[str, float]) -> None:
    surroundings = Surroundings(NEAR)
    for area, sub, hours in sorted(talk, key=lambda said: -said[2]):
        surroundings.note(NOON - timedelta(hours=hours), (area,), sub)
    chosen = surroundings.drawn_in(NOON, ("haven",), guesses)
    assert chosen is None or (chosen in guesses and chosen in {sub for _, sub, _ in talk})
