"""A ticket: its story left, its state right, and what a department can do with it."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form
from sqlalchemy import true
from starlette.responses import Response

from classify.corrections import Judgement, correct_story
from dashboards.people.rights import Right
from dashboards.signals.rerouting import reroute
from dashboards.tickets.page import Posted, change, found, page
from dashboards.visit import CheckedForm, Visit, Visitor, needs
from models.annotation import named_themes
from models.settings import settings
from models.signal import Signal, messages_of
from models.ticket import Ticket
from models.words import Verdict
from routing.tickets import changes as tickets
from routing.tickets.working_hours import OPENS

router = APIRouter(prefix="/tickets", dependencies=[needs(Right.READ)])

THEME_RIGHT = "klopt"
"""What a department says where only the address was wrong."""
Sub = Annotated[str, Form(alias="thema")]


@router.get("/{ticket_id}")
def one_ticket(visit: Visitor, ticket_id: int, alles: bool = False, zoek: str = "") -> Response:
    return page(visit, found(visit, ticket_id), every_voice=alles, asked=zoek)


@router.post("/{ticket_id}/oppakken", dependencies=[needs(Right.HANDLE), CheckedForm])
def accept(visit: Visitor, form: Posted) -> Response:
    return change(visit, form, lambda: tickets.accept(visit.session, form.ticket_id, form.version, visit.account.name, visit.now))


@router.post("/{ticket_id}/beginnen", dependencies=[needs(Right.HANDLE), CheckedForm])
def start(visit: Visitor, form: Posted) -> Response:
    return change(visit, form, lambda: tickets.start(visit.session, form.ticket_id, form.version, visit.account.name, visit.now))


@router.post("/{ticket_id}/wachten", dependencies=[needs(Right.HANDLE), CheckedForm])
def wait(visit: Visitor, form: Posted, tot: Annotated[str, Form()] = "") -> Response:
    def make() -> Ticket:
        return tickets.wait(
            visit.session, form.ticket_id, form.version, visit.account.name, visit.now, form.typed, _morning(tot, visit.now)
        )

    return change(visit, form, make)


@router.post("/{ticket_id}/overdragen", dependencies=[needs(Right.HANDLE), CheckedForm])
def hand_over(visit: Visitor, form: Posted, later: BackgroundTasks, afdeling: Annotated[str, Form()] = "", thema: Sub = "") -> Response:
    def make() -> None:
        told = tickets.hand_over(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, afdeling, form.typed)
        if thema != THEME_RIGHT:
            _not_ours(visit, told, thema, form.typed.strip())

    if thema not in ("", THEME_RIGHT):
        later.add_task(reroute, visit.now)
    return change(visit, form, make)


@router.post("/{ticket_id}/weigeren", dependencies=[needs(Right.HANDLE), CheckedForm])
def refuse(visit: Visitor, form: Posted, later: BackgroundTasks, thema: Sub = "") -> Response:
    def make() -> None:
        told = tickets.refuse(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, form.typed)
        if thema != THEME_RIGHT:
            _not_ours(visit, told, thema, form.typed.strip())

    if thema not in ("", THEME_RIGHT):
        later.add_task(reroute, visit.now)
    return change(visit, form, make)


@router.post("/{ticket_id}/afhandelen", dependencies=[needs(Right.HANDLE), CheckedForm])
def settle(visit: Visitor, form: Posted) -> Response:
    def make() -> Ticket:
        return tickets.settle(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, form.typed)

    return change(visit, form, make)


@router.post("/{ticket_id}/heropenen", dependencies=[needs(Right.HANDLE), CheckedForm])
def reopen(visit: Visitor, form: Posted) -> Response:
    def make() -> Ticket:
        return tickets.reopen(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, form.typed)

    return change(visit, form, make)


@router.post("/{ticket_id}/aantekening", dependencies=[needs(Right.HANDLE), CheckedForm])
def note(visit: Visitor, form: Posted) -> Response:
    def make() -> Ticket:
        return tickets.note(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, form.typed)

    return change(visit, form, make)


def _morning(day: str, now: datetime) -> datetime:
    """When the town hall opens on that day; without a readable day a moment that has passed, which is refused with words."""
    try:
        return datetime.combine(date.fromisoformat(day), OPENS, settings().zone)
    except ValueError:
        return now


def _not_ours(visit: Visit, ticket: Ticket, sub: str, why: str) -> None:
    """Remember that the story is not this department's, and what it is about if they said so: of the messages that were taken for that."""
    signal = visit.session.get_one(Signal, ticket.signal_id)
    numbers = [message.id for message in messages_of(visit.session, signal.id, true())]
    themes = named_themes(visit.session, numbers)
    mistaken = [number for number in numbers if number in themes and themes[number][0].sub == signal.sub]
    judgement = Judgement(Verdict.NOT_OURS, (sub,) if sub else None, why=why)
    correct_story(visit.session, mistaken, signal.id, judgement, visit.account.id, visit.now)
