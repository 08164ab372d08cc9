"""One message as grouping sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from routing.signals.stories.wording import stems


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

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", stems(self.text))

    @property
    def chances(self) -> Mapping[str, float]:
        """What it may be about; a message that came without guesses is about its sub-themes."""
        if self.guesses:
            return self.guesses
        named = [sub for sub in (self.sub, *self.others) if sub]
        return {sub: 1.0 / len(named) for sub in named} or {"none": 1.0}
