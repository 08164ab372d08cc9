"""Where in a text the words stand that decided: what is kept of a reason is its place and what it adds, not the word itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from classify.annotated import Annotated
from classify.features import PAIRED
from classify.wording import MOST_CHARACTERS, PLACE, tokens, words

MOST = 5


@dataclass(frozen=True, slots=True)
class Located:
    """A reason in the text: offsets in characters, and its part of the score of the main sub-theme."""

    start: int
    end: int
    adds: float


def located(text: str, annotated: Annotated, most: int = MOST) -> list[Located]:
    """The strongest reasons that stand in the text and have a letter in them, strongest first; of a word said twice, the first."""
    places = [(place.start, place.end) for place in annotated.places]
    spans = _spans(text[:MOST_CHARACTERS], places)
    found = [Located(*spans[reason.word], round(reason.contribution, 4)) for reason in annotated.reasons if reason.word in spans]
    told = [one for one in found if any(map(str.isalpha, text[one.start : one.end]))]
    return sorted(told, key=lambda one: -abs(one.adds))[:most]


def _spans(text: str, places: Sequence[tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Where each word, each pair of neighbours and the first place stand."""
    spans: dict[str, tuple[int, int]] = {PLACE: places[0]} if places else {}
    before: tuple[str, int] | None = None
    position = 0
    for token, space in tokens(text):
        end = position + len(token)
        if any(start <= position < stop for start, stop in places):
            before = None
        elif said := words(token):
            spans.setdefault(" ".join(said), (position, end))
            if before is not None:
                spans.setdefault(before[0] + PAIRED + said[0], (before[1], end))
            before = said[-1], position
        else:
            before = None
        position = end + len(space)
    return spans
