"""TOPdesk: what callers wrote in incidents and what operators answered them; actions that a caller does not see stay where they are.

Increments: the list is asked for incidents modified since the last reading, in that order; each new request or action moves that moment.
An incident that was removed is found once a day, by its id. The list is asked for these fields alone, so a caller's name, telephone and
address do not even come here; the requests do not carry names in their text, as an incident's own field `request` does.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import StringConstraints

from ingest.entry import Reading
from ingest.lists.changed import Turn, newest
from ingest.lists.listing import Listed, at, name_at, sort_out, words_at
from ingest.lists.tickets import Desk, Tickets, answered
from ingest.outside.api import Api, Reply
from ingest.page import Item
from ingest.written.markup import text_of
from ingest.written.moments import moment

PATH = "/tas/api/incidents"
FIELDS = "id,briefDescription,callerLookup,entryType,creationDate,modificationDate,closed,closedDate"
LIMIT = 50


class Topdesk(Tickets):
    """`kind: topdesk`. `token` is the application password of `username`."""

    kind: Literal["topdesk"]
    username: Annotated[str, StringConstraints(min_length=1)]
    private: bool = True
    """Whether incidents are shown to the department and webcare only; false where they are reports about the public space."""

    def _authorization(self, token: str) -> str:
        return f"Basic {b64encode(f'{self.username}:{token}'.encode()).decode()}"

    def _desk(self, api: Api, reading: Reading) -> Desk:
        return _Operator(self, api, reading)


@dataclass(frozen=True, slots=True)
class _Operator:
    shows_all: ClassVar[bool] = True

    entry: Topdesk
    api: Api
    reading: Reading

    def changed(self, since: datetime, number: int) -> Turn:
        query = f"modificationDate=ge={since.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')}"
        asked: dict[str, str | int] = {"query": query, "sort": "modificationDate:asc", "fields": FIELDS}
        incidents = _list(self.api.get(PATH, asked | {"pageSize": LIMIT, "start": (number - 1) * LIMIT}))
        listed = Listed()
        for incident in incidents:
            listed += self._entries(incident)
        last = newest((at(incident, "modificationDate") for incident in incidents), self.reading.zone)
        return Turn(listed, last, len(incidents) >= LIMIT)

    def ticket(self, ticket: str) -> Listed | None:
        reply = self.api.find(f"{PATH}/id/{ticket}")
        return self._entries(reply.body) if reply else None

    def _entries(self, incident: Any) -> Listed:
        number = name_at(incident, "id")
        if not number:
            return sort_out([incident], lambda _: "", lambda _: None)
        requests = [request | {"ours": False} for request in self._trail(number, "requests")]
        actions = [action | {"ours": True} for action in self._trail(number, "actions") if _told(action)]
        if requests:
            requests[0] |= {"title": at(incident, "briefDescription")}
        trail = sorted(requests + actions, key=lambda entry: newest([_written(entry)], self.reading.zone) or self.reading.now)
        listed = sort_out(trail, lambda entry: _name(number, entry), lambda entry: self._item(incident, entry))
        return Listed(answered(listed.items), listed.rejected, listed.seen)

    def _trail(self, incident: str, part: str) -> list[dict[str, Any]]:
        """Oldest first; TOPdesk gives the newest first."""
        return [entry for entry in _list(self.api.find(f"{PATH}/id/{incident}/{part}")) if isinstance(entry, dict)][::-1]

    def _item(self, incident: Any, entry: Mapping[str, Any]) -> Item:
        ticket, ours, caller = name_at(incident, "id"), bool(entry["ours"]), name_at(incident, "callerLookup", "id")
        closed = at(incident, "closedDate") if at(incident, "closed") is True and not ours else None
        return Item(
            external_id=_name(ticket, entry),
            text="\n\n".join(filter(None, (words_at(entry, "title"), text_of(words_at(entry, "memoText"))))),
            published_at=moment(_written(entry), self.reading.zone),
            author=f"{self.entry.id}/{caller}" if caller and not ours else None,
            conversation=ticket,
            answered_at=moment(closed, self.reading.zone) if closed else None,
            medium=words_at(incident, "entryType", "name") or self.entry.medium,
            private=self.entry.private,
            by_municipality=ours,
        )


def _told(action: Mapping[str, Any]) -> bool:
    """Whether an operator wrote this for the caller to see."""
    return at(action, "invisibleForCaller") is False and at(action, "operator") is not None


def _written(entry: Mapping[str, Any]) -> Any:
    return entry.get("entryDate") or entry.get("creationDate")


def _name(incident: str, entry: Any) -> str:
    number = name_at(entry, "id")
    return f"{incident}/{number}" if number else ""


def _list(reply: Reply | None) -> list[Any]:
    return reply.body if reply and isinstance(reply.body, list) else []
