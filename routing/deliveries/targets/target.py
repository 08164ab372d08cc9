"""The shape of a target: how a ticket is found, made and brought up to date in a department's own system, and how it stands there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import AnyHttpUrl, Field

from models.configuration import Written
from models.settings import settings
from models.words import TicketStatus
from outside.secrets import Secret
from routing.deliveries.attempt import Attempt


class TargetError(Exception):
    """The target did not take it, or could not be asked; `attempt` says what that means for the delivery."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.problem)
        self.attempt = attempt


class Turn(StrEnum):
    """What an update does to the ticket beside adding a note."""

    STAYS = "stays"
    CLOSES = "closes"
    REOPENS = "reopens"


@dataclass(frozen=True)
class Case:
    """What a target is told of a ticket. Nothing in it was written by a resident, but for the few words of the title.

    `reference` is our name for it, at most ten characters, in every text that is sent, so that it is found again. `mark` names this one
    telling of it, so that a note is added once. `note` is what is new, `text` the whole.
    """

    reference: str
    mark: str
    title: str
    text: str
    note: str
    link: str
    sub: str
    places: tuple[str, ...]
    opened_at: datetime
    due_at: datetime
    urgent: bool
    confidential: bool
    turn: Turn
    now: datetime

    @property
    def named_title(self) -> str:
        return f"{self.title} [{self.reference}]"

    @property
    def marked_note(self) -> str:
        return f"{self.note}\n{self.link}\n[{self.mark}]"


@dataclass(frozen=True)
class Standing:
    """How a ticket stands in the target: its own word, what that means to us (None: an unknown word), and what was said of it."""

    state: str
    status: TicketStatus | None
    said: str = ""


class Target(Protocol):
    """One department's own system. Every method may raise TargetError."""

    def find(self, case: Case) -> str | None:
        """The target's name for this ticket, if it is there: asked before it is made, so that a lost answer doubles nothing."""

    def create(self, case: Case) -> str:
        """Make it; the target's name for it."""

    def update(self, reference: str, case: Case) -> None:
        """Add the note unless it is there, and close or reopen it."""

    def standing(self, reference: str) -> Standing | None:
        """How it stands; None where the target tells us by itself, or never."""

    def close(self) -> None:
        """Let go of connections."""


class TargetEntry(Written):
    """What every target has in targets.yaml."""

    name: str
    """What people call the system: in the ticket's history and in errors."""
    url: AnyHttpUrl
    token: Secret
    allow_private: bool = False
    """Whether the url may lead into the municipality's own network."""
    states: Mapping[str, TicketStatus] = Field(default_factory=dict)
    """What the system's own words for where a ticket stands mean to us, where that differs from the kind's own list."""

    def meaning(self, state: str, known: Mapping[str, TicketStatus]) -> TicketStatus | None:
        """What a state of the target means; the municipality's own list goes before the kind's."""
        return self.states.get(state) or known.get(state)

    def open(self) -> Target:
        """Ready to be asked.

        Raises:
            SecretMissing: the token is not where it should be.
        """
        raise NotImplementedError


def reference_of(ticket_id: int) -> str:
    """Our name for a ticket elsewhere: `LP-42`. A public address of one's own tells installations apart in the text."""
    return f"LP-{ticket_id}"


def link_of(ticket_id: int) -> str:
    return f"{settings().public_url.rstrip('/')}/tickets/{ticket_id}"
