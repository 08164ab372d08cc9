"""Consul Democracy: proposals, debates and the comments below them, by its public API.

The API gives 25 at a time in no certain order, tells nothing of edits, and of the moment only the hour. The end of each list, where what
is new usually stands, is read each time, and everything once in `sweep_hours`: so nothing stays unheard for longer, and edits are seen.
What a whole reading did not meet is removed only when the site says, asked for that one, that it does not have it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from ingest.entry import Entry, Reading, Url
from ingest.errors import SourceError
from ingest.lists.listing import Listed, Unreadable, at, entries_at, name_at, sort_out, words_at
from ingest.lists.recheck import MANY, once_more, unknown
from ingest.outside.api import Api
from ingest.outside.graphql import ask, closed
from ingest.page import Item, Page, Rejected
from ingest.written.markup import text_of
from ingest.written.moments import EARLIEST, moment

MAX_PAGES = 2_000
MAX_DOUBTS = 100
"""So many that were not met are asked for one by one; the others at a next whole reading."""
# Names with underscores are those that every version knows.
_AUTHOR = "public_author { id username }"
FIELDS = {
    "proposal": f"id title summary description public_created_at {_AUTHOR}",
    "debate": f"id title description public_created_at {_AUTHOR}",
    "comment": f"id body ancestry commentable_id commentable_type public_created_at {_AUTHOR}",
}


class Consul(Entry):
    """`kind: consul`. `base` is the address of the site; its API stands at `/graphql`."""

    kind: Literal["consul"]
    base: Url
    medium: str = "participatieplatform"
    allow_private: bool = False
    every_minutes: Annotated[int, Field(ge=1, le=10_080)] = 30
    sweep_hours: Annotated[int, Field(ge=1, le=168)] = 6

    def read(self, cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """The cursor holds, under `ends`, from where each list is read next time, and when the last whole reading was."""
        last = cursor.get("swept_at")
        whole = last is None or reading.now - datetime.fromisoformat(last) >= timedelta(hours=self.sweep_hours)
        seen: set[str] = set()
        with self._api(reading) as api:
            for sort in FIELDS:
                for listed, end in self._list(api, reading, sort, None if whole else cursor.get("ends", {}).get(sort)):
                    seen |= listed.seen
                    cursor = cursor | {"ends": cursor.get("ends", {}) | {sort: end}}
                    yield Page(cursor, listed.items, listed.rejected)
            if whole:
                yield self._doubts(api, reading, seen, cursor | {"swept_at": reading.now.isoformat()})

    def again(self, rejected: Sequence[Rejected], cursor: dict[str, Any], reading: Reading) -> Iterator[Page]:
        """Each by its number."""
        with self._api(reading) as api:
            yield from once_more(rejected, cursor, partial(self._by_id, api, reading))

    def _doubts(self, api: Api, reading: Reading, seen: set[str], cursor: dict[str, Any]) -> Page:
        """What a whole reading did not meet. A site that shows nothing at all and knows none of ours deletes nothing here."""
        doubts = [number for number in reading.stored(EARLIEST) if number not in seen][:MAX_DOUBTS]
        found = self._by_id(api, reading, doubts)
        gone = [number for number in doubts if number not in found.seen]
        lost = unknown(self.name, len(gone)) if not seen and len(gone) >= MANY else None
        return Page(cursor, found.items, found.rejected, removed=[] if lost else gone, problem=lost)

    def _api(self, reading: Reading) -> Api:
        return Api(self.name, str(self.base), reading, allow_private=self.allow_private, explain=partial(closed, self.name))

    def _list(self, api: Api, reading: Reading, sort: str, after: str | None) -> Iterator[tuple[Listed, str | None]]:
        """Pages of one list; with each, from where to read on next time: before it, as the last page may still fill up."""
        connection = f"{{ pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {FIELDS[sort]} }} }} }}"
        question = f"query ($after: String) {{ found: {sort}s(first: 25, after: $after) {connection} }}"
        for _ in range(MAX_PAGES):
            data, problem = ask(api, "/graphql", question, {"after": after})
            if problem:
                raise problem
            found = at(data, "found")
            yield self._sort_out(reading, sort, [at(edge, "node") for edge in entries_at(found, "edges")]), after
            following = name_at(found, "pageInfo", "endCursor")
            if not following or not at(found, "pageInfo", "hasNextPage"):
                return
            after = following

    def _by_id(self, api: Api, reading: Reading, numbers: Sequence[str]) -> Listed:
        """Those that the site has, one by one. Where it fails to answer, a message is taken to be there."""
        listed = Listed()
        for number in numbers:
            sort, _, own = number.partition("-")
            if sort not in FIELDS or not own.isdecimal():
                continue
            question = f"{{ found: {sort}(id: {own}) {{ {FIELDS[sort]} }} }}"
            try:
                reply = api.find("/graphql", {"query": question})
            except SourceError:
                listed.seen.add(number)
                continue
            if reply is not None and (node := at(reply.body, "data", "found")) is not None:
                listed += self._sort_out(reading, sort, [node])
        return listed

    def _sort_out(self, reading: Reading, sort: str, nodes: Sequence[Any]) -> Listed:
        return sort_out(
            nodes, lambda node: f"{sort}-{name_at(node, 'id')}" if name_at(node, "id") else "", partial(self._item, reading, sort)
        )

    def _item(self, reading: Reading, sort: str, node: Mapping[str, Any]) -> Item:
        if not name_at(node, "public_created_at"):
            raise Unreadable("het bericht mist zijn moment")
        number, base = name_at(node, "id"), str(self.base).rstrip("/")
        below = f"{name_at(node, 'commentable_type').casefold()}-{name_at(node, 'commentable_id')}"
        parent = name_at(node, "ancestry").rpartition("/")[2]
        return Item(
            external_id=f"{sort}-{number}",
            text=_comment_text(node) if sort == "comment" else _text(node),
            published_at=moment(name_at(node, "public_created_at").replace(" UTC", "+00:00"), reading.zone),
            author=name_at(node, "public_author", "id") or None,
            url=f"{base}/{sort}s/{number}",
            conversation=below if sort == "comment" else f"{sort}-{number}",
            in_reply_to=(f"comment-{parent}" if parent else below) if sort == "comment" else None,
            medium=self.medium,
            by_municipality=name_at(node, "public_author", "username").casefold() in reading.own_accounts,
        )


def _text(node: Mapping[str, Any]) -> str:
    parts = (text_of(words_at(node, part)) for part in ("title", "summary", "description"))
    return "\n\n".join(filter(None, parts))


def _comment_text(node: Mapping[str, Any]) -> str:
    """Plain text, as its writer typed it."""
    return words_at(node, "body")
