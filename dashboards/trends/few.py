"""Small groups: what is said of fewer than five people whom a question sets apart by more than one thing.

The rule (docs/privacy.md): a count stands for a group that is set apart by so many traits: the filters of the question and what the row
itself adds (time and the town as a whole are no traits). From two traits on, a count of 1 to 4 is written as "<5". Where exactly one count
of a list is withheld it could be worked out from the total, so the next smallest is withheld too. No share or rate is given of either.
"""

from collections.abc import Sequence
from enum import StrEnum

from models.language import msgid, translated

FEWEST = 5
TRAITS = 2


class Withheld(StrEnum):
    """Why there is no figure; the value is what stands in its place."""

    FEW = "<5"
    BESIDE = msgid("niet getoond")
    """It would give away the only other figure that is withheld."""


Figure = int | Withheld


def figure(count: int, traits: int) -> Figure:
    """One count that stands alone."""
    return Withheld.FEW if traits >= TRAITS and 0 < count < FEWEST else count


def said_of(one: Figure) -> str:
    """A figure, or why there is none, as the page says it."""
    return translated(one.value) if isinstance(one, Withheld) else str(one)


def figures(counts: Sequence[int], traits: int) -> list[Figure]:
    """Counts whose sum is shown too."""
    said = [figure(count, traits) for count in counts]
    withheld = [index for index, one in enumerate(said) if isinstance(one, Withheld)]
    others = sorted((count, index) for index, count in enumerate(counts) if count >= FEWEST)
    if len(withheld) == 1 and others:
        said[others[0][1]] = Withheld.BESIDE
    return said


def rate(one: Figure, inhabitants: int | None) -> float | None:
    """Messages per 1,000 inhabitants; None where that is unknown, withheld, or drawn from fewer than ten messages."""
    if isinstance(one, Withheld) or not inhabitants or 0 < one < 2 * FEWEST:
        return None
    return 1000 * one / inhabitants
