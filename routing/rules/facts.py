"""What rules may ask of a signal: values only, without a resident's words, so that they can be kept with what was decided on them."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from models.municipality import Weekday
from models.words import Channel, Kind
from routing.signals.languages import DUTCH

ANY_TIME = float("inf")


@dataclass(frozen=True)
class Facts:
    """One signal at one moment. `ages` are those of its messages in hours, `voices` who wrote each (numbers, in the same order; empty where
    nobody looked). `people` counts all of it.
    """

    theme: str
    sub: str
    areas: tuple[str, ...]
    channels: frozenset[Channel]
    kind: Kind
    urgency: float
    ages: tuple[float, ...]
    people: int
    burst: bool
    campaign: bool
    times_usual: float
    """How many times the usual the last 24 hours brought; the usual is taken as at least one message a day."""
    language: str = DUTCH
    """In which most of its messages are written."""
    voices: tuple[int, ...] = ()
    tone: float = 0.0
    sure: float = 1.0
    """Which share of its messages the classifier was sure of."""
    reach: int = 0
    sources: frozenset[str] = frozenset()
    lasting: bool = False
    """For weeks a handful, from different people."""
    districts: frozenset[str] = frozenset()
    """In which its neighbourhoods lie."""
    surroundings: frozenset[str] = frozenset()
    """Its neighbourhoods and those that border on them, and the districts of all these."""
    outside: tuple[str, ...] = ()
    """Names of other municipalities that some of its neighbourhoods lie in."""
    weekday: Weekday = "maandag"
    """Local, as are the next three: when its newest message came. So nothing is decided anew merely because the clock goes on."""
    minute: int = 12 * 60
    """Of the day."""
    working: bool = True
    holiday: bool = False
    earlier_tickets: tuple[float, ...] = ()
    """How many days ago each other ticket about the same sub-theme, with a neighbourhood in common, was opened."""
    settled_days_ago: float | None = None
    """When the last of these was settled."""
    words: Mapping[str, int] = field(default_factory=dict)
    """By the key of a `words` condition: in how many of its messages the words occur."""

    def messages_within(self, hours: float | None) -> int:
        if hours is None:
            return len(self.ages)
        known = self._messages_within
        if hours not in known:
            known[hours] = bisect_right(self._sorted_ages, hours)
        return known[hours]

    def people_within(self, hours: float | None) -> int:
        """Different voices in a window; at most the messages in it where nobody looked who spoke."""
        if hours is None:
            return self.people
        known = self._people_within
        if hours not in known:
            heard = {voice for voice, age in zip(self.voices, self.ages, strict=False) if age <= hours}
            known[hours] = len(heard) if self.voices else min(self.people, self.messages_within(hours))
        return known[hours]

    def tickets_within(self, days: float) -> int:
        return sum(age <= days for age in self.earlier_tickets)

    @cached_property
    def _sorted_ages(self) -> list[float]:
        return sorted(self.ages)

    @cached_property
    def _messages_within(self) -> dict[float, int]:
        return {}

    @cached_property
    def _people_within(self) -> dict[float, int]:
        return {}

    @cached_property
    def within(self) -> frozenset[str]:
        """Where it is: neighbourhoods and their districts."""
        return self.districts.union(self.areas)


_FACTS = TypeAdapter(Facts)


def kept(facts: Facts) -> dict[str, Any]:
    """Facts as a column keeps them."""
    written: dict[str, Any] = _FACTS.dump_python(facts, mode="json")
    return written


def read(written: Mapping[str, Any]) -> Facts:
    """Facts from a column; what an older version did not know has its plain value."""
    return _FACTS.validate_python(written)
