"""Klantinteracties (VNG; Open Klant): notes of what residents called, wrote or came to ask, as the contact centre registers them.

Increments: the list has no filter on change and promises no order. Open Klant gives what was registered last first, whatever moment it
was about. So each reading walks from the top down to what was at the top at the end of the last whole walk. Once an hour, and on any
server that orders otherwise, a walk goes on through everything of the last days and thereby sees what was edited, registered late, or
slipped past while pages shifted; what we have of those days and the walk did not meet is asked for by its name, and removed if it is gone.

Of a contact only subject, content, channel, moment, confidentiality and whether it was answered are used. Who it was with is not asked for.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import Field

from ingest.entry import Entry, Reading, Url
from ingest.errors import SourceError
from ingest.lists.changed import newest
from ingest.lists.listing import Listed, at, entries_at, name_at, sort_out, words_at
from ingest.lists.recheck import MANY, once_more
from ingest.outside.api import Api
from ingest.page import Item, Page, Rejected
from ingest.written.moments import moment
from outside.secrets import Secret

LIMIT = 100
EXPAND = "leiddeTotInterneTaken"
EVERY = timedelta(hours=1)
QUIET = 10
"""After so many pages in a row of older contacts, there is nothing younger below."""
ASKED = 200
"""So many contacts that a walk did not meet are asked for by name at once."""
PROCESSED = "verwerkt"


class Klantinteracties(Entry):
    """`kind: klantinteracties`. `base` ends in `/klantinteracties/api/v1`."""

    kind: Literal["klantinteracties"]
    base: Url
    token: Secret
    without: list[str] = []
    """Values of `kanaal` that another source already brings: `social media`."""
    allow_private: bool = False
    first_days: Annotated[int, Field(ge=1, le=3_650)] = 60
    recheck_days: Annotated[int, Field(ge=1, le=90)] = 7
    """How long edits and deletions of a contact are looked for."""

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """New contacts, and once an hour all of the last days.

        In the cursor: `top`, the names on the first page of the last walk; `whole`, when everything was last walked through; and of such a
        walk that was broken off, under `walk`, its next page, how far it goes back and its own top.
        """
        with self._contacts(reading) as contacts:
            last = cursor.get("whole")
            if "walk" in cursor or last is None or reading.now - datetime.fromisoformat(last) >= EVERY:
                yield from self._everything(contacts, cursor, reading)
            else:
                yield from self._new(contacts, cursor)

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each contact by its name."""
        with self._contacts(reading) as contacts:
            yield from once_more(rejected, cursor, contacts.by_name)

    def _new(self, contacts: "_Contacts", cursor: dict[str, Any]) -> Iterator[Page]:
        """From the top down to what was there before. Broken off, it begins anew: its end alone moves the cursor."""
        top: list[str] = []
        for number in count(1):
            batch = contacts.page(number)
            top = top or sorted(batch.listed.seen)
            met = bool(batch.listed.seen & set(cursor.get("top", []))) or not batch.more
            yield Page(cursor | {"top": top} if met else cursor, batch.listed.items, batch.listed.rejected)
            if met:
                return

    def _everything(self, contacts: "_Contacts", cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Every page down to what is too old. Broken off, it goes on one page higher: what was removed meanwhile moved the rest up."""
        days = self.recheck_days if cursor.get("whole") else self.first_days
        walk = cursor.get("walk") or {"page": 1, "since": (reading.now - timedelta(days=days)).isoformat(), "top": []}
        broken_off, since = "walk" in cursor, datetime.fromisoformat(walk["since"])
        seen, quiet = set[str](), 0
        for number in count(max(walk["page"] - 1, 1)):
            batch = contacts.page(number)
            seen |= batch.listed.seen
            walk = walk | {"page": number + 1, "top": walk["top"] or sorted(batch.listed.seen)}
            quiet = quiet + 1 if batch.newest is not None and batch.newest < since else 0
            done = not batch.more or quiet == QUIET
            moved = {"top": walk["top"], "whole": reading.now.isoformat()} if done else {"walk": walk}
            cursor = {name: value for name, value in cursor.items() if name != "walk"} | moved
            yield Page(cursor, batch.listed.items, batch.listed.rejected)
            if done:
                break
        if not broken_off:
            yield from self._unmet(contacts, cursor, reading.stored(since), seen)

    def _unmet(self, contacts: "_Contacts", cursor: dict[str, Any], stored: Sequence[str], seen: Set[str]) -> Iterator[Page]:
        """What we have of these days and a walk did not meet: asked for by name, and removed where it is gone."""
        unmet = [name for name in stored if name not in seen]
        if len(unmet) == len(stored) >= MANY:
            raise SourceError(
                f"{self.name}: de server kent geen van {len(stored)} klantcontacten van de laatste dagen meer; er is niets gewist.",
                "Kijk of `base` in sources.yaml nog de goede server is.",
            )
        listed = contacts.by_name(unmet[:ASKED])
        if gone := [name for name in unmet[:ASKED] if name not in listed.seen]:
            yield Page(cursor, removed=gone)

    def _contacts(self, reading: Reading) -> "_Contacts":
        headers = {"Authorization": f"Token {self.token.reveal(self.name)}"}
        return _Contacts(self, reading, Api(self.name, str(self.base), reading, headers, self.token.place, self.allow_private))


@dataclass(frozen=True, slots=True)
class _Batch:
    """One page. `newest` is the latest moment on it, None where one has none."""

    listed: Listed
    newest: datetime | None
    more: bool


@dataclass(frozen=True, slots=True)
class _Contacts:
    """The list of contacts, as one reading asks it."""

    entry: Klantinteracties
    reading: Reading
    api: Api

    def __enter__(self) -> "_Contacts":
        return self

    def __exit__(self, *_: object) -> None:
        self.api.__exit__(None, None, None)

    def page(self, number: int) -> _Batch:
        """Pages by number: the address in `next` may be one that only the server's own network knows."""
        body = self.api.get("klantcontacten", {"page": number, "pageSize": LIMIT, "expand": EXPAND}).body
        contacts = entries_at(body, "results")
        written = [at(contact, "plaatsgevondenOp") for contact in contacts]
        latest = newest(written, self.reading.zone) if all(written) else None
        return _Batch(self._listed(contacts), latest, bool(contacts) and bool(at(body, "next")))

    def by_name(self, names: Sequence[str]) -> Listed:
        """Contacts by their uuid, each asked for alone."""
        replies = [self.api.find(f"klantcontacten/{name}", {"expand": EXPAND}) for name in names]
        return self._listed([reply.body for reply in replies if reply])

    def _listed(self, contacts: Sequence[Any]) -> Listed:
        return sort_out(contacts, lambda contact: name_at(contact, "uuid"), self._item)

    def _item(self, contact: Mapping[str, Any]) -> Item | None:
        channel, written = words_at(contact, "kanaal"), at(contact, "plaatsgevondenOp")
        if channel.casefold() in (name.casefold() for name in self.entry.without):
            return None
        published = moment(written, self.reading.zone) if written else None
        subject, content = words_at(contact, "onderwerp"), words_at(contact, "inhoud")
        return Item(
            external_id=name_at(contact, "uuid"),
            text=content if content.startswith(subject) else f"{subject}\n\n{content}",
            published_at=published,
            answered_at=published if words_at(contact, "reactie") else self._processed(contact),
            medium=channel or self.entry.medium,
            private=at(contact, "vertrouwelijk") is not False,
        )

    def _processed(self, contact: Mapping[str, Any]) -> datetime | None:
        """When the last of the tasks that this led to was done; None where one is still open, or there were none."""
        tasks = entries_at(contact, "_expand", "leiddeTotInterneTaken") or entries_at(contact, "leiddeTotInterneTaken")
        if not all(at(task, "status") == PROCESSED for task in tasks):
            return None
        return newest((at(task, "afgehandeldOp") for task in tasks), self.reading.zone)
