"""Reasons point into the text: where the words stand that decided, and no further."""

from hypothesis import given
from hypothesis import strategies as st

from classify.annotated import Annotated, Reason
from classify.pipeline import Annotator, annotator_of
from classify.places import Found
from classify.reasons import located
from classify.wording import plain
from models.municipality import Municipality
from models.words import Kind
from tests.classify.learning import small_model


def annotated(*reasons: tuple[str, float], places: tuple[Found, ...] = ()) -> Annotated:
    return Annotated("nl", (), Kind.REPORT, 0.0, 0.0, places, tuple(Reason(word, value) for word, value in reasons), ())


def words(text: str, *reasons: tuple[str, float]) -> list[str]:
    return [text[one.start : one.end] for one in located(text, annotated(*reasons))]


def test_words_and_pairs_are_found_as_they_are_written() -> None:
    text = "Weer zàkken naast de Ondergrondse container, wéér ZAKKEN"
    assert words(text, ("zakken", 0.4), ("ondergrondse container", 0.3), ("weer", 0.1)) == ["zàkken", "Ondergrondse container", "Weer"]


def test_strongest_first_and_no_more_than_five_with_their_sign() -> None:
    text = "een twee drie vier vijf zes"
    found = located(text, annotated(("een", 0.1), ("twee", -0.6), ("drie", 0.3), ("vier", 0.2), ("vijf", 0.5), ("zes", 0.4)))
    assert [one.adds for one in found] == [-0.6, 0.5, 0.4, 0.3, 0.2]


def test_a_recognised_place_is_marked_where_it_stands() -> None:
    text = "rommel op de Kastanjelaan weer"
    place = Found("spoorzicht/kastanjelaan", "Kastanjelaan", 13, 25, "spoorzicht")
    found = located(text, annotated(("<plek>", 0.4), ("kastanjelaan", 0.2), places=(place,)))
    assert [text[one.start : one.end] for one in found] == ["Kastanjelaan"]


def test_what_does_not_stand_in_the_text_is_left_out() -> None:
    assert words("zakken bij de bak", ("container", 0.4), ("zakken bak", 0.3)) == []


@given(st.text(max_size=200), st.lists(st.tuples(st.text(max_size=12), st.floats(-1, 1)), max_size=8))
def test_any_text_has_spans_within_it(text: str, reasons: list[tuple[str, float]]) -> None:
    for one in located(text, annotated(*reasons)):
        assert 0 <= one.start < one.end <= len(text)


def reader(rivierstad: Municipality) -> Annotator:
    return annotator_of(small_model(), rivierstad)


def test_every_reason_of_a_model_is_found_in_its_text(rivierstad: Municipality) -> None:
    texts = ["Twee honden los bij het park", "oude bank en matras aan de straat gezet", "Wasmachine op de hoek, naast de school"]
    for text, said in zip(texts, reader(rivierstad).annotate(texts), strict=True):
        worded = {reason.word for reason in said.reasons if any(map(str.isalpha, reason.word))}
        assert {plain(text[one.start : one.end]) for one in located(text, said)} == worded != set()
