"""What sources that keep tickets have in common: a list by moment of change, tickets by number, and a secret.

A ticket holds one or more messages; the name of a message begins with the name of its ticket and a slash, or is the ticket's own.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import Field

from ingest.entry import Entry, Reading, Url
from ingest.lists.changed import Turn, changed_since
from ingest.lists.listing import Listed
from ingest.lists.recheck import once_more, recheck
from ingest.outside.api import Api
from ingest.page import Item, Page, Rejected
from outside.secrets import Secret

DAILY = timedelta(hours=23)
BATCH, BATCHES = 20, 50


class Desk(Protocol):
    """The ticket system, as one reading asks it."""

    shows_all: ClassVar[bool]
    """Whether a ticket shows all that was said in it. Where it does not, what it no longer shows is not gone."""

    def changed(self, since: datetime, number: int) -> Turn:
        """Messages of the tickets that changed at or after `since`, longest ago first; `number` is the page, from 1."""

    def ticket(self, ticket: str) -> Listed | None:
        """The messages of one ticket; None: it is gone."""


class Tickets(Entry):
    """The fields of every ticket system. `base` is its own address, `token` what we prove ourselves with."""

    base: Url
    token: Secret
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 60
    """How far back the first reading goes."""
    overlap_minutes: Annotated[int, Field(ge=0, le=1_440)] = 15
    recheck_days: Annotated[int, Field(ge=0, le=90)] = 7
    """How long a ticket that was removed is looked for, once a day; 0: not at all."""

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """What changed since the last reading, and once a day the tickets of the last days by number."""
        with self._api(reading) as api:
            desk = self._desk(api, reading)
            first, overlap = timedelta(days=self.first_days), timedelta(minutes=self.overlap_minutes)
            for page in changed_since(cursor, reading.now, first, overlap, desk.changed):
                cursor = page.cursor
                yield page
            yield from recheck(self.name, cursor, reading, self.recheck_days, BATCH, BATCHES, _Look(desk), DAILY)

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """The ticket of each, by its number."""
        with self._api(reading) as api:
            yield from once_more(rejected, cursor, _Look(self._desk(api, reading)))

    def _api(self, reading: Reading) -> Api:
        headers = {"Authorization": self._authorization(self.token.reveal(self.name))}
        return Api(self.name, str(self.base), reading, headers, self.token.place, self.allow_private)

    @abstractmethod
    def _authorization(self, token: str) -> str:
        """The header of that name."""

    @abstractmethod
    def _desk(self, api: Api, reading: Reading) -> Desk:
        """The system behind `api`."""


@dataclass(frozen=True, slots=True)
class _Look:
    """Messages by name, their tickets each asked for once."""

    desk: Desk

    def __call__(self, names: Sequence[str]) -> Listed:
        listed = Listed()
        for ticket in dict.fromkeys(name.split("/")[0] for name in names):
            if (found := self.desk.ticket(ticket)) is not None:
                kept = set() if self.desk.shows_all else {name for name in names if name.split("/")[0] == ticket}
                listed += Listed(found.items, found.rejected, found.seen | kept)
        return listed


def answered(items: Sequence[Item]) -> list[Item]:
    """The messages of one conversation in order, each of our own pointing at the resident's message before it."""
    question: str | None = None
    told = []
    for item in items:
        told.append(replace(item, in_reply_to=item.in_reply_to or question) if item.by_municipality else item)
        question = question if item.by_municipality else item.external_id
    return told
