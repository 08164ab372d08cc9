"""A signed webhook: one event a change, as a CloudEvent 1.0 in JSON (structured mode), under an HMAC-SHA256 signature.

`id` names the change for good: a receiver that keeps them sees each once. How the ticket stands is told to us at
`/terugkoppeling/<target>`, signed in the same way. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from typing import Literal

from models.settings import settings
from models.words import TicketStatus
from outside.secrets import Secret
from routing.deliveries.targets.desk import Desk
from routing.deliveries.targets.signature import HEADER, sign
from routing.deliveries.targets.target import Case, Standing, TargetEntry, Turn

TYPES = {Turn.STAYS: "updated", Turn.CLOSES: "closed", Turn.REOPENS: "reopened"}
STATES: Mapping[str, TicketStatus] = {status.value: status for status in TicketStatus}


class WebhookEntry(TargetEntry):
    """`kind: webhook`. `token` is the shared secret; while it is being replaced, `next_token` signs as well and is taken as well."""

    kind: Literal["webhook"]
    next_token: Secret | None = None

    def secrets(self) -> tuple[str, ...]:
        """What signs and what is taken, the present one first.

        Raises:
            SecretMissing: one is not where it should be.
        """
        return tuple(secret.reveal(self.name) for secret in (self.token, self.next_token) if secret)

    def open(self) -> "Webhook":
        return Webhook(self, Desk(self, {}), self.secrets())


@dataclass(frozen=True)
class Webhook:
    entry: WebhookEntry
    desk: Desk
    secrets: tuple[str, ...]

    def find(self, _: Case) -> str | None:
        """A webhook cannot be asked; its receiver knows an event by its id."""
        return None

    def create(self, case: Case) -> str:
        self._post(case, "opened", case.text)
        return case.reference

    def update(self, _: str, case: Case) -> None:
        self._post(case, TYPES[case.turn], case.note)

    def standing(self, _: str) -> Standing | None:
        return None

    def close(self) -> None:
        self.desk.close()

    def _post(self, case: Case, what: str, text: str) -> None:
        event = {
            "specversion": "1.0",
            "id": f"{case.mark}/{what}",
            "source": settings().public_url,
            "type": f"nl.luisterpost.ticket.{what}",
            "subject": case.reference,
            "time": case.now.isoformat(),
            "datacontenttype": "application/json",
            "data": {
                "reference": case.reference,
                "title": case.title,
                "text": text,
                "theme": case.sub,
                "places": list(case.places),
                "urgent": case.urgent,
                "confidential": case.confidential,
                "opened_at": case.opened_at.isoformat(),
                "due_at": case.due_at.isoformat(),
                "link": case.link,
            },
        }
        body = dumps(event, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/cloudevents+json; charset=UTF-8", HEADER: sign(body, self.secrets, case.now)}
        self.desk.post_bytes("", body, headers)


def standing_told(entry: WebhookEntry, state: str, said: str) -> Standing:
    """What a receiver says of a ticket, by our own words for where it stands or those in `states`."""
    return Standing(state, entry.meaning(state, STATES), said)
