"""Outbreaks of several sizes and shapes, to put into a town's counts."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from routing.bursts.evaluation.town import DAYS, SLOTS, Town
from routing.bursts.surveillance import Floats

HOUR = SLOTS // 24
FIRST_DAY = 120
LAST_DAY = DAYS - 10
SIZES = (1.5, 2.0, 3.0, 5.0)
CLASSES = (0.0, 1.0, 3.0, 10.0, 20.0, 40.0)
"""Outbreaks are told apart by what is usual on the day of their start: from so many messages on."""
OF_EACH = 60
"""Outbreaks of each size, shape and class."""
FEW = 5
"""Messages where nothing is usual, in four hours."""


class Shape(StrEnum):
    """How an outbreak goes; the value is what the report calls it."""

    SPIKE = "spike: a day's extra in 3 hours"
    DAY = "day"
    RAMP = "ramp over 3 days"
    WEEK = "week"
    NOTHING = "+5 in nothing"


@dataclass(frozen=True)
class Outbreak:
    """`extra` messages (days × slots) from `day` on; the outbreak begins at slot `start` of that day and ends `lasts` slots later."""

    shape: Shape
    size: float
    usual: float
    """Messages on the day of its start, without it."""
    series: int
    day: int
    start: int
    lasts: int
    extra: NDArray[np.int32]


def outbreaks(town: Town, seed: int, of_each: int = OF_EACH) -> Iterator[Outbreak]:
    """So many of each size, shape and class of usual."""
    random = np.random.default_rng(seed)
    for lower, upper in zip(CLASSES, (*CLASSES[1:], np.inf), strict=True):
        fitting = _fitting(town, lower, upper)
        for shape in (Shape.SPIKE, Shape.DAY, Shape.RAMP, Shape.WEEK):
            for size in SIZES:
                for _ in range(of_each):
                    yield _outbreak(town, random, shape, size, fitting)
    almost_nothing = _fitting(town, 0.0, 0.15)
    for _ in range(of_each):
        yield _outbreak(town, random, Shape.NOTHING, 0.0, almost_nothing)


def _fitting(town: Town, lower: float, upper: float) -> NDArray[np.int64]:
    """Series and days on which so much is usual and no storm blows."""
    calm = ~(town.storm | np.roll(town.storm, 1, axis=1) | np.roll(town.storm, -1, axis=1))
    calm[:, :FIRST_DAY] = calm[:, LAST_DAY:] = False
    return np.argwhere((town.usual >= lower) & (town.usual < upper) & calm)


def _outbreak(town: Town, random: np.random.Generator, shape: Shape, size: float, fitting: NDArray[np.int64]) -> Outbreak:
    """It begins when people write: at a moment drawn as their messages are."""
    series, day = map(int, fitting[random.integers(len(fitting))])
    start = int(random.choice(SLOTS, p=town.shares[day]))
    lasts = {Shape.SPIKE: 3 * HOUR, Shape.NOTHING: 4 * HOUR, Shape.DAY: SLOTS, Shape.RAMP: 3 * SLOTS, Shape.WEEK: 7 * SLOTS}[shape]
    days = (start + lasts - 1) // SLOTS + 1
    ordinary = (town.usual[series, day : day + days, None] * town.shares[day : day + days]).ravel()
    extra = np.zeros(days * SLOTS, np.int32)
    extra[start : start + lasts] = _extra(random, shape, size, ordinary[start : start + lasts], float(town.usual[series, day]))
    return Outbreak(shape, size, float(town.usual[series, day]), series, day, start, lasts, extra.reshape(days, SLOTS))


def _extra(random: np.random.Generator, shape: Shape, size: float, ordinary: Floats, a_day: float) -> NDArray[np.int64]:
    if shape is Shape.NOTHING:
        return np.bincount(random.integers(0, len(ordinary), FEW), minlength=len(ordinary))
    if shape is Shape.SPIKE:
        return random.poisson(np.full(len(ordinary), (size - 1) * a_day / len(ordinary)))
    growth = np.linspace(0, 1, len(ordinary)) if shape is Shape.RAMP else np.ones(len(ordinary))
    return random.poisson((size - 1) * growth * ordinary)
