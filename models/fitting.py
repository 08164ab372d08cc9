"""What the names of a message must be for it to be counted, and what is told of them: as values, of which equal ones ask the same, so that
what was counted is found again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.tally import Manner, Names, Way


@dataclass(frozen=True)
class About:
    """About any of these themes or sub-themes."""

    subjects: frozenset[str]

    def __call__(self, about: Names) -> bool:
        return not (self.subjects.isdisjoint(about) and self.subjects.isdisjoint(map(theme_of, about)))


@dataclass(frozen=True)
class Within:
    """In any of these neighbourhoods."""

    areas: frozenset[str]

    def __call__(self, places: Names) -> bool:
        return not self.areas.isdisjoint(places)


@dataclass(frozen=True)
class Along:
    """Along this way; None asks for any. `ours`: what the municipality wrote too; `deleted`: what was deleted at its source too."""

    channel: str | None = None
    medium: str | None = None
    source: str | None = None
    ours: bool = False
    deleted: bool = True

    def __call__(self, names: Names) -> bool:
        way = Way(*names)
        if (way.ours and not self.ours) or (way.deleted and not self.deleted):
            return False
        return _all((self.channel, self.medium, self.source), (way.channel, way.medium, way.source))


@dataclass(frozen=True)
class Said:
    """Said in this manner; None asks for any. What is not understood yet fits none."""

    kind: str | None
    tone: str | None
    language: str | None

    def __call__(self, names: Names) -> bool:
        return bool(names) and _all((self.kind, self.tone, self.language), Manner(*names))


@dataclass(frozen=True)
class Themes:
    """Tells the themes or, of these themes where any are named, the sub-themes."""

    of: frozenset[str] = frozenset()

    def __call__(self, about: Names) -> set[str]:
        return {sub for sub in about if theme_of(sub) in self.of} if self.of else {theme_of(sub) for sub in about}


@dataclass(frozen=True)
class Part:
    """Tells one of several names that always come in the same order; of none, nothing."""

    number: int

    def __call__(self, names: Names) -> set[str]:
        return {names[self.number]} if names else set()


@lru_cache(4096)
def theme_of(sub: str) -> str:
    """The theme of a full sub-theme."""
    return sub.partition("/")[0]


def _all(wanted: Sequence[str | None], found: Sequence[str]) -> bool:
    return all(want in (None, has) for want, has in zip(wanted, found, strict=True))
