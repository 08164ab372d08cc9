"""What a source calls us with, stored once: the call, what it brought and what its sender was told, in one transaction."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from ingest.entry import Call, NotAuthentic, Receives
from ingest.errors import SecretMissing, SourceError, UnknownSource
from ingest.page import Rejected
from ingest.push import Busy, lock, push
from ingest.run import surroundings
from ingest.sources import find_source
from ingest.storing.load import Counts, prepare
from models import ReceivedCall
from models.configuration import ConfigurationError
from models.database import transaction
from models.received import earlier_call, forget_calls
from models.settings import settings

REMEMBERED = timedelta(days=30)
"""How long a call is known as one that came before. A replay after that is stored like any page: nothing of it twice."""


class NotReady(Exception):
    """We cannot take the call now; the sender does well to call again. `cause` may be for our own log, never for the sender."""


class OtherBody(Exception):
    """A call by the name of an earlier one that said something else."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One item of a call that could not be read."""

    location: str
    reason: str


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a call. `repeated`: it had come before; the counts are those of the first time."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    repeated: bool = False


def receive(source_id: str, call: Call, now: datetime) -> Received:
    """Store what a source calls us with, in one transaction with the memory of the call.

    Raises:
        NotAuthentic: no source of this name takes calls, or the call is not from its sender.
        SourceError: the call is theirs and cannot be read.
        OtherBody: the sender gave two different calls one name.
        NotReady: our own affairs are in the way: a secret that is missing, a table that is locked.
    """
    entry = receiver(source_id)
    reading, border = surroundings(entry, now)
    try:
        pages = list(entry.receive(call, reading))
    except SecretMissing as error:
        raise NotReady(str(error)) from error
    prepared = [prepare(entry, page, border, now) for page in pages]
    name, said = entry.delivery(call), _hash(call.body)
    try:
        with transaction() as session:
            lock(session, entry.id)
            if name is not None and (earlier := earlier_call(session, entry.id, _hash(name.encode("utf-8", "replace")))):
                if earlier.body != said:
                    raise OtherBody(source_id)
                return _again(earlier.answer)
            counts = sum((push(session, entry, page, now) for page in prepared), Counts())
            received = _told(counts, [row for page in pages for row in page.rejected])
            if name is not None:
                forget_calls(session, now - REMEMBERED)
                session.add(
                    ReceivedCall(
                        source_id=entry.id,
                        delivery=_hash(name.encode("utf-8", "replace")),
                        body=said,
                        received_at=now,
                        answer=asdict(received),
                    )
                )
            return received
    except Busy as error:
        raise NotReady(f"{source_id} is bezet") from error


def greet(source_id: str, call: Call) -> str:
    """What a sender that asks whether we are there must hear.

    Raises:
        NotAuthentic: no source of this name takes such questions, or not from this sender.
        NotReady: the secret agreed on is missing.
    """
    try:
        answer = receiver(source_id).greeting(call)
    except SecretMissing as error:
        raise NotReady(str(error)) from error
    if answer is None:
        raise NotAuthentic
    return answer


def receiver(source_id: str) -> Receives:
    """The active source of this name that takes calls.

    Raises:
        NotAuthentic: there is none; a caller does not learn which sources there are.
        NotReady: sources.yaml cannot be used.
    """
    try:
        entry = find_source(settings().config, source_id)
    except UnknownSource as error:
        raise NotAuthentic from error
    except (ConfigurationError, SourceError) as error:
        raise NotReady(str(error)) from error
    if not isinstance(entry, Receives) or not entry.active:
        raise NotAuthentic
    return entry


def _told(counts: Counts, rejected: list[Rejected]) -> Received:
    refused = [Refused(row.location, row.reason) for row in rejected]
    return Received(counts.added, counts.changed, counts.removed, counts.unchanged, refused)


def _again(answer: dict[str, Any]) -> Received:
    return Received(**answer | {"refused": [Refused(**row) for row in answer["refused"]], "repeated": True})


def _hash(said: bytes) -> bytes:
    return blake2b(said, digest_size=32).digest()
