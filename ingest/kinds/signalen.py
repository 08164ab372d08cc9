"""Signalen: reports about the public space, from its private API.

Increments: the list is asked for what was updated since the last reading, in that order; an edit, another status and an answer all move
that moment. A report that Signalen itself removed is found once a day, by number. Of where it is, only street and neighbourhood are read;
of who reported it, only what becomes a pseudonym.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from ingest.entry import Reading
from ingest.lists.changed import Turn, newest
from ingest.lists.listing import Listed, at, entries_at, name_at, sort_out, words_at
from ingest.lists.tickets import Desk, Tickets
from ingest.outside.api import Api
from ingest.page import Item
from ingest.written.moments import moment

PATH = "/signals/v1/private/signals/"
LIMIT = 100
DONE = ("o", "a")
"""How Signalen calls the states afgehandeld and geannuleerd."""


class Signalen(Tickets):
    """`kind: signalen`. `base` is the address of its back end, without `/signals`."""

    kind: Literal["signalen"]
    medium: str = "melding"

    def _authorization(self, token: str) -> str:
        return f"Bearer {token}"

    def _desk(self, api: Api, reading: Reading) -> Desk:
        return _Signals(self, api, reading)


@dataclass(frozen=True, slots=True)
class _Signals:
    shows_all: ClassVar[bool] = False
    """A report shows its last status alone; what an earlier one told stays said."""

    entry: Signalen
    api: Api
    reading: Reading

    def changed(self, since: datetime, number: int) -> Turn:
        asked: dict[str, str | int] = {"updated_after": since.isoformat(), "ordering": "updated_at", "page": number, "page_size": LIMIT}
        body = self.api.get(PATH, asked).body
        reports = entries_at(body, "results")
        last = newest((at(report, "updated_at") for report in reports), self.reading.zone)
        return Turn(self._listed(reports), last, bool(at(body, "_links", "next", "href")))

    def ticket(self, ticket: str) -> Listed | None:
        reply = self.api.find(f"{PATH}{ticket}")
        return self._listed([reply.body]) if reply else None

    def _listed(self, reports: list[Any]) -> Listed:
        answers = [report | {"answer": True} for report in reports if isinstance(report, dict) and _told(report)]
        return sort_out(reports + answers, _name, self._item)

    def _item(self, report: Any) -> Item:
        number, status = name_at(report, "id"), at(report, "status", "created_at")
        if at(report, "answer"):
            text, said = words_at(report, "status", "text"), moment(status, self.reading.zone)
            return Item(_name(report), text, said, None, None, number, number, by_municipality=True, medium=self.entry.medium)
        place = ", ".join(
            filter(None, (words_at(report, "location", "address", "openbare_ruimte"), words_at(report, "location", "area_name")))
        )
        return Item(
            external_id=number,
            text="\n\n".join(filter(None, (words_at(report, "text"), place))),
            published_at=moment(at(report, "created_at"), self.reading.zone),
            author=words_at(report, "reporter", "email") or None,
            conversation=number,
            answered_at=moment(status, self.reading.zone) if at(report, "status", "state") in DONE else None,
            medium=self.entry.medium,
        )


def _name(report: Any) -> str:
    number = name_at(report, "id")
    return f"{number}/{name_at(report, 'status', 'created_at')}" if number and at(report, "answer") else number


def _told(report: Any) -> bool:
    """Whether the last status was mailed to whoever reported."""
    return at(report, "status", "send_email") is True and bool(at(report, "status", "text"))
