"""One month of conversation: what is kept of it, and what may be said of that. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from models.language import _

FEWEST_PEOPLE = 5
"""Of fewer people together nothing is shown."""


@dataclass(frozen=True)
class Answering:
    """How messages that want an answer fared. Waits are in hours and count those that still wait; None: so many still wait that it has no
    end yet. `came_shut` came while the town hall was shut, `met_shut` of these were answered before it opened again. `worked`: how many
    were answered within so many working hours, by hours; empty where that was not counted yet.
    """

    wanting: int = 0
    people: int = 0
    answered: int = 0
    within_day: int = 0
    came_shut: int = 0
    met_shut: int = 0
    median: float | None = None
    ninetieth: float | None = None
    worked: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Medium:
    """How one medium fared: `channel` and `medium` as messages name them."""

    channel: str
    medium: str
    fared: Answering


@dataclass(frozen=True)
class Conversations:
    """Posts that begin a conversation: how many, how many reactions of others they had, and on how many nobody reacted."""

    begun: int = 0
    reactions: int = 0
    alone: int = 0


@dataclass(frozen=True)
class Month:
    """`posts_by_writer`: (posts, writers who wrote that many, those of them who wrote on two days or more), most posts first.

    `newcomers` is None where the month before is not known here. `judged`: settled tickets of which can be said whether it helped, of which
    `helped` those after which clearly fewer people wrote.
    """

    posts_by_writer: tuple[tuple[int, int, int], ...] = ()
    newcomers: int | None = None
    residents: Conversations = Conversations()
    municipality: Conversations = Conversations()
    own: int = 0
    own_replies: int = 0
    own_joined: int = 0
    ideas: int = 0
    ideas_met: int = 0
    judged: int = 0
    helped: int = 0
    all: Answering = Answering()
    open_hours: Answering = Answering()
    shut_hours: Answering = Answering()
    media: tuple[Medium, ...] = ()

    @property
    def writers(self) -> int:
        return sum(writers for _, writers, _ in self.posts_by_writer)

    @property
    def posts(self) -> int:
        return sum(posts * writers for posts, writers, _ in self.posts_by_writer)

    @property
    def active(self) -> int:
        """People who wrote on two days or more."""
        return sum(active for _, _, active in self.posts_by_writer)


@dataclass(frozen=True)
class Part:
    """A part of the people who wrote, by how much they wrote: what share of people, how many people, how many posts."""

    name: str
    people: int
    posts: int


def carried(posts_by_writer: Sequence[tuple[int, int, int]]) -> list[Part]:
    """How the posts are shared: the busiest 1% of writers, the next 9%, the other 90%. A part of fewer than five people goes into the next
    one; empty where even the busiest tenth is smaller than that.
    """
    writers = sum(count for __, count, __ in posts_by_writer)
    first, tenth = ceil(writers / 100), ceil(writers / 10)
    if tenth < FEWEST_PEOPLE or writers - tenth < FEWEST_PEOPLE:
        return []
    everything = _posts_of(posts_by_writer, writers)
    busy = _posts_of(posts_by_writer, tenth)
    rest = Part(_("de andere 90%%"), writers - tenth, everything - busy)
    if first < FEWEST_PEOPLE or tenth - first < FEWEST_PEOPLE:
        return [Part(_("de drukste 10%%"), tenth, busy), rest]
    busiest = _posts_of(posts_by_writer, first)
    return [Part(_("de drukste 1%%"), first, busiest), Part(_("de 9%% daarna"), tenth - first, busy - busiest), rest]


def _posts_of(posts_by_writer: Iterable[tuple[int, int, int]], people: int) -> int:
    """How many posts the busiest `people` wrote."""
    total, left = 0, people
    for posts, writers, __ in posts_by_writer:
        taken = min(writers, left)
        total, left = total + posts * taken, left - taken
    return total
