"""Waves: what rises everywhere at once, as storm, frost or the end of a holiday do, is no news of one place.

A count is compared with what is usual times how far the rest rises at the same hours: the same sub-theme elsewhere, or all other
sub-themes, whichever rises more. The days that an ordinary day is learnt from are compared likewise. A quiet elsewhere makes nothing here
more surprising. That a sub-theme rises over the whole town is told once, by judging the whole town as a series of its own.
"""

from typing import NamedTuple

import numpy as np

from routing.bursts.surveillance import Floats

ELSEWHERE = 0.5
"""Messages by which a rise of the same sub-theme elsewhere is doubted."""
IN_TOWN = 8.0
"""The same of all other sub-themes together."""
LEAN = 0.5
"""Standard deviations that a rise elsewhere is taken to be smaller than it looks, since of two rates one is always the higher by chance."""


class Wave(NamedTuple):
    """How many `times` the usual the rest brings, at least 1; and by what relative variance that is in `doubt`."""

    times: Floats
    doubt: Floats


CALM = Wave(np.ones(()), np.zeros(()))


def wave(there: Floats, usual_there: Floats, beside: Floats, usual_beside: Floats) -> Wave:
    """How far the rest rises, by what was seen and what is usual of the same sub-theme elsewhere and of all other sub-themes beside it."""
    elsewhere, in_town = _rise(there, usual_there, ELSEWHERE), _rise(beside, usual_beside, IN_TOWN)
    times = np.maximum(1.0, np.maximum(elsewhere, in_town))
    witnesses = np.where(elsewhere > in_town, there, beside) + 1.0
    return Wave(times, ((times - 1.0) / times) ** 2 / witnesses)


def _rise(seen: Floats, usual: Floats, doubted: float) -> Floats:
    return np.asarray((seen + doubted - LEAN * np.sqrt(seen)) / (usual + doubted), float)
