"""Five classes of figures for a map: each begins a fixed number of times higher, so that a place that stands out is alone in its class."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST = 5


@dataclass(frozen=True)
class Class:
    """Whole figures from `first` up to and including `last`."""

    first: int
    last: int


def classes(figures: Iterable[int]) -> tuple[Class, ...]:
    """At most five classes, low to high, that together hold every figure above 0; each begins and ends with a figure that there is."""
    counted = sorted({figure for figure in figures if figure > 0})
    if not counted:
        return ()
    low, high = counted[0], counted[-1]
    ratio = ((high + 1) / low) ** (1 / MOST)
    firsts = counted if len(counted) <= MOST else sorted({low, *(min(high, round(low * ratio**step)) for step in range(1, MOST))})
    held = [[figure for figure in counted if first <= figure < after] for first, after in zip(firsts, [*firsts[1:], high + 1], strict=True)]
    return tuple(Class(one[0], one[-1]) for one in held if one)


def class_of(figure: int, among: tuple[Class, ...]) -> int:
    """Which class a figure is in, counted from 1; 0 where it is below them all."""
    return sum(one.first <= figure for one in among)
