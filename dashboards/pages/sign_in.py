"""Signing in, with the municipality's own sign-in, a password or a one-time link; and signing out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from dashboards.errors import Refusal, not_found
from dashboards.people import accounts, passwords
from dashboards.people.provider import OwnSignIn, ProviderError, account_for
from dashboards.people.rights import Right, home_of, rights_of
from dashboards.people.sessions import begin, leave
from dashboards.people.sign_in_file import SignInFile
from dashboards.people.sign_in_rate import SignInRate
from dashboards.visit import CheckedForm, Database, Now, OpenToAll, Visit, Visitor, needs, render, see_other
from models.account import Account
from models.language import _
from models.settings import settings

router = APIRouter()

BACK = "terug"
"""Under which name the cookie remembers where somebody wanted to go who is at the provider."""


@router.get("/aanmelden", dependencies=[OpenToAll])
def needed(request: Request, now: Now, terug: str = "/") -> Response:
    return _needed(request, now, terug)


@router.post("/aanmelden", dependencies=[OpenToAll, CheckedForm])
def with_password(
    request: Request,
    session: Database,
    now: Now,
    naam: Annotated[str, Form(max_length=200)] = "",
    wachtwoord: Annotated[str, Form(max_length=1000)] = "",
    terug: Annotated[str, Form()] = "/",
) -> Response:
    if not _rules(request).passwords:
        raise not_found(_("Aanmelden met een wachtwoord"))
    _slow_down(request, naam.strip().casefold())
    account = accounts.with_password(session, naam.strip(), wachtwoord)
    if account is None:
        return _needed(request, now, terug, 403, naam)
    begin(request, session, account, now)
    return see_other(_onward(request, account, terug))


@router.get("/aanmelden/via", dependencies=[OpenToAll])
async def to_provider(request: Request, terug: str = "/") -> Response:
    own = _own(request)
    _slow_down(request)
    request.session[BACK] = _local(terug)
    try:
        return await own.away(request, _address("/aanmelden/terug"))
    except ProviderError as refused:
        raise Refusal(502, _("Aanmelden lukt nu niet."), str(refused)) from refused


@router.get("/aanmelden/terug", dependencies=[OpenToAll])
async def from_provider(request: Request, session: Database, now: Now) -> Response:
    own = _own(request)
    _slow_down(request)

    try:
        person = await own.person(request)
        account = await run_in_threadpool(account_for, session, person, now)
    except ProviderError as refused:
        raise Refusal(403, _("U bent niet aangemeld."), str(refused)) from refused
    back = request.session.get(BACK, "/")
    await run_in_threadpool(begin, request, session, account, now, by_provider=True)
    return see_other(_onward(request, account, back))


@router.get("/aanmelden/{token}", dependencies=[OpenToAll])
def ask(token: str, request: Request, session: Database, now: Now, terug: str = "/") -> Response:
    _slow_down(request)
    account = accounts.greeted(session, token, now)
    if account is None:
        raise _old_link()
    return render(request, "sign_in.html", None, now, whom=account, back=_local(terug))


@router.post("/aanmelden/{token}", dependencies=[OpenToAll, CheckedForm])
def enter(token: str, request: Request, session: Database, now: Now, terug: Annotated[str, Form()] = "/") -> Response:
    _slow_down(request)
    account = accounts.sign_in(session, token, now)
    if account is None:
        raise _old_link()
    begin(request, session, account, now)
    return see_other(_onward(request, account, terug))


@router.get("/afmelden", dependencies=[needs(Right.SIGNED_IN)])
def ask_to_leave(visit: Visitor) -> Response:
    return visit.page("sign_out.html")


@router.post("/afmelden", dependencies=[OpenToAll, CheckedForm])
async def sign_out(request: Request, session: Database) -> Response:
    own: OwnSignIn | None = request.app.state.own_sign_in
    by_provider = await run_in_threadpool(leave, request, session)
    farewell = await own.farewell(_address("/aanmelden")) if own and by_provider else None
    return RedirectResponse(farewell, 303) if farewell else see_other("/aanmelden")


@router.get("/wachtwoord", dependencies=[needs(Right.SIGNED_IN)])
def password(visit: Visitor) -> Response:
    return _password(visit)


@router.post("/wachtwoord", dependencies=[needs(Right.SIGNED_IN), CheckedForm])
def set_password(
    visit: Visitor,
    nu: Annotated[str, Form(max_length=1000)] = "",
    nieuw: Annotated[str, Form(max_length=1000)] = "",
    nogmaals: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    _slow_down(visit.request, visit.account.name.casefold())
    try:
        accounts.set_password(visit.session, visit.account, nu, nieuw, nogmaals)
    except passwords.PasswordError as refused:
        return _password(visit, 422, str(refused))
    begin(visit.request, visit.session, visit.account, visit.now)
    return see_other(home_of(visit.rights))


def _password(visit: Visit, status: int = 200, problem: str = "") -> Response:
    if not _rules(visit.request).passwords or visit.account.subject is not None:
        raise not_found(_("Een wachtwoord voor uw account"))
    return visit.page("password.html", status, problem=problem, fewest=passwords.FEWEST)


def _needed(request: Request, now: Now, back: str, status: int = 200, name: str = "") -> Response:
    rules = _rules(request)
    return render(request, "sign_in_needed.html", None, now, status, rules=rules, back=_local(back), typed=name, refused=status != 200)


def _rules(request: Request) -> SignInFile:
    rules: SignInFile = request.app.state.sign_in
    return rules


def _own(request: Request) -> OwnSignIn:
    own: OwnSignIn | None = request.app.state.own_sign_in
    if own is None:
        raise not_found(_("Een aanmelddienst"))
    return own


def _slow_down(request: Request, whom: str = "") -> None:
    """Refuses who tries too often, from one address or at one name."""
    rate: SignInRate = request.app.state.sign_in_rate
    now = request.app.state.clock()
    by_address = rate.allows(request.client.host if request.client else "", now)
    if not by_address or (whom and not rate.allows(f"name {whom}", now)):
        raise Refusal(429, _("U probeert te vaak aan te melden."), _("Wacht vijf minuten en probeer het dan opnieuw."))


def _old_link() -> Refusal:
    return Refusal(
        410,
        _("Deze aanmeldlink werkt niet (meer)."),
        _(
            "Een link werkt één keer, en een dag lang. Vraag uw beheerder om een nieuwe: hij staat in het venster "
            "waar Luisterpost is gestart."
        ),
    )


def _onward(request: Request, account: Account, back: str) -> str:
    """Where somebody goes who has just signed in."""
    path = _local(back)
    return path if path != "/" else home_of(rights_of(account, request.app.state.webcare))


def _address(path: str) -> str:
    return f"{settings().public_url.rstrip('/')}{path}"


def _local(path: str) -> str:
    """A path on this site, whatever a link asked for."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"
