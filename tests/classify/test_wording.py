"""Texts as tokens and words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.wording import ngrams, tokens, words


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token + space for token, space in tokens(text)) == text


@given(st.text())
def test_words_are_never_empty(text: str) -> None:
    assert all(word for token, _ in tokens(text) for word in words(token))


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("Händelplein", ("handelplein",)),
        ("#DuurzaamWonen", ("duurzaam", "wonen")),
        ("@gemeente", ("<account>",)),
        ("https://a.example/b", ("<link>",)),
        ("12,50", ("<getal>",)),
        ("[telefoon]", ("<gemaskeerd>",)),
        ("heeeeel", ("heel",)),
        ("\n", ()),
    ],
)
def test_what_a_token_says(token: str, said: tuple[str, ...]) -> None:
    assert words(token) == said


def test_ngrams_show_where_a_word_begins_and_ends() -> None:
    assert ngrams("pas", 3, 4) == ["_pa", "pas", "as_", "_pas", "pas_"]
