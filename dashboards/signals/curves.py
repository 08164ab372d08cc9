"""The small curve beside a signal: where each bar stands. The template draws it as SVG, without a style of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

WIDTH = 10
GAP = 3
HEIGHT = 40
LEAST = 2
"""Height of a day without messages, so that the row of days can be seen."""


@dataclass(frozen=True)
class Bar:
    """One day, in units of the drawing."""

    x: int
    y: float
    width: int
    height: float
    marked: bool


def bars(counts: Sequence[int], marked: Collection[int] = ()) -> list[Bar]:
    """Bars for these counts, oldest first, the highest filling the drawing; `marked` are the positions that stand out."""
    most = max(counts, default=0)
    heights = [round(LEAST + (HEIGHT - LEAST) * count / most, 1) if most else float(LEAST) for count in counts]
    return [Bar(index * (WIDTH + GAP), round(HEIGHT - height, 1), WIDTH, height, index in marked) for index, height in enumerate(heights)]
