"""One visit of one page: who asks, when, and with which session of the database. Every view takes one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from dashboards.errors import Refusal, SignInNeeded, not_yours
from dashboards.language import switches
from dashboards.people.form_rate import FormRate
from dashboards.people.rights import WHO_ELSE, Right, home_of, rights_of
from dashboards.people.sessions import HOLDS, carries_token, csrf_token, whose
from dashboards.rendering import Pages
from models.account import Account
from models.cells import hold_still
from models.database import transaction
from models.language import _, translated
from models.sight import Reader, reader_of

PRESENTATION = "presentatie"


@dataclass(frozen=True)
class Visit:
    """What a view needs; `account` is who is signed in."""

    request: Request
    session: Session
    account: Account
    now: datetime
    rights: frozenset[Right]

    def may(self, right: Right) -> bool:
        """Whether this visitor has a right."""
        return right in self.rights

    @property
    def reader(self) -> Reader:
        """Whose eyes: what of the residents' words they may read."""
        webcare: str = self.request.app.state.webcare
        return reader_of(self.account, webcare)

    def page(self, template: str, status: int = 200, **content: Any) -> Response:
        """Render a page for this visitor."""
        return render(self.request, template, self.account, self.now, status, **content)


def render(request: Request, template: str, account: Account | None, now: datetime, status: int = 200, **content: Any) -> Response:
    """Render a page; `account` is None on the pages before sign-in."""
    pages: Pages = request.app.state.pages
    frame = {
        "account": account,
        "rights": (rights := _rights_known(request)),
        "home": home_of(rights),
        "passwords": request.app.state.sign_in.passwords,
        "signed_in": HOLDS in request.scope.get("session", {}),
        "now": now,
        "csrf": partial(csrf_token, request),
        "path": request.url.path,
        "switches": switches(request),
        "presenting": request.query_params.get("weergave") == PRESENTATION,
    }
    return pages.response(request, template, {**frame, **content}, status)


def _rights_known(request: Request) -> frozenset[Right]:
    """The visitor's rights, as far as they are known: where a page was refused before they were asked, the menu offers everything."""
    known: frozenset[Right] = getattr(request.state, "rights", frozenset(Right))
    return known


def see_other(path: str) -> Response:
    """Go on with a GET after a form was handled, so that reloading sends nothing twice."""
    return RedirectResponse(path, 303)


def moment(request: Request) -> datetime:
    clock: Callable[[], datetime] = request.app.state.clock
    return clock()


def _database() -> Iterator[Session]:
    with transaction() as session:
        yield session


Database = Annotated[Session, Depends(_database, scope="function")]
"""A transaction that is kept before the answer leaves."""
Now = Annotated[datetime, Depends(moment)]


def _visit(request: Request, session: Database, now: Now) -> Visit:
    account = whose(request, session, now)
    if account is None:
        raise SignInNeeded(_wanted(request))
    request.state.rights = rights_of(account, request.app.state.webcare)
    if request.method == "GET":
        hold_still(session)
    return Visit(request, session, account, now, request.state.rights)


def checked_form(request: Request, csrf: Annotated[str, Form(alias="_csrf")] = "") -> None:
    """Refuses a form that was not sent from our own pages, and too many forms of one browser or address."""
    rate: FormRate = request.app.state.form_rate
    if not rate.allows(request.session.get(HOLDS) or (request.client.host if request.client else ""), moment(request)):
        raise Refusal(429, _("Dit gaat te snel."), _("Wacht een paar minuten en probeer het dan nog eens. Er is niets veranderd."))
    if not carries_token(request, csrf):
        raise Refusal(
            403, _("Dit formulier is verlopen."), _("Ga terug, ververs de pagina en probeer het nog eens. Er is niets veranderd.")
        )


Visitor = Annotated[Visit, Depends(_visit)]
CheckedForm = Depends(checked_form)


@dataclass(frozen=True)
class Needs:
    """Refuses a visitor without this right."""

    right: Right

    def __call__(self, visit: Visitor) -> None:
        if not visit.may(self.right):
            raise not_yours(translated(WHO_ELSE[self.right]))


def needs(right: Right) -> Any:
    """The dependency by which a route, or a router with all its routes, asks for a right. Named before `CheckedForm`, it is asked first."""
    return Depends(Needs(right))


def open_to_all() -> None:
    """Marks what is no account's: signing in, and pages behind a link that is a secret of its own."""


OpenToAll = Depends(open_to_all)


@contextmanager
def kept(session: Session) -> Iterator[None]:
    """Work that is undone alone when it is refused, so that the page can still be shown from the same transaction."""
    with session.begin_nested():
        yield


def _wanted(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path + query, safe="/?=&") if request.method == "GET" else "/"
