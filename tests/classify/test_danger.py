"""Danger and what takes it away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.danger import CALM, alarm
from classify.wording import tokens, words

WORDS = "we ruiken gas brand in de fik put open deksel weg mes niet vorig jaar . ! co-melder piept CO-melder kind water HELP".split()


@pytest.mark.parametrize(
    "text",
    [
        "We ruiken al een uur gas in het portiek",
        "Er hangen losse draden uit de lantaarnpaal",
        "Putdeksel voor de school is weg",
        "Hij heeft een mes bij zich!",
        "mijn buurvrouw wil niet meer leven",
        "RÓÓK UIT HET DAK van nummer 8",
        "man ligt op de grond en beweegt niet",
        "Gelukkig is er niemand gewond maar er staat wel brand in het trapportaal",
        "Ik wil niemand bang maken, maar we ruiken gas",
    ],
)
def test_danger_is_heard(text: str) -> None:
    assert alarm().of(text)[:2] == (1.0, 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "Vorig jaar was er een gaslek bij ons in de straat",
        "Stel dat er brand is, kan de brandweer er dan langs?",
        "In die film gaat hij springen van het viaduct",
        "Er was toen een explosie in die film",
    ],
)
def test_danger_that_is_past_or_thought_up_is_told_apart(text: str) -> None:
    assert alarm().of(text)[:2] == (1.0, 0.0)


@pytest.mark.parametrize("text", ["", "Wanneer wordt het gft opgehaald?", "De prullenbak is vol", "\u200b👍"])
def test_everyday_messages_are_calm(text: str) -> None:
    assert alarm().of(text) == CALM


def test_one_calm_sentence_does_not_calm_the_next() -> None:
    assert alarm().of("Vorig jaar ook al. We ruiken nu gas.")[1] == 1.0


@given(st.text(max_size=300) | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_an_alarm_is_only_found_where_a_word_can_be_part_of_one(text: str) -> None:
    heard = alarm().of(text)
    assert heard == CALM or any(alarm().may_be_in(word) for token, _ in tokens(text) for word in words(token))
    assert heard[0] >= heard[1] and heard[2] <= 3
