"""TOPdesk: an incident of a caller, with an action that the caller does not see for everything that is new.

Our reference is its external number. https://developers.topdesk.com/explorer/?page=incident
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from models.words import TicketStatus
from routing.deliveries.targets.answers import at, named, rows
from routing.deliveries.targets.desk import Desk
from routing.deliveries.targets.target import Case, Standing, TargetEntry, Turn
from routing.digests.letters import shortened

PATH = "/tas/api/incidents"
BRIEF = 80
"""Longest short description in characters."""
CLOSED = "closed"
STATES: Mapping[str, TicketStatus] = {
    CLOSED: TicketStatus.SETTLED,
    "": TicketStatus.OPEN,
    "Aangemeld": TicketStatus.OPEN,
    "In behandeling": TicketStatus.IN_HAND,
    "Gereed": TicketStatus.SETTLED,
    "Afgemeld": TicketStatus.SETTLED,
}
"""What installations usually call them; each may choose its own words."""


class TopdeskEntry(TargetEntry):
    """`kind: topdesk`. `token` is the application password of `username`; it needs the right to read, make and change incidents."""

    kind: Literal["topdesk"]
    username: str
    caller: str
    """E-mail address under which our incidents are filed: TOPdesk must know it as a person."""
    operator_group: str | None = None
    category: str | None = None
    subcategory: str | None = None

    def open(self) -> "Topdesk":
        credentials = b64encode(f"{self.username}:{self.token.reveal(self.name)}".encode()).decode()
        return Topdesk(self, Desk(self, {"Authorization": f"Basic {credentials}"}))


@dataclass(frozen=True)
class Topdesk:
    entry: TopdeskEntry
    desk: Desk

    def find(self, case: Case) -> str | None:
        found = self.desk.get(PATH, {"query": f'externalNumber=="{case.reference}"', "fields": "id,externalNumber", "pageSize": 2})
        return next((named(row, "id") for row in rows(found) if at(row, "externalNumber") == case.reference), None)

    def create(self, case: Case) -> str:
        body: dict[str, Any] = {
            "status": "firstLine",
            "callerLookup": {"email": self.entry.caller},
            "briefDescription": shortened(case.title, BRIEF),
            "request": _memo(f"{case.text}\n{case.link}"),
            "externalNumber": case.reference,
            "targetDate": case.due_at.strftime("%Y-%m-%dT%H:%M:%S.000%z"),
        }
        places = {"operatorGroup": self.entry.operator_group, "category": self.entry.category, "subcategory": self.entry.subcategory}
        body |= {field: {"name": name} for field, name in places.items() if name}
        made = named(self.desk.send("POST", PATH, body), "id")
        if not made:
            raise self.desk.nonsense("noemt geen id")
        return made

    def update(self, reference: str, case: Case) -> None:
        change: dict[str, Any] = {}
        if not self._has(reference, case.mark):
            change |= {"action": _memo(case.marked_note), "actionInvisibleForCaller": True}
        if case.turn is not Turn.STAYS:
            change["closed"] = case.turn is Turn.CLOSES
        if change:
            self.desk.send("PUT", f"{PATH}/id/{reference}", change)

    def standing(self, reference: str) -> Standing | None:
        incident = self.desk.get(f"{PATH}/id/{reference}")
        state = CLOSED if at(incident, "closed") is True else named(incident, "processingStatus", "name")
        return Standing(state, self.entry.meaning(state, STATES))

    def close(self) -> None:
        self.desk.close()

    def _has(self, reference: str, mark: str) -> bool:
        actions = rows(self.desk.get(f"{PATH}/id/{reference}/actions", {"page_size": 100}))
        return any(f"[{mark}]" in str(at(action, "memoText")) for action in actions)


def _memo(text: str) -> str:
    """TOPdesk reads a memo as HTML."""
    return escape(text, quote=False).replace("\n", "<br/>")
