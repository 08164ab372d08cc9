"""One month of conversation as the page tells it. Pure: what is of too few people is left out here, not in the template."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scipy.stats import binomtest

from dashboards.words.notation import decimal
from models.language import _
from models.words import Channel
from routing.community.month import FEWEST_PEOPLE, Answering, Conversations, Month, Part, carried

CONFIDENCE = 0.95
WANTED = 0.2
"""The share that wants to take part actively below which a community has little chance (seed of Bind, on people who were interviewed)."""


@dataclass(frozen=True)
class Share:
    """A part of a whole with its Wilson interval at 95%."""

    part: int
    whole: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.part / self.whole

    @property
    def words(self) -> str:
        """`24% (20% tot 29%)`"""
        return _("%(share)s (%(low)s tot %(high)s)", share=percentage(self.value), low=percentage(self.low), high=percentage(self.high))


@dataclass(frozen=True)
class Speed:
    """How fast answers come in one place. `answered` is None where fewer than five people asked."""

    name: str
    asked: int
    answered: Share | None
    median: str = ""
    ninetieth: str = ""


@dataclass(frozen=True)
class Told:
    """A month. None, or empty: of too few people, or not known."""

    month: date
    writers: int | None
    posts: int | None
    parts: Sequence[Part]
    active: Share | None
    newcomers: int | None
    alone: Share | None
    reactions: str | None
    own_reactions: str | None
    everything: Speed
    speeds: Sequence[Speed]


def tell(month: date, counted: Month, channels: Mapping[Channel, str]) -> Told:
    """What may be said of a month; `channels` are their names on the page."""
    known = counted.writers >= FEWEST_PEOPLE
    return Told(
        month,
        counted.writers if known else None,
        counted.posts if known else None,
        carried(counted.posts_by_writer),
        share(counted.active, counted.writers) if known else None,
        counted.newcomers if known and counted.newcomers is not None and _large(counted.newcomers) else None,
        share(counted.residents.alone, counted.residents.begun) if counted.residents.begun >= FEWEST_PEOPLE else None,
        _reactions(counted.residents),
        _reactions(counted.municipality),
        _speed(_("alles samen"), counted.all),
        list(_speeds(counted, channels)),
    )


def percentage(value: float) -> str:
    return f"{round(100 * value)}%"


def share(part: int, whole: int) -> Share:
    """`whole` is above 0."""
    interval = binomtest(part, whole).proportion_ci(CONFIDENCE, method="wilson")
    return Share(part, whole, float(interval.low), float(interval.high))


def against(active: Share) -> str:
    """What may be said of the active share beside the 20%."""
    if active.low > WANTED:
        return _("Dat is meer dan 20%%.")
    if active.high < WANTED:
        return _("Dat is minder dan 20%%.")
    return _("Of dat boven of onder 20%% is, is bij zo weinig mensen niet te zeggen.")


def _speeds(counted: Month, channels: Mapping[Channel, str]) -> Iterator[Speed]:
    yield _speed(_("gevraagd in kantooruren"), counted.open_hours)
    yield _speed(_("gevraagd buiten kantooruren"), counted.shut_hours)
    for one in counted.media:
        yield _speed(one.medium or channels[Channel(one.channel)], one.fared)


def _speed(name: str, fared: Answering) -> Speed:
    if fared.people < FEWEST_PEOPLE:
        return Speed(name, fared.wanting, None)
    return Speed(name, fared.wanting, share(fared.answered, fared.wanting), _wait(fared.median), _wait(fared.ninetieth))


def _wait(hours: float | None) -> str:
    """`40 minuten`, `3,4 uur`, `2,5 dagen`; where it has no end yet: that they still wait."""
    if hours is None:
        return _("wacht nog")
    if hours < 1.5:
        return _("%(hours)s minuten", hours=round(60 * hours))
    return _("%(hours)s uur", hours=decimal(hours)) if hours < 48 else _("%(hours)s dagen", hours=decimal(hours / 24))


def _reactions(conversations: Conversations) -> str | None:
    return decimal(conversations.reactions / conversations.begun) if conversations.begun >= FEWEST_PEOPLE else None


def _large(count: int) -> bool:
    """Whether a number of people singles nobody out."""
    return count == 0 or count >= FEWEST_PEOPLE
