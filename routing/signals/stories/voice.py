"""One message as grouping sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from routing.signals.stories.wording import stems

NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Voice:
    """One message: `sub` is its best sub-theme (empty where none is probable), `others` further likely ones, `areas` its neighbourhoods,
    `guesses` all that it may be about with the probability of each, `none` among them."""

    id: int
    at: datetime
    sub: str
    areas: tuple[str, ...]
    text: str
    others: tuple[str, ...] = ()
    guesses: Mapping[str, float] = field(default_factory=dict)
    parent: int | None = None
    """The message it replies to."""
    author: str | None = None
    """Pseudonym; None where nobody is named."""
    words: frozenset[str] = field(init=False, repr=False, compare=False)
    """The stems of its text."""
    chances: Mapping[str, float] = field(init=False, repr=False, compare=False)
    """What it may be about; a message that came without guesses is about its sub-themes."""
    about: tuple[tuple[str, float], ...] = field(init=False, repr=False, compare=False)
    """The same without `none`."""
    themes: tuple[tuple[str, float], ...] = field(init=False, repr=False, compare=False)
    """The chances of its main themes."""
    doubt: float = field(init=False, repr=False, compare=False)
    """The chance that it is about nothing that a municipality does."""
    hour: float = field(init=False, repr=False, compare=False)
    """Its moment in hours."""

    def __post_init__(self) -> None:
        named = [sub for sub in (self.sub, *self.others) if sub]
        chances = self.guesses or {sub: 1.0 / len(named) for sub in named} or {NOTHING: 1.0}
        themes: dict[str, float] = {}
        for sub, chance in chances.items():
            if sub != NOTHING:
                theme = sub.partition("/")[0]
                themes[theme] = themes.get(theme, 0.0) + chance
        for name, value in (
            ("words", stems(self.text)),
            ("chances", chances),
            ("about", tuple(pair for pair in chances.items() if pair[0] != NOTHING)),
            ("themes", tuple(themes.items())),
            ("doubt", chances.get(NOTHING, 0.0)),
            ("hour", self.at.timestamp() / 3600),
        ):
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class Gist:
    """What several messages have in common, in the shape of one."""

    hour: float
    areas: tuple[str, ...]
    words: frozenset[str]
    about: tuple[tuple[str, float], ...]
    themes: tuple[tuple[str, float], ...]
    doubt: float
    id: int = 0
    author: str | None = None
