"""Doing a ticket together: who does it, which departments help, and which tickets belong to it."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from dashboards.people.rights import Right
from dashboards.tickets.page import Posted, change
from dashboards.visit import CheckedForm, Visitor, needs
from models.ticket import Ticket
from routing.tickets import changes, helping, joining

router = APIRouter(prefix="/tickets", dependencies=[needs(Right.READ)])

Other = Annotated[int, Form(alias="ander")]
Department = Annotated[str, Form(alias="afdeling")]


@router.post("/{ticket_id}/nemen", dependencies=[needs(Right.HANDLE), CheckedForm])
def take(visit: Visitor, form: Posted) -> Response:
    def make() -> Ticket:
        return changes.assign(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, visit.account.id)

    return change(visit, form, make)


@router.post("/{ticket_id}/toewijzen", dependencies=[needs(Right.HANDLE), CheckedForm])
def assign(visit: Visitor, form: Posted, wie: Annotated[str, Form()] = "") -> Response:
    def make() -> Ticket:
        person = int(wie) if wie.isdecimal() and len(wie) < 10 else None
        return changes.assign(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, person)

    return change(visit, form, make)


@router.post("/{ticket_id}/hulp", dependencies=[needs(Right.HANDLE), CheckedForm])
def ask_help(visit: Visitor, form: Posted, department: Department = "") -> Response:
    def make() -> Ticket:
        return helping.ask_help(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, department, form.typed)

    return change(visit, form, make)


@router.post("/{ticket_id}/hulp-klaar", dependencies=[needs(Right.HANDLE), CheckedForm])
def end_help(visit: Visitor, form: Posted, department: Department = "") -> Response:
    def make() -> Ticket:
        return helping.end_help(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, department)

    return change(visit, form, make)


@router.post("/{ticket_id}/samenvoegen", dependencies=[needs(Right.HANDLE), CheckedForm])
def merge(visit: Visitor, form: Posted, other: Other = 0) -> Response:
    def make() -> Ticket:
        return joining.merge(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, other)

    return change(visit, form, make)


@router.post("/{ticket_id}/verbinden", dependencies=[needs(Right.HANDLE), CheckedForm])
def link(visit: Visitor, form: Posted, other: Other = 0) -> Response:
    def make() -> Ticket:
        return joining.link(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, other)

    return change(visit, form, make)


@router.post("/{ticket_id}/losmaken", dependencies=[needs(Right.HANDLE), CheckedForm])
def unlink(visit: Visitor, form: Posted, other: Other = 0) -> Response:
    def make() -> Ticket:
        return joining.unlink(visit.session, form.ticket_id, form.version, visit.account.name, visit.now, other)

    return change(visit, form, make)
