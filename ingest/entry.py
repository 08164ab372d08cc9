"""What every source in sources.yaml has, and what a reader is given to read it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from threading import Event
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ConfigDict, Field, HttpUrl, StringConstraints

from ingest.page import Page, Rejected
from models.column_mapping import ColumnMapping
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
    `mappings()` gives what people confirmed about the columns of this source's exports, by the digest of their headings.
    """

    now: datetime
    zone: ZoneInfo
    data: Path
    user_agent: str
    own_accounts: frozenset[str]
    stored: Callable[[datetime], Sequence[str]]
    mappings: Callable[[], Mapping[str, ColumnMapping]] = dict


class Entry(Written, ABC):
    """One source as a person wrote it down. Without purpose, legal basis, retention and audience there is no source."""

    model_config = ConfigDict(use_attribute_docstrings=True)

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
    pages_ahead: ClassVar[int] = 0
    """How many pages are read while the last one is stored: only where reading asks nothing that depends on what was stored."""

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


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP call to an address of ours. Names of `headers` are in lower case; `body` is as it came, for signatures are over bytes."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


class NotAuthentic(Exception):
    """A call that does not prove who sent it. Says nothing of what was wrong: it is answered to whoever called."""


class Follows(Entry):
    """A source that can be listened to without asking, besides being read."""

    @property
    def can_be_followed(self) -> bool:
        """Whether what is written down is enough to listen: a kind may need a token for it."""
        return True

    @abstractmethod
    def follow(self, cursor: dict[str, Any], reading: Reading, stopping: Event) -> Iterator[Page]:
        """Pages as they happen, until `stopping` is set or the connection ends. `read` brings what was said in between.

        Looks at `stopping` at least once a second. A page carries another cursor than the one given only where the protocol has one.

        Raises:
            SourceError: the connection is refused or broken; the listener waits and follows again.
        """


class Receives(Entry):
    """A source that calls us: at `/in/{id}`."""

    @abstractmethod
    def receive(self, call: Call, reading: Reading) -> Iterator[Page]:
        """What `call` brings, with cursors as they are: a call never moves `read` on.

        Raises:
            NotAuthentic: the call is not from whom it says, compared in constant time; nothing of it was looked at.
            SourceError: the call is theirs and cannot be read as a whole.
        """

    def delivery(self, call: Call) -> str | None:
        """What names this call among the sender's calls: a call by a known name is answered, not stored again. None: each call is new."""
        return call.headers.get("idempotency-key") or blake2b(call.body, digest_size=16).hexdigest()

    def greeting(self, call: Call) -> str | None:  # noqa: ARG002 - kinds with a handshake override it
        """What a sender that first asks whether we are there (GET) must hear back. None: this kind has no such question.

        Raises:
            NotAuthentic: the question does not carry the secret agreed on.
        """
        return None
