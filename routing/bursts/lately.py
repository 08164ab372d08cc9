"""What was told in the last two days, message by message: to see what everything else does in the very hours in which something rises."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from models.burst import told_since

SPAN = timedelta(days=2)
"""A day to look at, and the day before it on which its first hours' stretches begin."""


@dataclass(frozen=True)
class Told:
    """A message of lately: its signal and when it was sent."""

    id: int
    signal_id: int
    at: datetime


@dataclass(frozen=True)
class Lately:
    """What was told after `since`, by sub-theme, oldest first."""

    since: datetime
    told: Mapping[str, Sequence[Told]]

    def besides(self, sub: str, mine: AbstractSet[int]) -> list[Told]:
        """What other signals told of a sub-theme; `mine` are the messages of this one."""
        return [told for told in self.told.get(sub, ()) if told.id not in mine]

    def of_other_subs(self, sub: str, since: datetime, until: datetime) -> int:
        """How many messages about anything else came after `since`, up to and including `until`."""
        return between(self._moments, since, until) - between(self._by_sub.get(sub, ()), since, until)

    @cached_property
    def _by_sub(self) -> dict[str, list[datetime]]:
        return {sub: [one.at for one in told] for sub, told in self.told.items()}

    @cached_property
    def _moments(self) -> list[datetime]:
        return sorted(moment for moments in self._by_sub.values() for moment in moments)


def between(moments: Sequence[datetime], since: datetime, until: datetime) -> int:
    """How many of these moments (earliest first) lie after `since`, up to and including `until`."""
    return bisect_right(moments, until) - bisect_right(moments, since)


def lately(session: Session, now: datetime) -> Lately:
    """Read the last two days."""
    told: dict[str, list[Told]] = defaultdict(list)
    for id, signal_id, sub, at in told_since(session, now - SPAN, now):
        told[sub].append(Told(id, signal_id, at))
    return Lately(now - SPAN, told)
