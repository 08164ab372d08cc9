"""The web application, put together: pages, sign-in, headers, and what is said when something goes wrong."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse, Response

from dashboards.ahead import reading_ahead
from dashboards.assets import Assets
from dashboards.errors import Refusal, SignInNeeded
from dashboards.headers import HEADERS, SafetyHeaders
from dashboards.language import InTheirLanguage, language_of
from dashboards.maps.town import town_map
from dashboards.pages import PAGES
from dashboards.pages.intake import create_intake
from dashboards.pages.told_back import create_told_back
from dashboards.people import sessions
from dashboards.people.form_rate import FormRate
from dashboards.people.provider import OwnSignIn
from dashboards.people.sign_in_file import read_sign_in
from dashboards.people.sign_in_rate import SignInRate
from dashboards.readers.rate import ReaderRate
from dashboards.rendering import Pages
from dashboards.scorecard.figures.past import Past
from dashboards.tickets.news import TicketNews
from dashboards.visit import render
from models.language import Language, _, catalogue, speaking
from models.municipality import load_municipality
from models.settings import settings

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def create_app(clock: Clock = lambda: datetime.now(UTC)) -> FastAPI:
    """The application; `clock` says what time it is.

    Raises:
        AssetError: the parts from npm are not installed.
        ConfigurationError: the municipality's folder cannot be used.
    """
    chosen = settings()
    catalogue(Language.ENGLISH)
    encrypted = chosen.public_url.startswith("https:")
    sign_in = read_sign_in(chosen.config)
    assets = Assets()
    app = FastAPI(
        title="Luisterpost",
        openapi_url=None,
        lifespan=reading_ahead,
        routes=[route for router in PAGES for route in router.routes],
        middleware=[
            Middleware(SafetyHeaders, encrypted=encrypted),
            Middleware(InTheirLanguage, encrypted=encrypted),
            Middleware(GZipMiddleware, minimum_size=1000),
            Middleware(
                SessionMiddleware,
                secret_key=sessions.session_key(chosen.keys),
                session_cookie=sessions.COOKIE,
                max_age=int(sign_in.lasts.total_seconds()),
                same_site="lax",
                https_only=encrypted,
            ),
        ],
    )
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(SignInNeeded, _sign_in_first)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(Exception, _broken)
    app.state.clock = clock
    municipality = load_municipality(chosen.config)
    app.state.pages = Pages(assets, municipality, chosen)
    app.state.webcare = municipality.about.webcare
    app.state.town_map = town_map(chosen.config, {n.id: n.name for n in municipality.places.neighbourhoods})
    app.state.assets = assets
    app.state.sign_in = sign_in
    app.state.own_sign_in = OwnSignIn(sign_in.provider) if sign_in.provider else None
    app.state.form_rate = FormRate()
    app.state.sign_in_rate = SignInRate()
    app.state.ticket_news = TicketNews()
    app.state.reader_rate = ReaderRate()
    app.state.past_months = Past()
    app.mount("/in", create_intake(clock))
    app.mount("/terugkoppeling", create_told_back(clock))
    return app


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return _plain(request, error.status, error.heading, error.what_now)


def _sign_in_first(_request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeeded)
    return RedirectResponse(f"/aanmelden?terug={error.back}", 303)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            return _plain(request, 404, _("Deze pagina is er niet."), _("Misschien is het adres niet goed overgenomen."))
        case 405:
            return _plain(request, 405, _("Zo werkt deze pagina niet."), _("Open haar via het menu."))
        case status:
            return _plain(request, status, _("Dat ging niet."), _("Ga terug en probeer het nog eens."))


def _misread(request: Request, _error: Exception) -> Response:
    """An address or form that holds something else than its page expects."""
    return _plain(
        request, 404 if request.method == "GET" else 422, _("Deze pagina is er niet."), _("Misschien is het adres niet goed overgenomen.")
    )


def _broken(request: Request, error: Exception) -> Response:
    log.error("page broke", extra={"path": request.url.path}, exc_info=error)
    with speaking(language_of(request)):
        what_now = _("Probeer het zo nog eens. Blijft het misgaan, bel dan uw beheerder.")
        answer = _plain(request, 500, _("Hier ging iets mis, en dat ligt aan ons."), what_now)
    answer.headers.update(HEADERS)
    return answer


def _plain(request: Request, status: int, heading: str, what_now: str) -> Response:
    return render(request, "plain.html", None, request.app.state.clock(), status, heading=heading, what_now=what_now)
