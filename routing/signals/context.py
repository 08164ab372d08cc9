"""What a message is about, given what its neighbourhood has been talking about. Values in, values out.

"Still all there, Tankerstraat" says little by itself, and everything to whoever heard the thirty messages before it. The classifier's
probabilities presume that every sub-theme is as likely as in its training; where a neighbourhood is full of one story they are corrected
for what was said there in the last day and a half (prior correction: Saerens, Latinne & Decaestecker, Neural Computation 14, 2002).
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

MEMORY = timedelta(hours=36)
HOT = 3
"""Messages about one sub-theme, in or beside the neighbourhood, from which it can draw in a doubtful one."""
SURE = 0.95
"""A message that the classifier is this sure of is about what it says, whatever the neighbours say."""
LIKELIER = 0.5
STRENGTH = 5.0
"""How many messages the ordinary mix of sub-themes counts for beside those that were heard."""
SUBS = 170
"""About how many sub-themes there are: what each would get if all were equally likely."""
NEXT_DOOR = 0.5
"""What a message from a bordering neighbourhood counts for."""
NOTHING = "none"


class Surroundings:
    """What was said lately in each neighbourhood. Messages must come in order of time."""

    def __init__(self, near: Mapping[str, Iterable[str]]) -> None:
        self._near = near
        self._heard: dict[str, deque[tuple[datetime, str, float]]] = defaultdict(deque)

    def note(self, at: datetime, areas: tuple[str, ...], sub: str) -> None:
        """A message about `sub` in these neighbourhoods."""
        for area in areas:
            self._heard[area].append((at, sub, 1 / len(areas)))

    def drawn_in(self, at: datetime, areas: tuple[str, ...], guesses: Mapping[str, float]) -> str | None:
        """The sub-theme of a story going on around here that this message is likelier than not part of; None where it stands by itself.

        `guesses` gives the classifier's probability of each sub-theme that it holds possible, `none` among them.
        """
        if not areas or not guesses or max(guesses.values()) >= SURE:
            return None
        said = self._said_around(at, areas)
        total = sum(said.values()) + STRENGTH
        odds = {sub: probability * (said[sub] + STRENGTH / SUBS) / total for sub, probability in guesses.items()}
        best = max(odds, key=lambda sub: (odds[sub], sub))
        drawn = best != NOTHING and said[best] >= HOT and odds[best] > LIKELIER * sum(odds.values())
        return best if drawn else None

    def _said_around(self, at: datetime, areas: tuple[str, ...]) -> Mapping[str, float]:
        said: defaultdict[str, float] = defaultdict(float)
        for area in sorted({near for own in areas for near in self._near.get(own, ())} | set(areas)):
            heard = self._heard[area]
            while heard and heard[0][0] < at - MEMORY:
                heard.popleft()
            for _, sub, weight in heard:
                said[sub] += weight if area in areas else weight * NEXT_DOOR
        return said
