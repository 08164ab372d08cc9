"""Signalen: a report in its private API, with a note for everything that is new.

It cannot be asked for a reference of ours. So ours ends the text, and of what came from our source since the ticket was opened the one
with that ending is it. https://github.com/Amsterdam/signals
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from models.configuration import Written
from models.words import TicketStatus
from routing.deliveries.targets.answers import at, named, rows
from routing.deliveries.targets.desk import Desk
from routing.deliveries.targets.target import Case, Standing, TargetEntry, Turn
from routing.digests.letters import shortened

PATH = "/signals/v1/private/signals/"
A_PAGE = 100
MOST_PAGES = 20
TEXT = 3000
STATES: Mapping[str, TicketStatus] = {
    "m": TicketStatus.OPEN,
    "i": TicketStatus.ACCEPTED,
    "b": TicketStatus.IN_HAND,
    "ingepland": TicketStatus.IN_HAND,
    "reopened": TicketStatus.IN_HAND,
    "s": TicketStatus.IN_HAND,
    "h": TicketStatus.WAITING,
    "reaction requested": TicketStatus.WAITING,
    "reaction received": TicketStatus.IN_HAND,
    "forwarded to external": TicketStatus.WAITING,
    "ready to send": TicketStatus.WAITING,
    "sent": TicketStatus.WAITING,
    "done external": TicketStatus.IN_HAND,
    "closure requested": TicketStatus.IN_HAND,
    "reopen requested": TicketStatus.SETTLED,
    "o": TicketStatus.SETTLED,
    "a": TicketStatus.REFUSED,
}


class Spot(Written):
    """Where a report is put that Signalen wants on the map: the town hall, say. The text names the real places."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    stadsdeel: str | None = None


class SignalenEntry(TargetEntry):
    """`kind: signalen`. `url` is the address of its back end, without `/signals`; `source` must be one that Signalen knows.

    `category` is the path of a sub-category there (`/signals/v1/public/terms/categories/afval/sub_categories/overig-afval`);
    `categories` names others for sub-themes of ours.
    """

    kind: Literal["signalen"]
    source: str = "Luisterpost"
    category: str
    categories: Mapping[str, str] = Field(default_factory=dict)
    spot: Spot

    def open(self) -> "Signalen":
        return Signalen(self, Desk(self, {"Authorization": f"Bearer {self.token.reveal(self.name)}"}))


@dataclass(frozen=True)
class Signalen:
    entry: SignalenEntry
    desk: Desk

    def find(self, case: Case) -> str | None:
        asked: dict[str, str | int] = {"source": self.entry.source, "created_after": case.opened_at.isoformat(), "page_size": A_PAGE}
        for number in range(1, MOST_PAGES + 1):
            page = self.desk.get(PATH, asked | {"page": number})
            for row in rows(at(page, "results")):
                if str(at(row, "text")).rstrip().endswith(f"[{case.reference}]"):
                    return named(row, "id")
            if not at(page, "_links", "next", "href"):
                break
        return None

    def create(self, case: Case) -> str:
        ending = f"\n{case.link}\n[{case.reference}]"
        spot = self.entry.spot
        location: dict[str, Any] = {"geometrie": {"type": "Point", "coordinates": [spot.lon, spot.lat]}}
        body = {
            "text": f"{case.text[: TEXT - len(ending)]}{ending}",
            "source": self.entry.source,
            "category": {"sub_category": self.entry.categories.get(case.sub, self.entry.category)},
            "location": location | ({"stadsdeel": spot.stadsdeel} if spot.stadsdeel else {}),
            "reporter": {"sharing_allowed": False},
            "priority": {"priority": "high" if case.urgent else "normal"},
            "incident_date_start": case.opened_at.isoformat(),
        }
        made = named(self.desk.send("POST", PATH, body), "id")
        if not made:
            raise self.desk.nonsense("noemt geen nummer")
        return made

    def update(self, reference: str, case: Case) -> None:
        report = self.desk.get(f"{PATH}{reference}")
        change: dict[str, Any] = {}
        if not any(f"[{case.mark}]" in str(at(note, "text")) for note in rows(at(report, "notes"))):
            change["notes"] = [{"text": shortened_note(case)}]
        closed = STATES.get(named(report, "status", "state")) in (TicketStatus.SETTLED, TicketStatus.REFUSED)
        if case.turn is Turn.CLOSES and not closed:
            change["status"] = {"state": "o", "text": shortened(case.note, TEXT), "send_email": False}
        if case.turn is Turn.REOPENS and closed:
            change["status"] = {"state": "reopened", "text": shortened(case.note, TEXT), "send_email": False}
        if change:
            self.desk.send("PATCH", f"{PATH}{reference}", change)

    def standing(self, reference: str) -> Standing | None:
        status = at(self.desk.get(f"{PATH}{reference}"), "status")
        state = named(status, "state")
        return Standing(state, self.entry.meaning(state, STATES))

    def close(self) -> None:
        self.desk.close()


def shortened_note(case: Case) -> str:
    """The note within Signalen's bounds, its mark whole."""
    ending = f"\n{case.link}\n[{case.mark}]"
    return f"{case.note[: TEXT - len(ending)]}{ending}"
