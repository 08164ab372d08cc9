"""What every source in sources.yaml has, and what a reader is given to read it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, HttpUrl, StringConstraints

from ingest.page import Page, Rejected
from models.configuration import Written
from models.municipality import Slug
from models.settings import settings
from models.words import Channel


def _with_port(written: object) -> object:
    return written.replace("${replay_port}", str(settings().replay_port)) if isinstance(written, str) else written


Url = Annotated[HttpUrl, BeforeValidator(_with_port)]
"""An address; `${replay_port}` in it is where this process replays the example municipality's channels."""
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]


@dataclass(frozen=True)
class Reading:
    """What a reader needs to know about its surroundings; it knows nothing of the database.

    `stored(since)` gives the external ids of this source's messages published since then and not removed, in a fixed order.
    """

    now: datetime
    zone: ZoneInfo
    data: Path
    user_agent: str
    own_accounts: frozenset[str]
    stored: Callable[[datetime], Sequence[str]]


class Entry(Written, ABC):
    """One source as a person wrote it down. Without purpose, legal basis, retention and audience there is no source."""

    id: Slug
    name: Said
    channel: Channel
    medium: str = ""
    """What people call the channel, where the source itself does not say: `telefoon`, `webformulier`."""
    purpose: Said
    legal_basis: Said
    retention_days: Annotated[int, Field(gt=0, le=36_500)]
    audience: Said
    active: bool = True
    every_minutes: Annotated[int, Field(ge=1, le=10_080)] = 10

    @property
    def kind_name(self) -> str:
        """The word that follows `kind:`."""
        return str(getattr(self, "kind"))  # noqa: B009 - each kind declares its own literal

    @abstractmethod
    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Pages from where `cursor` points to the end of what the source has now.

        Raises:
            SourceError: the source cannot be read any further.
        """

    @abstractmethod
    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Rows that were set aside, read once more; what succeeds is named in `settled`."""
