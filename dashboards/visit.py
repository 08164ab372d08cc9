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

from dashboards.errors import Refusal, SignInNeeded
from dashboards.rendering import Pages
from dashboards.sessions import carries_token, csrf_token
from models.account import Account
from models.database import transaction
from models.sight import Reader, reader_of

PRESENTATION = "presentatie"


@dataclass(frozen=True)
class Visit:
    """What a view needs; `account` is who is signed in."""

    request: Request
    session: Session
    account: Account
    now: datetime

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
        "signed_in": "account" in request.scope.get("session", {}),
        "now": now,
        "csrf": partial(csrf_token, request),
        "path": request.url.path,
        "presenting": request.query_params.get("weergave") == PRESENTATION,
    }
    return pages.response(request, template, {**frame, **content}, status)


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
    account_id = request.session.get("account")
    account = None if account_id is None else session.get(Account, account_id)
    if account is None:
        raise SignInNeeded(_wanted(request))
    return Visit(request, session, account, now)


def checked_form(request: Request, csrf: Annotated[str, Form(alias="_csrf")] = "") -> None:
    """Refuses a form that was not sent from our own pages."""
    if not carries_token(request, csrf):
        raise Refusal(403, "Dit formulier is verlopen.", "Ga terug, ververs de pagina en probeer het nog eens. Er is niets veranderd.")


Visitor = Annotated[Visit, Depends(_visit)]
CheckedForm = Depends(checked_form)


@contextmanager
def kept(session: Session) -> Iterator[None]:
    """Work that is undone alone when it is refused, so that the page can still be shown from the same transaction."""
    with session.begin_nested():
        yield


def _wanted(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path + query, safe="/?=&") if request.method == "GET" else "/"
