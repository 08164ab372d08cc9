"""Zammad: what customers write in tickets and what agents answer them; internal notes stay where they are.

Increments: the search is asked for tickets updated since the last reading, in that order; each new or edited article moves that moment. A
ticket or article that was removed is found once a day, by number. The search for moments needs Elasticsearch: where Zammad runs without,
it would find nothing and say nothing of it, so an empty answer is made sure of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from ingest.entry import Reading
from ingest.errors import SourceError
from ingest.lists.changed import Turn, newest
from ingest.lists.listing import Listed, at, name_at, sort_out, words_at
from ingest.lists.tickets import Desk, Tickets, answered
from ingest.outside.api import Api, Reply
from ingest.page import Item
from ingest.written.letters import letter_name
from ingest.written.markup import text_of
from ingest.written.moments import moment
from ingest.written.quoted import own_words

TICKETS = "/api/v1/tickets"
SEARCH = "/api/v1/tickets/search"
LIMIT = 50
MEDIA = {"email": "e-mail", "phone": "telefoon", "web": "webformulier", "chat": "chat", "sms": "sms", "whatsapp message": "WhatsApp"}
PUBLIC = ("twitter status", "facebook feed post", "facebook feed comment")


class Zammad(Tickets):
    """`kind: zammad`. `base` is the address of Zammad itself."""

    kind: Literal["zammad"]

    def _authorization(self, token: str) -> str:
        return f"Token token={token}"

    def _desk(self, api: Api, reading: Reading) -> Desk:
        return _Agent(self, api, reading)


@dataclass(frozen=True, slots=True)
class _Agent:
    shows_all: ClassVar[bool] = True

    entry: Zammad
    api: Api
    reading: Reading

    def changed(self, since: datetime, number: int) -> Turn:
        query = f"updated_at:[{since.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%S.%fZ')} TO *]"
        tickets = self._search(query, number)
        if not tickets and number == 1:
            self._refuse_blindness()
        listed = Listed()
        for ticket in tickets:
            listed += self._articles(ticket)
        return Turn(listed, newest((at(ticket, "updated_at") for ticket in tickets), self.reading.zone), len(tickets) >= LIMIT)

    def ticket(self, ticket: str) -> Listed | None:
        reply = self.api.find(f"{TICKETS}/{ticket}")
        return self._articles(reply.body) if reply else None

    def _search(self, query: str, number: int) -> list[Any]:
        asked: dict[str, str | int] = {"query": query, "sort_by": "updated_at", "order_by": "asc", "page": number, "per_page": LIMIT}
        return _list(self.api.get(SEARCH, asked | {"expand": "true"}))

    def _refuse_blindness(self) -> None:
        """Nothing changed, or nothing can be found: one ticket that is there tells the two apart."""
        some = _list(self.api.get(TICKETS, {"page": 1, "per_page": 1}))
        if some and not self._search(f"id:{name_at(some[0], 'id')}", 1):
            raise SourceError(
                f"{self.entry.name}: de zoekfunctie van Zammad vindt niet wat er is.",
                "Zet in Zammad Elasticsearch aan en bouw de zoekindex opnieuw op; zonder kan Luisterpost niet zien wat er nieuw is.",
            )

    def _articles(self, ticket: Any) -> Listed:
        number = name_at(ticket, "id")
        reply = self.api.find(f"/api/v1/ticket_articles/by_ticket/{number}") if number else None
        told = [
            article for article in _list(reply) if at(article, "internal") is not True and at(article, "sender") in ("Customer", "Agent")
        ]
        for first in told[:1]:
            told[0] = {"title": at(ticket, "title")} | dict(first)
        listed = sort_out(told, lambda article: _name(number, article), lambda article: self._item(number, article))
        return Listed(answered(listed.items), listed.rejected, listed.seen)

    def _item(self, ticket: str, article: Mapping[str, Any]) -> Item:
        body, kind = words_at(article, "body"), name_at(article, "type")
        text = text_of(body) if at(article, "content_type") == "text/html" else body
        ours = at(article, "sender") == "Agent"
        customer = name_at(article, "origin_by_id") or name_at(article, "created_by_id")
        return Item(
            external_id=_name(ticket, article),
            text="\n\n".join(filter(None, (words_at(article, "title"), own_words(text) if kind == "email" else text))),
            published_at=moment(at(article, "created_at"), self.reading.zone),
            author=f"{self.entry.id}/{customer}" if customer and not ours else None,
            conversation=ticket,
            medium=MEDIA.get(kind, kind or self.entry.medium),
            private=kind not in PUBLIC,
            by_municipality=ours,
            identity=f"mail:{letter_name(number)}" if (number := name_at(article, "message_id")) else None,
        )


def _name(ticket: str, article: Any) -> str:
    number = name_at(article, "id")
    return f"{ticket}/{number}" if number else ""


def _list(reply: Reply | None) -> list[Any]:
    return reply.body if reply and isinstance(reply.body, list) else []
