"""The slow burn: a handful a week that keeps coming, from different people, where less is usual.

No day of it is a burst, and signals close after three silent days, so it is looked for by sub-theme and neighbourhood, across signals,
in the last six weeks against the twenty before them. The rest of the town says what the season explains.
"""

import numpy as np

from routing.bursts.surveillance import Floats, fit, tails

RECENT = 6
"""Weeks that are looked at."""
BEFORE = 20
"""Weeks before those that tell what is usual."""
LEAST_BEFORE = 4
COMING = 5
"""Of the recent weeks, those in which somebody must have written; the last is one of them."""
FEWEST_PEOPLE = 9
"""Different people in the recent weeks: three in two weeks."""
LARGEST = 0.5
"""Share of the voices that one week may have: what came in a week was a burst, and is over."""
RARE = 1e-4
"""A day's look hardly differs from yesterday's; measured by `routing.bursts.evaluation`."""


def chances(weeks: Floats, people: Floats, season: Floats) -> Floats:
    """Chance of so many people in the recent weeks, for each series; 1 where they did not come week after week.

    `weeks` has its different voices by week, the last seven days first; `people` is how many different voices the recent weeks had
    together; `season` is how many times the usual the recent weeks brought elsewhere, at least 1. Below `RARE` it is a slow burn.
    """
    recent, before = weeks[:, :RECENT], weeks[:, RECENT : RECENT + BEFORE]
    if before.shape[1] < LEAST_BEFORE:
        return np.ones(len(weeks))
    coming = (recent[:, 0] > 0) & ((recent > 0).sum(axis=1) >= COMING)
    even = recent.max(axis=1) <= LARGEST * recent.sum(axis=1)
    mean, known, dispersion = fit(before, np.ones(before.shape[1]), np.ones(before.shape[1]))
    chance = tails(np.maximum(people, 1.0), mean, known, dispersion, RECENT * season, np.zeros(len(weeks)))
    return np.where(coming & even & (people >= FEWEST_PEOPLE), chance, 1.0)


def usual(weeks: Floats) -> Floats:
    """Voices that so many recent weeks would usually have brought, for each series."""
    before = weeks[:, RECENT : RECENT + BEFORE]
    ones = np.ones(before.shape[1])
    return RECENT * fit(before, ones, ones)[0] if before.shape[1] else np.zeros(len(weeks))
