"""What readers bring, whatever the kind of source: pages of items, with the cursor that goes with them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.errors import SourceError


class Pseudonym(str):
    """An author who is already a pseudonym: a row set aside earlier keeps no handle."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One message as its source gives it: unmasked, so it lives no longer than its page.

    `published_at` None: the source names no moment, the moment of hearing counts. `medium` is what people call the channel.
    `identity` is what every source would call this post (`at://...`), where `url` does not say it; only its keyed digest is stored.
    """

    external_id: str
    text: str
    published_at: datetime | None
    author: str | None = None
    url: str | None = None
    conversation: str | None = None
    in_reply_to: str | None = None
    answered_at: datetime | None = None
    medium: str = ""
    private: bool = False
    by_municipality: bool = False
    reach: int = 1
    edited_at: datetime | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item that could not be read. `location` is for a person: `meldingen.csv, rij 412`.

    `item` is what a retry needs: where it stood, and under `fields` the values that the mapping could name. What could not be named
    is not kept: it might be anybody's.
    """

    location: str
    reason: str
    item: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a reading, stored with `cursor` in one transaction.

    `removed` are external ids that are gone at the source. `restarts` names a file that is read from its beginning: what was set aside
    of it before is forgotten. `settled` are locations of rejected rows that could now be read. `problem` is what is wrong with one part
    of the source (a file) while the rest goes on. `known` counts rows that were read before and were not looked at again.
    """

    cursor: dict[str, Any]
    items: list[Item] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    restarts: str | None = None
    settled: list[str] = field(default_factory=list)
    problem: SourceError | None = None
    known: int = 0
