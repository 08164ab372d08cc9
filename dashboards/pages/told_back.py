"""Where a department's own system tells how a ticket stands: `/terugkoppeling/{target}`. No session: each call is signed."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import FastAPI, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dashboards.pages.intake import problem
from dashboards.rate import Rate
from models.configuration import ConfigurationError
from models.database import transaction
from outside.errors import SecretMissing
from routing.deliveries.targets.reflect import NotOurs, NotSigned, Told, take_word
from routing.deliveries.targets.signature import HEADER

log = logging.getLogger(__name__)
MAX_BODY = 20_000
CALLS = 120
FAILURES = 30
WITHIN = timedelta(minutes=1)
Target = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]*$", max_length=60)]


class Word(BaseModel):
    """What is told: our reference, a word for where the ticket stands, and what was done in a sentence that residents may read."""

    model_config = ConfigDict(extra="ignore")

    reference: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    state: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    note: Annotated[str, StringConstraints(max_length=500)] = ""


def create_told_back(clock: Callable[[], datetime]) -> FastAPI:
    """The application that webhooks' receivers call; `clock` says what time it is."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _no_such_address)
    app.add_exception_handler(Exception, _broken)
    calls, failures = Rate(CALLS, WITHIN), Rate(FAILURES, WITHIN)

    @app.post("/{target}")
    async def tell(request: Request, target: Target) -> Response:
        now, caller = clock(), request.client.host if request.client else ""
        if not failures.allowed(caller, now) or not calls.allows(f"{target} {caller}", now):
            return problem(429, "Te veel aanroepen.", "Wacht een minuut.", {"Retry-After": "60"})
        body = await _body(request)
        if body is None:
            return problem(413, "De aanroep is te groot.", "Stuur alleen reference, state en note.", {"Connection": "close"})
        answer = await run_in_threadpool(_take, target, body, request.headers.get(HEADER, ""), now)
        if answer.status_code == 401:
            failures.allows(caller, now)
        return answer

    return app


def _take(target: str, body: bytes, signature: str, now: datetime) -> Response:
    try:
        with transaction() as session:
            take_word(session, target, body, signature, lambda: _read(body), now)
    except NotSigned as refused:
        return problem(401, "Wij weten niet van wie dit komt.", str(refused))
    except NotOurs as refused:
        return problem(404, "Dit ticket kennen wij niet.", str(refused))
    except ValidationError:
        return problem(422, "Dit kunnen wij niet lezen.", "Stuur JSON met reference, state en eventueel note.")
    except (ConfigurationError, SecretMissing) as error:
        log.warning("a word from a target was put off", extra={"target": target, "cause": str(error)})
        return problem(503, "Het kan nu even niet.", "Probeer het zo nog eens.", {"Retry-After": "60"})
    return Response(status_code=204)


def _read(body: bytes) -> Told:
    word = Word.model_validate_json(body)
    return Told(word.reference, word.state, word.note)


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    titles = {404: "Dit adres is er niet.", 405: "Zo werkt dit adres niet."}
    return problem(error.status_code, titles.get(error.status_code, "Dat ging niet."), "Zie docs/deliveries.md.", dict(error.headers or {}))


def _no_such_address(_: Request, error: Exception) -> Response:  # noqa: ARG001 - what was given is not repeated
    return problem(422, "Dit adres is er niet.", "Het laatste deel is een naam uit targets.yaml.")


def _broken(request: Request, error: Exception) -> Response:
    log.error("a call broke", extra={"path": request.url.path}, exc_info=error)
    return problem(500, "Hier ging iets mis, en dat ligt aan ons.", "Probeer het later nog eens.")
