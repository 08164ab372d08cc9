"""Becoming a reader: a colleague asks for digests, and confirms by mail."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from dashboards.errors import Refusal
from dashboards.people.sessions import whose
from dashboards.readers.opened import Slowly, about_reader, caller, honoured
from dashboards.readers.rate import ReaderRate
from dashboards.visit import CheckedForm, Database, Now, OpenToAll, render, see_other
from models.language import _
from routing.readers.subscribing import ReaderError, audience_names, behind, confirm, open_to_colleagues, subscribe
from routing.readers.tokens import Purpose, signed

router = APIRouter(prefix="/bericht-ontvangen", dependencies=[OpenToAll])


@router.get("")
def wanted(request: Request, session: Database, now: Now, gevraagd: bool = False, afdeling: str = "") -> Response:
    return _wanted(request, session, now, typed=("", afdeling), asked_for=gevraagd)


@router.post("", dependencies=[CheckedForm])
def want(
    request: Request, session: Database, now: Now, adres: Annotated[str, Form()] = "", afdeling: Annotated[str, Form()] = ""
) -> Response:
    """Says the same whoever reads what already: only the mail tells."""
    rate: ReaderRate = request.app.state.reader_rate
    if not rate.may_ask(caller(request), now):
        raise Refusal(429, _("Er zijn te veel aanvragen gedaan."), _("Probeer het over een uur nog eens."))
    try:
        subscribe(session, afdeling, adres, now, _account_id(request, session, now))
    except ReaderError as error:
        return _wanted(request, session, now, typed=(adres, afdeling), problem=str(error))
    return see_other("/bericht-ontvangen?gevraagd=1")


@router.get("/{token}", dependencies=[Slowly])
def ask_to_confirm(token: str, request: Request, session: Database, now: Now) -> Response:
    with honoured():
        reader = behind(session, Purpose.CONFIRM, token)
    return render(request, "confirm_reader.html", None, now, **about_reader(session, reader))


@router.post("/{token}", dependencies=[Slowly])
def confirm_so(token: str, session: Database, now: Now) -> Response:
    with honoured():
        reader = behind(session, Purpose.CONFIRM, token)
    confirm(reader, now)
    return see_other(f"/voorkeuren/{signed(Purpose.PREFERENCES, reader.id)}")


def _account_id(request: Request, session: Session, now: Now) -> int | None:
    """Whose account asks, if somebody is signed in."""
    account = whose(request, session, now)
    return account.id if account else None


def _wanted(
    request: Request, session: Session, now: Now, *, typed: tuple[str, str], asked_for: bool = False, problem: str = ""
) -> Response:
    return render(
        request,
        "join.html",
        None,
        now,
        422 if problem else 200,
        audiences=audience_names(session),
        address=typed[0],
        audience=typed[1],
        asked_for=asked_for,
        problem=problem,
        open_to_colleagues=open_to_colleagues(),
    )
