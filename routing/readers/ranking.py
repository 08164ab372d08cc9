"""What readers like, and the order of items that follows from it. Never what one reader likes: an audience's answers together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from models.feedback import opinions_of_items
from models.words import Opinion

HALF_LIFE = 60.0
"""Days after which an answer counts half."""
DOUBT = 2.0
"""Answers of either kind that are taken as given before anybody said anything: the Beta(2, 2) prior."""
LOWEST = 0.5
"""The factor where nobody ever wants it; 1 + (1 - this) where everybody always does."""


class Weighed(Protocol):
    """What can be put in order: an item of the stand-up."""

    @property
    def sub(self) -> str: ...
    @property
    def weight(self) -> float: ...
    @property
    def urgent(self) -> bool: ...


Thing = TypeVar("Thing", bound=Weighed)


def liking(session: Session, audience: str, now: datetime | None = None) -> Mapping[str, float]:
    """By sub-theme: by how much an audience wants to hear of it more (up to 1.5) or less (down to 0.5) than of other things; what it never
    judged is not in it and counts as 1. Without `now` the newest answer is the present.
    """
    counts: dict[str, list[tuple[Opinion, date, int]]] = defaultdict(list)
    for sub, opinion, day, count in opinions_of_items(session, audience):
        counts[sub].append((opinion, day, count))
    newest = max((day for answers in counts.values() for _, day, _ in answers), default=date.min)
    today = now.astimezone(UTC).date() if now else newest
    return {sub: factor(answers, today) for sub, answers in counts.items()}


def factor(answers: Iterable[tuple[Opinion, date, int]], today: date) -> float:
    """From answers about one sub-theme (what, when, how many): the share that finds it useful, smoothed, as a factor of 0.5 to 1.5.

    The share is the mean of a Beta distribution; old answers fade with a half-life of two months, so that tastes may change.
    """
    useful = unwanted = DOUBT
    for opinion, day, count in answers:
        worth = count * 0.5 ** (max(0, (today - day).days) / HALF_LIFE)
        if opinion is Opinion.USEFUL or opinion is Opinion.TAKEN:
            useful += worth
        elif opinion is Opinion.NOT_FOR_US:
            unwanted += worth
    return LOWEST + 2 * (1 - LOWEST) * useful / (useful + unwanted)


def ranked(items: Sequence[Thing], factors: Mapping[str, float]) -> list[Thing]:
    """Items by their weight for this audience, heaviest first. What is urgent stays before all else, whatever was said of it before."""

    def place(item: Thing) -> tuple[bool, float]:
        return not item.urgent, -item.weight * (1.0 if item.urgent else factors.get(item.sub, 1.0))

    return sorted(items, key=place)
