"""Which hours of a signal are looked at together: every few hours that end with one of its messages.

So what is found does not depend on how often one looks: a run each minute and one run over sixty days judge the same stretches.
"""

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from routing.bursts.surveillance import WINDOWS

DAY = timedelta(days=1)


class Said(NamedTuple):
    """A message of a signal, and whose voice it is: copies of one text are one voice."""

    id: int
    at: datetime
    voice: str


class Stretch(NamedTuple):
    """How many different voices and how many messages there were in the `hours` up to and including `until`."""

    until: datetime
    hours: int
    voices: int
    messages: int


def stretches(said: Sequence[Said], hours: int, end: datetime) -> Iterator[Stretch]:
    """The stretches of so many hours in the day up to `end`, by what was `said` (oldest first): one where that is the whole day."""
    whole = hours >= WINDOWS[0]
    inside: deque[Said] = deque()
    voices: Counter[str] = Counter()
    for number, one in enumerate(said):
        if one.at > end:
            break
        inside.append(one)
        voices[one.voice] += 1
        _forget(inside, voices, one.at - timedelta(hours=hours))
        last_of_moment = number + 1 == len(said) or said[number + 1].at > one.at
        if not whole and last_of_moment and one.at > end - DAY:
            yield Stretch(one.at, hours, len(voices), len(inside))
    if whole:
        _forget(inside, voices, end - timedelta(hours=hours))
        yield Stretch(end, hours, len(voices), len(inside))


def _forget(inside: "deque[Said]", voices: Counter[str], until: datetime) -> None:
    while inside and inside[0].at <= until:
        gone = inside.popleft().voice
        voices[gone] -= 1
        if not voices[gone]:
            del voices[gone]
