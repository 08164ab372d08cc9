"""What is decided about a signal: who may, what was chosen before, and what a form of the page said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Form

from dashboards.people.rights import Right
from dashboards.visit import Visit
from models.choice import Choice, choices_about, newest_choice, took_part_before
from models.language import _
from models.signal import Signal
from models.ticket import ticket_about
from models.town import Department, departments
from models.words import ChoiceForm, SignalStatus, TicketStatus
from routing.answers.effect import Change, Effect, effect
from routing.digests.item import Item, items
from routing.errors import ChoiceError, StaleChoice
from routing.proposals.choices import Wish
from routing.proposals.earlier import LastTime, last_time
from routing.proposals.situation import REMEMBERED


@dataclass(frozen=True)
class Refused:
    """A decision that was not written down: why, what was wanted, and what others decided in the meantime."""

    signal_id: int
    why: str
    typed: Mapping[str, str]
    newer: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Deciding:
    """What the page of a signal shows of decisions. `item` holds its proposal; None where it is no longer going on."""

    signal_id: int
    item: Item | None
    choices: Sequence[Choice]
    newest: int
    last_time: LastTime | None
    returning: int
    """People in it who wrote about its theme before."""
    effect: Effect | None
    """Whether what its department did helped; None while nothing is settled."""
    departments: Sequence[Department]
    may: bool


def deciding(visit: Visit, signal: Signal) -> Deciding:
    """The decisions about a signal, and the means to add one."""
    session = visit.session
    ticket = ticket_about(session, signal.id)
    settled = ticket.settled_at if ticket is not None and ticket.status is TicketStatus.SETTLED else None
    told = items(session, [signal], visit.now) if signal.status is SignalStatus.OPEN else []
    return Deciding(
        signal_id=signal.id,
        item=told[0] if told else None,
        choices=choices_about(session, [signal.id]).get(signal.id, ()),
        newest=newest_choice(session, signal.id),
        last_time=last_time(session, [signal], visit.now).get(signal.id),
        returning=took_part_before(session, [signal.id], visit.now - REMEMBERED).get(signal.id, 0),
        effect=effect(session, Change(signal.id, settled), visit.now) if settled else None,
        departments=departments(session),
        may=visit.may(Right.DECIDE),
    )


@dataclass(frozen=True)
class Typed:
    """What somebody filled in to decide; `gezien` is the newest decision they saw."""

    gezien: Annotated[int, Form()] = 0
    vorm: Annotated[str, Form()] = ""
    afdeling: Annotated[str, Form()] = ""
    wie: Annotated[str, Form(max_length=300)] = ""
    voor: Annotated[str, Form(max_length=40)] = ""

    @property
    def wish(self) -> Wish:
        """What is asked for.

        Raises:
            ChoiceError: no form is chosen, or the day is none.
        """
        try:
            chosen = ChoiceForm(self.vorm)
        except ValueError:
            raise ChoiceError(_("Kies eerst een vorm: wat gaat er gebeuren?")) from None
        try:
            day = date.fromisoformat(self.voor) if self.voor.strip() else None
        except ValueError:
            raise ChoiceError(_("%(typed)r is geen dag. Schrijf een dag als 2026-11-24, of laat de dag leeg.", typed=self.voor)) from None
        return Wish(chosen, self.afdeling or None, self.wie, day)

    def refused(self, signal_id: int, error: ChoiceError) -> Refused:
        """The form once more, with what was wrong."""
        newer = error.newer if isinstance(error, StaleChoice) else ()
        return Refused(signal_id, str(error), {"vorm": self.vorm, "afdeling": self.afdeling, "wie": self.wie, "voor": self.voor}, newer)


Posted = Annotated[Typed, Depends()]
