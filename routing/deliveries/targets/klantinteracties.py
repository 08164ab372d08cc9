"""Klantinteracties (VNG; Open Klant): an internal task, under a contact that says where it came from.

Both carry our reference as their `referentienummer` (at most ten characters), by which they are found again. A task has one explanation
and no notes: it is written anew each time, so that writing it twice changes nothing.
https://vng-realisatie.github.io/klantinteracties/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from models.words import TicketStatus
from routing.deliveries.targets.answers import at, named, rows
from routing.deliveries.targets.desk import Desk
from routing.deliveries.targets.target import Case, Standing, TargetEntry, Turn
from routing.digests.letters import shortened

CONTACTS = "/klantcontacten"
TASKS = "/internetaken"
SUBJECT = 200
EXPLANATION = 1000
TODO, DONE = "te_verwerken", "verwerkt"
STATES: Mapping[str, TicketStatus] = {TODO: TicketStatus.OPEN, DONE: TicketStatus.SETTLED}


class KlantinteractiesEntry(TargetEntry):
    """`kind: klantinteracties`. `url` is that of the API: it ends in `/klantinteracties/api/v1`."""

    kind: Literal["klantinteracties"]
    actors: tuple[UUID, ...] = ()
    """Whose tasks they become: the uuid of the department's actor there."""
    channel: str = "luisterpost"

    def open(self) -> "Klantinteracties":
        return Klantinteracties(self, Desk(self, {"Authorization": f"Token {self.token.reveal(self.name)}"}))


@dataclass(frozen=True)
class Klantinteracties:
    entry: KlantinteractiesEntry
    desk: Desk

    def find(self, case: Case) -> str | None:
        return self._numbered(TASKS, case)

    def create(self, case: Case) -> str:
        contact = self._numbered(CONTACTS, case) or self._made(CONTACTS, self._contact(case))
        task: dict[str, Any] = {
            "referentienummer": case.reference,
            "aanleidinggevendKlantcontact": {"uuid": contact},
            "gevraagdeHandeling": shortened(case.title, SUBJECT),
            "toelichting": _explanation(case),
            "status": TODO,
        }
        if self.entry.actors:
            task["toegewezenAanActoren"] = [{"uuid": str(actor)} for actor in self.entry.actors]
        return self._made(TASKS, task)

    def update(self, reference: str, case: Case) -> None:
        change: dict[str, Any] = {"toelichting": _explanation(case)}
        if case.turn is Turn.CLOSES:
            change |= {"status": DONE, "afgehandeldOp": case.now.isoformat()}
        if case.turn is Turn.REOPENS:
            change |= {"status": TODO, "afgehandeldOp": None}
        self.desk.send("PATCH", f"{TASKS}/{reference}", change)

    def standing(self, reference: str) -> Standing | None:
        state = named(self.desk.get(f"{TASKS}/{reference}"), "status")
        return Standing(state, self.entry.meaning(state, STATES))

    def close(self) -> None:
        self.desk.close()

    def _numbered(self, path: str, case: Case) -> str | None:
        found = self.desk.get(path, {"referentienummer": case.reference, "pageSize": 2})
        return next((named(row, "uuid") for row in rows(at(found, "results")) if at(row, "referentienummer") == case.reference), None)

    def _made(self, path: str, body: Mapping[str, Any]) -> str:
        made = named(self.desk.send("POST", path, body), "uuid")
        if not made:
            raise self.desk.nonsense("noemt geen uuid")
        return made

    def _contact(self, case: Case) -> dict[str, Any]:
        return {
            "referentienummer": case.reference,
            "kanaal": self.entry.channel,
            "onderwerp": shortened(case.title, SUBJECT),
            "inhoud": _explanation(case),
            "taal": "nld",
            "vertrouwelijk": case.confidential,
            "plaatsgevondenOp": case.opened_at.isoformat(),
        }


def _explanation(case: Case) -> str:
    """What is new, then the whole, as far as it fits, and always where to read the rest."""
    whole = case.text if case.note in case.text else f"{case.note}\n\n{case.text}"
    ending = f"\n{case.link}"
    return f"{whole[: EXPLANATION - len(ending)]}{ending}"
