"""Signing in with a one-time link, and signing out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from dashboards import accounts
from dashboards.errors import Refusal
from dashboards.sign_in_rate import SignInRate
from dashboards.visit import CheckedForm, Database, Now, Visitor, render, see_other

router = APIRouter()


@router.get("/aanmelden")
def needed(request: Request, now: Now) -> Response:
    return render(request, "sign_in_needed.html", None, now)


@router.get("/aanmelden/{token}")
def ask(token: str, request: Request, session: Database, now: Now, terug: str = "/") -> Response:
    _slow_down(request)
    account = accounts.greeted(session, token, now)
    if account is None:
        raise _old_link()
    return render(request, "sign_in.html", None, now, whom=account, back=_local(terug))


@router.post("/aanmelden/{token}", dependencies=[CheckedForm])
def enter(token: str, request: Request, session: Database, now: Now, terug: Annotated[str, Form()] = "/") -> Response:
    _slow_down(request)
    account = accounts.sign_in(session, token, now)
    if account is None:
        raise _old_link()
    request.session.clear()
    request.session["account"] = account.id
    return see_other(_local(terug))


@router.get("/afmelden")
def ask_to_leave(visit: Visitor) -> Response:
    return visit.page("sign_out.html")


@router.post("/afmelden", dependencies=[CheckedForm])
def leave(request: Request) -> Response:
    request.session.clear()
    return see_other("/aanmelden")


def _slow_down(request: Request) -> None:
    rate: SignInRate = request.app.state.sign_in_rate
    if not rate.allows(request.client.host if request.client else "", request.app.state.clock()):
        raise Refusal(429, "U probeert te vaak aan te melden.", "Wacht vijf minuten en open de link dan opnieuw.")


def _old_link() -> Refusal:
    return Refusal(
        410,
        "Deze aanmeldlink werkt niet (meer).",
        "Een link werkt één keer, en een dag lang. Vraag uw beheerder om een nieuwe: hij staat in het venster waar Luisterpost is gestart.",
    )


def _local(path: str) -> str:
    """A path on this site, whatever a link asked for."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
