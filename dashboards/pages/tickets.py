"""A ticket: its story left, its state right, and what a department can do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from sqlalchemy import true
from starlette.responses import Response

from classify.corrections import CorrectionError, Judgement, correct_story
from dashboards.accounts import may_act
from dashboards.errors import not_found, not_yours
from dashboards.rerouting import reroute
from dashboards.story import tell
from dashboards.visit import CheckedForm, Visit, Visitor, kept, see_other
from models.annotation import named_themes
from models.settings import settings
from models.signal import Signal, messages_of
from models.ticket import Ticket, TicketEvent, lines_of
from models.town import Department, department_names, departments
from models.trend import themes_to_ask
from models.words import Verdict
from routing.errors import StaleTicket, TicketError
from routing.tickets import changes as tickets

router = APIRouter(prefix="/tickets")


@dataclass(frozen=True)
class Seen:
    """What the sender of a form saw: the version, and the last line of the history."""

    version: int
    line: int


@dataclass(frozen=True)
class Refused:
    """A change that was not made: why, what was typed, and what changed in the meantime (None: nothing did)."""

    why: str
    typed: str
    since: tuple[TicketEvent, ...] | None = None


THEME_RIGHT = "klopt"
"""What a department says where only the address was wrong."""
Version = Annotated[int, Form(alias="versie")]
Line = Annotated[int, Form(alias="regel")]
Words = Annotated[str, Form(alias="woorden", max_length=2000)]


@router.get("/{ticket_id}")
def one_ticket(visit: Visitor, ticket_id: int, alles: bool = False) -> Response:
    return _page(visit, _found(visit, ticket_id), every_voice=alles)


@router.post("/{ticket_id}/oppakken", dependencies=[CheckedForm])
def accept(visit: Visitor, ticket_id: int, version: Version, line: Line = 0) -> Response:
    return _change(
        visit, ticket_id, Seen(version, line), "", lambda: tickets.accept(visit.session, ticket_id, version, visit.account.name, visit.now)
    )


@router.post("/{ticket_id}/overdragen", dependencies=[CheckedForm])
def hand_over(
    visit: Visitor,
    ticket_id: int,
    version: Version,
    later: BackgroundTasks,
    line: Line = 0,
    afdeling: Annotated[str, Form()] = "",
    words: Words = "",
    thema: Annotated[str, Form()] = "",
) -> Response:
    def change() -> Ticket:
        ticket = tickets.hand_over(visit.session, ticket_id, version, visit.account.name, visit.now, afdeling, words.strip())
        if thema != THEME_RIGHT:
            _not_ours(visit, ticket, thema, words.strip())
        return ticket

    if thema not in ("", THEME_RIGHT):
        later.add_task(reroute, visit.now)
    return _change(visit, ticket_id, Seen(version, line), words, change)


@router.post("/{ticket_id}/afhandelen", dependencies=[CheckedForm])
def settle(visit: Visitor, ticket_id: int, version: Version, line: Line = 0, words: Words = "") -> Response:
    def change() -> Ticket:
        return tickets.settle(visit.session, ticket_id, version, visit.account.name, visit.now, words)

    return _change(visit, ticket_id, Seen(version, line), words, change)


@router.post("/{ticket_id}/heropenen", dependencies=[CheckedForm])
def reopen(visit: Visitor, ticket_id: int, version: Version, line: Line = 0, words: Words = "") -> Response:
    def change() -> Ticket:
        return tickets.reopen(visit.session, ticket_id, version, visit.account.name, visit.now, words.strip())

    return _change(visit, ticket_id, Seen(version, line), words, change)


@router.post("/{ticket_id}/aantekening", dependencies=[CheckedForm])
def note(visit: Visitor, ticket_id: int, version: Version, line: Line = 0, words: Words = "") -> Response:
    def change() -> Ticket:
        return tickets.note(visit.session, ticket_id, version, visit.account.name, visit.now, words)

    return _change(visit, ticket_id, Seen(version, line), words, change)


def _change(visit: Visit, ticket_id: int, seen: Seen, typed: str, change: Callable[[], Ticket]) -> Response:
    ticket = _found(visit, ticket_id)
    if not may_act(visit.account, ticket):
        raise not_yours("Dit ticket ligt bij een andere afdeling. U kunt het lezen, maar alleen die afdeling kan het veranderen.")
    try:
        with kept(visit.session):
            change()
    except StaleTicket as stale:
        visit.session.refresh(ticket)
        since = tuple(line for line in lines_of(visit.session, ticket_id) if line.id > seen.line)
        return _page(visit, ticket, 409, Refused(str(stale), typed, since))
    except (TicketError, CorrectionError) as refused:
        return _page(visit, ticket, 422, Refused(str(refused), typed))
    return see_other(f"/tickets/{ticket_id}")


def _not_ours(visit: Visit, ticket: Ticket, sub: str, why: str) -> None:
    """Remember that the story is not this department's, and what it is about if they said so: of the messages that were taken for that."""
    signal = visit.session.get_one(Signal, ticket.signal_id)
    numbers = [message.id for message in messages_of(visit.session, signal.id, true())]
    themes = named_themes(visit.session, numbers)
    mistaken = [number for number in numbers if number in themes and themes[number][0].sub == signal.sub]
    judgement = Judgement(Verdict.NOT_OURS, (sub,) if sub else None, why=why)
    correct_story(visit.session, mistaken, signal.id, judgement, visit.account.id, visit.now)


def _page(visit: Visit, ticket: Ticket, status: int = 200, refused: Refused | None = None, every_voice: bool = False) -> Response:
    signal = visit.session.get_one(Signal, ticket.signal_id)
    history = lines_of(visit.session, ticket.id)
    return visit.page(
        "ticket.html",
        status,
        ticket=ticket,
        owner=visit.session.get_one(Department, ticket.department_id),
        story=tell(visit.session, signal, visit.now, settings().zone, visit.reader, every_voice),
        history=history,
        last_line=history[0].id if history else 0,
        names=department_names(visit.session),
        themes=themes_to_ask(visit.session),
        others=[department for department in departments(visit.session) if department.id != ticket.department_id],
        mine=may_act(visit.account, ticket),
        refused=refused,
        every_voice=every_voice,
    )


def _found(visit: Visit, ticket_id: int) -> Ticket:
    ticket = visit.session.get(Ticket, ticket_id)
    if ticket is None:
        raise not_found(f"Ticket {ticket_id}")
    return ticket
