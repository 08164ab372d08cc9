"""Where an indicator stands against its target. Pure: the same months give the same judgement."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import isinf

from dashboards.scorecard.figures.margins import Measured
from dashboards.scorecard.goals import Target


class State(StrEnum):
    """How far it is. On the way: at or beyond the straight line from where it began to the target."""

    REACHED = "gehaald"
    ON_THE_WAY = "op weg"
    BEHIND = "loopt achter"
    NOT_YET = "nog niet gehaald"
    """Of one month only, so that nothing can be said of the way."""
    TOO_FEW = "te weinig om te zeggen"
    UNKNOWN = "nog geen cijfer"


@dataclass(frozen=True)
class Point:
    """One month. `gaps`: days of it that were not counted; `enough`: whether something may be said of it."""

    month: date
    measured: Measured | None = None
    enough: bool = False
    gaps: int = 0


@dataclass(frozen=True)
class Standing:
    """`present` is the newest month of which something may be said, or else the newest with too little; None where there is nothing.
    `certain` is false where the target lies within the margin. `expected` is where it should be by now.
    """

    state: State
    present: Point | None
    certain: bool = True
    expected: float | None = None


def stand(target: Target, points: Sequence[Point]) -> Standing:
    """Judge the months, oldest first."""
    known = [point for point in points if point.enough and point.measured is not None]
    if not known:
        little = [point for point in points if point.measured is not None]
        return Standing(State.TOO_FEW, little[-1]) if little else Standing(State.UNKNOWN, None)
    present = known[-1]
    assert present.measured is not None
    certain = not _within_margin(target, present.measured)
    if target.reached_by(present.measured.value):
        return Standing(State.REACHED, present, certain)
    expected = expected_at(target, known[0], end_of(present.month))
    if expected is None:
        return Standing(State.NOT_YET, present, certain)
    ahead = present.measured.value >= expected if target.at_least is not None else present.measured.value <= expected
    return Standing(State.ON_THE_WAY if ahead and end_of(present.month) < target.by else State.BEHIND, present, certain, expected)


def expected_at(target: Target, first: Point, day: date) -> float | None:
    """Where the straight line to the target is on a day: from `start`, or else from the first month; None in that month itself, or where it
    had no end.
    """
    if target.start is not None and target.since is not None:
        begin, since = target.start, target.since
    else:
        assert first.measured is not None
        begin, since = first.measured.value, end_of(first.month)
        if isinf(begin) or (day <= since and day < target.by):
            return None
    whole = (target.by - since).days
    passed = 1.0 if whole <= 0 else min(1.0, max(0.0, (day - since).days / whole))
    return begin + (target.value - begin) * passed


def end_of(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _within_margin(target: Target, measured: Measured) -> bool:
    return measured.low is not None and measured.high is not None and measured.low < target.value < measured.high
