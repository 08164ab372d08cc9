"""What every form of a ticket shares: what its sender saw, what happens when it is refused, and the page it comes back to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form
from starlette.responses import Response

from classify.corrections import CorrectionError
from dashboards.errors import not_found, not_yours
from dashboards.maps.places import map_of
from dashboards.signals.story import tell
from dashboards.tickets.answering import answering
from dashboards.visit import Visit, kept, see_other
from models.account import colleagues, may_handle, names_of
from models.language import _
from models.outside_ticket import outside_tickets_of
from models.settings import settings
from models.signal import Signal
from models.ticket import Ticket, TicketEvent, found_by, helpers_of, lines_of, linked_with, merged_into, what_helped
from models.town import Department, department_names, departments
from models.trend import themes_to_ask
from models.words import TicketStep
from routing.errors import StaleTicket, TicketError
from routing.tickets.history import break_in
from routing.tickets.transitions import allowed

HELPED = 3
FOUND = 10


@dataclass(frozen=True)
class Sent:
    """What came with a form: the ticket, the version and the last line of history that its sender saw, what was typed, and where from."""

    ticket_id: int
    version: int
    line: int
    typed: str
    back: str


def sent(
    ticket_id: int,
    version: Annotated[int, Form(alias="versie")],
    line: Annotated[int, Form(alias="regel")] = 0,
    typed: Annotated[str, Form(alias="woorden", max_length=2000)] = "",
    back: Annotated[str, Form(alias="terug", max_length=1000)] = "",
) -> Sent:
    return Sent(ticket_id, version, line, typed, back)


Posted = Annotated[Sent, Depends(sent)]


@dataclass(frozen=True)
class Refused:
    """A change that was not made: why, what was typed, and what changed in the meantime (None: nothing did)."""

    why: str
    typed: str
    since: tuple[TicketEvent, ...] | None = None


def change(visit: Visit, form: Sent, make: Callable[[], object]) -> Response:
    """Make a change if this visitor may, and go on; or show the page again, and say why it was not made."""
    ticket = found(visit, form.ticket_id)
    if not may_act(visit, ticket):
        raise not_yours(_("Dit ticket ligt bij een andere afdeling. U kunt het lezen, maar alleen die afdeling kan het veranderen."))
    try:
        with kept(visit.session):
            make()
    except StaleTicket as stale:
        visit.session.refresh(ticket)
        since = tuple(line for line in lines_of(visit.session, ticket.id) if line.number > form.line)
        return page(visit, ticket, 409, Refused(str(stale), form.typed, since))
    except (TicketError, CorrectionError) as refused:
        return page(visit, ticket, 422, Refused(str(refused), form.typed))
    return see_other(_ours(form.back) or f"/tickets/{form.ticket_id}")


def may_act(visit: Visit, ticket: Ticket) -> bool:
    """Whether this visitor may change this ticket: its department, those that help, the newsroom and administrators."""
    return may_handle(visit.account, [ticket.department_id, *helpers_of(visit.session, [ticket.id])[ticket.id]])


def page(
    visit: Visit, ticket: Ticket, status: int = 200, refused: Refused | None = None, every_voice: bool = False, asked: str = ""
) -> Response:
    """The ticket's page; `asked` looks for tickets that it could be merged or linked with."""
    town = visit.request.app.state.town_map
    return visit.page(
        "ticket.html",
        status,
        c=content(visit, ticket, every_voice, asked),
        map=map_of(visit.session, ticket.signal_id, town),
        shapeless=not town,
        answering=answering(visit, ticket),
        refused=refused,
        every_voice=every_voice,
        asked=asked,
    )


def content(visit: Visit, ticket: Ticket, every_voice: bool = False, asked: str = "") -> dict[str, object]:
    """What the page of a ticket tells, and what stands beside the inbox when it is looked at there."""
    session = visit.session
    signal = session.get_one(Signal, ticket.signal_id)
    history = lines_of(session, ticket.id)
    helping = helpers_of(session, [ticket.id])[ticket.id]
    team = colleagues(session, [ticket.department_id, *helping])
    return {
        "ticket": ticket,
        "owner": session.get_one(Department, ticket.department_id),
        "helping": helping,
        "story": tell(session, signal, visit.now, settings().zone, visit.reader, every_voice),
        "history": history,
        "last_line": history[0].number if history else 0,
        "broken": break_in(session, ticket.id),
        "elsewhere": [one for one in outside_tickets_of(session, ticket.id) if one.reference or one.problem],
        "names": department_names(session),
        "themes": themes_to_ask(session),
        "others": [department for department in departments(session) if department.id != ticket.department_id],
        "team": team,
        "people": names_of(session, [ticket.assignee_id]) if ticket.assignee_id else {},
        "answering": answering(visit, ticket),
        "mine": may_handle(visit.account, [ticket.department_id, *helping]),
        "may": {step.value for step in TicketStep if allowed(ticket.status, step)},
        "linked": linked_with(session, ticket.id),
        "merged": merged_into(session, ticket.id),
        "helped": what_helped(session, ticket, HELPED),
        "found": found_by(session, asked, ticket.id, FOUND),
    }


def found(visit: Visit, ticket_id: int) -> Ticket:
    """The ticket of this page.

    Raises:
        Refusal: there is none.
    """
    ticket = visit.session.get(Ticket, ticket_id)
    if ticket is None:
        raise not_found(_("Ticket %(ticket_id)s", ticket_id=ticket_id))
    return ticket


def _ours(back: str) -> str | None:
    """Back to the inbox a form was sent from; nowhere outside."""
    return back if back.startswith("/afdelingen/") and back.isascii() and back.isprintable() and "\\" not in back else None
