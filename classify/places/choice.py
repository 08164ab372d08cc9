"""Which of several places with the same name is meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classify.places.names import Name
from models.gazetteer import Entry, Places, areas
from models.words import PlaceKind

_FROM_LARGE = (PlaceKind.MUNICIPALITY, PlaceKind.DISTRICT, PlaceKind.NEIGHBOURHOOD, PlaceKind.STREET, PlaceKind.LANDMARK)


@dataclass(frozen=True)
class Lie:
    """How the areas of a municipality lie: what each lies in, and what borders it."""

    areas: Mapping[str, Entry]

    def up(self, id: str) -> list[str]:
        """A place and everything it lies in, from small to large. Streets and landmarks are not among the areas: begin with theirs."""
        line = []
        at: str | None = id
        while at is not None:
            line.append(at)
            at = self.areas[at].parent
        return line

    def common(self, ids: Sequence[str]) -> str:
        """The smallest area that holds all these areas."""
        lines = [self.up(id) for id in ids]
        return next(area for area in lines[0] if all(area in line for line in lines[1:]))

    def nearness(self, one: str, other: str) -> int:
        """3 for the same area, 2 for neighbours, 1 for the same district, else 0."""
        if one == other:
            return 3
        if other in self.areas[one].near:
            return 2
        lines = self.up(one)[1:-1], self.up(other)[:-1]
        return 1 if set(lines[0]) & set(lines[1]) else 0


def lie_of(places: Places) -> Lie:
    """The lie of a municipality's areas."""
    return Lie({entry.id: entry for entry in areas(places)})


def choose(candidates: Sequence[Name], named: Sequence[str], lie: Lie) -> Name | str:
    """The place that is meant, or else the id of the smallest area that holds them all.

    Args:
        candidates: the places with this name.
        named: the areas that the message names beyond doubt, by themselves or by a street in them.
    """
    whole = [name for name in candidates if name.whole] or list(candidates)
    if len(whole) == 1:
        return whole[0]
    lying = [name.area or name.id for name in whole]
    near = [max((lie.nearness(area, other) for other in named), default=0) for area in lying]
    best = max(near)
    left = [(name, area) for name, area, at in zip(whole, lying, near, strict=True) if at == best]
    if len(left) == 1:
        return left[0][0]
    if len({area for _, area in left}) == 1 and left[0][0].whole:
        return min((name for name, _ in left), key=lambda name: _FROM_LARGE.index(name.kind))
    return lie.common([area for _, area in left])
