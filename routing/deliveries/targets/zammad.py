"""Zammad: a ticket of a group, with an internal note for everything that is new.

Its search looks in titles: ours end in our own reference. https://docs.zammad.org/en/latest/api/ticket/index.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from models.words import TicketStatus
from routing.deliveries.targets.answers import at, named, rows
from routing.deliveries.targets.desk import Desk
from routing.deliveries.targets.target import Case, Standing, TargetEntry, Turn

STATES: Mapping[str, TicketStatus] = {
    "new": TicketStatus.OPEN,
    "open": TicketStatus.ACCEPTED,
    "pending reminder": TicketStatus.WAITING,
    "pending close": TicketStatus.WAITING,
    "closed": TicketStatus.SETTLED,
    "merged": TicketStatus.SETTLED,
    "removed": TicketStatus.REFUSED,
}
SEARCHED = 10


class ZammadEntry(TargetEntry):
    """`kind: zammad`. The token's owner must be an agent of the group, with the right ticket.agent."""

    kind: Literal["zammad"]
    group: str
    customer: str
    """E-mail address under which our tickets are filed; Zammad makes the customer if it is new."""
    tags: tuple[str, ...] = ()

    def open(self) -> "Zammad":
        return Zammad(self, Desk(self, {"Authorization": f"Token token={self.token.reveal(self.name)}"}))


@dataclass(frozen=True)
class Zammad:
    entry: ZammadEntry
    desk: Desk

    def find(self, case: Case) -> str | None:
        found = self.desk.get("/api/v1/tickets/search", {"query": f'title:"{case.reference}"', "expand": "true", "limit": SEARCHED})
        return next((named(row, "id") for row in rows(found) if str(at(row, "title")).endswith(f"[{case.reference}]")), None)

    def create(self, case: Case) -> str:
        body = {
            "title": case.named_title,
            "group": self.entry.group,
            "customer_id": f"guess:{self.entry.customer}",
            "priority": "3 high" if case.urgent else "2 normal",
            "article": self._article(case, f"{case.text}\n{case.link}\n[{case.mark}]"),
        }
        if self.entry.tags:
            body["tags"] = ",".join(self.entry.tags)
        made = named(self.desk.send("POST", "/api/v1/tickets", body), "id")
        if not made:
            raise self.desk.nonsense("noemt geen nummer")
        return made

    def update(self, reference: str, case: Case) -> None:
        change: dict[str, Any] = {}
        if not self._has(reference, case.mark):
            change["article"] = self._article(case, case.marked_note)
        if case.turn is not Turn.STAYS:
            change["state"] = "closed" if case.turn is Turn.CLOSES else "open"
        if change:
            self.desk.send("PUT", f"/api/v1/tickets/{reference}", change)

    def standing(self, reference: str) -> Standing | None:
        state = str(at(self.desk.get(f"/api/v1/tickets/{reference}", {"expand": "true"}), "state") or "")
        return Standing(state, self.entry.meaning(state, STATES))

    def close(self) -> None:
        self.desk.close()

    def _has(self, reference: str, mark: str) -> bool:
        articles = rows(self.desk.get(f"/api/v1/ticket_articles/by_ticket/{reference}"))
        return any(f"[{mark}]" in str(at(article, "body")) for article in articles)

    def _article(self, case: Case, body: str) -> dict[str, Any]:
        return {"subject": case.title, "body": body, "content_type": "text/plain", "type": "note", "internal": True}
