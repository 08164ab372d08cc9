"""Where other systems bring messages: `/in/{source}`. No session, no form token: each call proves itself. Nothing can be read here.

An application of its own inside ours, because its answers are problem+json (RFC 9457) and it describes itself in OpenAPI.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from email.message import Message as Header
from typing import Annotated, Any

from fastapi import FastAPI, Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response

from dashboards.rate import Rate
from ingest.entry import Call, NotAuthentic
from ingest.errors import SourceError
from ingest.kinds.webform import MOST, Gone, Sent
from ingest.receive import NotReady, OtherBody, Received, greet, receive

log = logging.getLogger(__name__)
MAX_BODY = 5_000_000
CALLS = 600
FAILURES = 30
WITHIN = timedelta(minutes=1)
RETRY_SECONDS = 30
SourceId = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]*$", max_length=60, description="The source's id in sources.yaml.")]
ABOUT = f"""Brings messages to Luisterpost. Send one message, or a list of at most {MOST}; repeat a call until it is answered with 202.
An item is known by its `id`: the same id again is the same message, edited or not, and never a second one.
Give each call an `Idempotency-Key`, and a repeat of it is answered as the first time. Nothing can be read here."""


class Problem(BaseModel):
    """What was wrong, and what to do (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class RefusedItem(BaseModel):
    """One item of a list that was left out."""

    location: str
    reason: str


class Accepted(BaseModel):
    """What became of the items of a call."""

    added: int
    changed: int
    removed: int
    unchanged: int
    refused: list[RefusedItem]
    repeated: Annotated[bool, Field(description="Whether this call had come before; the counts are those of the first time.")]


class Said(Exception):
    """A problem that the caller is told."""

    def __init__(self, status: int, title: str, detail: str, **headers: str) -> None:
        super().__init__(title)
        self.answer = problem(status, title, detail, {name.replace("_", "-"): value for name, value in headers.items()})


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": what, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}
    for status, what in {
        401: "The token does not belong to this address.",
        409: "Another call had this Idempotency-Key.",
        413: f"The call is larger than {MAX_BODY // 1_000_000} MB.",
        415: "The call is not application/json.",
        422: "The call cannot be read.",
        429: f"More than {CALLS} calls in a minute.",
        503: "Not now: call again after Retry-After.",
    }.items()
}
BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "anyOf": [
                    {"$ref": "#/components/schemas/Message"},
                    {"$ref": "#/components/schemas/Deletion"},
                    {
                        "type": "array",
                        "maxItems": MOST,
                        "items": {
                            "anyOf": [
                                {"$ref": "#/components/schemas/Message"},
                                {"$ref": "#/components/schemas/Deletion"},
                                {"description": "Anything else is left out, and named under `refused`."},
                            ]
                        },
                    },
                ]
            }
        }
    },
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own name for this call; remembered for thirty days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}


def create_intake(clock: Callable[[], datetime]) -> FastAPI:
    """The application that other systems call; `clock` says what time it is."""
    app = FastAPI(title="Luisterpost: berichten aanbieden", version="1", description=ABOUT, docs_url=None, redoc_url=None)
    app.add_exception_handler(Said, _said)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _no_such_address)
    app.add_exception_handler(Exception, _broken)
    calls, failures = Rate(CALLS, WITHIN), Rate(FAILURES, WITHIN)
    describe = app.openapi
    app.openapi = lambda: _described(describe())  # type: ignore[method-assign]

    async def guarded(request: Request, source: str, work: Callable[[Call], Any]) -> Any:
        """Do `work` with the call, or say why not. Who fails to prove himself too often has to wait."""
        now, caller = clock(), request.client.host if request.client else ""
        if not failures.allowed(caller, now) or not calls.allows(f"{source} {caller}", now):
            raise Said(429, "Te veel aanroepen.", "Wacht een minuut.", Retry_After="60")
        call = Call(
            request.method,
            {name.lower(): value for name, value in request.headers.items()},
            dict(request.query_params),
            await _body(request),
        )
        try:
            return await run_in_threadpool(work, call)
        except NotAuthentic:
            failures.allows(caller, now)
            raise Said(
                401, "Dit token hoort niet bij dit adres.", "Vraag de beheerder van Luisterpost.", WWW_Authenticate="Bearer"
            ) from None
        except SourceError as refused:
            raise Said(422, refused.message, refused.mend) from None
        except OtherBody:
            raise Said(409, "Deze Idempotency-Key hoort bij een andere aanroep.", "Geef elke nieuwe aanroep een eigen sleutel.") from None
        except NotReady as busy:
            log.warning("a call was put off", extra={"source": source, "cause": str(busy)})
            raise Said(503, "Het kan nu even niet.", "Probeer het zo nog eens.", Retry_After=str(RETRY_SECONDS)) from None

    @app.post(
        "/{source}",
        status_code=202,
        response_model=Accepted,
        responses=PROBLEMS,
        openapi_extra={"requestBody": BODY, "parameters": [KEY], "security": [{"token": []}]},
        summary="Bring messages",
    )
    async def bring(request: Request, source: SourceId) -> Response:
        _refuse_media_type(request.headers.get("content-type", ""))

        def work(call: Call) -> Received:
            return receive(source, call, clock())

        return JSONResponse(asdict(await guarded(request, source, work)), 202)

    @app.get(
        "/{source}",
        response_class=PlainTextResponse,
        responses={status: PROBLEMS[status] for status in (401, 422, 429, 503)},
        summary="Answer a network that asks whether we are there, before it sends",
    )
    async def ask(request: Request, source: SourceId) -> Response:
        return PlainTextResponse(await guarded(request, source, lambda call: greet(source, call)))

    return app


def problem(status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(
        Problem(title=title, status=status, detail=detail).model_dump(), status, headers, media_type="application/problem+json"
    )


def _refuse_media_type(written: str) -> None:
    header = Header()
    header["content-type"] = written
    if not written or header.get_content_type() != "application/json":
        raise Said(415, "De inhoud is geen JSON.", "Stuur Content-Type: application/json.")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Said(
                413, f"De aanroep is groter dan {MAX_BODY // 1_000_000} MB.", "Stuur de berichten in meer keren.", Connection="close"
            )
    return bytes(body)


def _described(document: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's own document, with the shapes of what is sent: the body is read as bytes, because signatures are over bytes."""
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update({"Message": Sent.model_json_schema(), "Deletion": Gone.model_json_schema()})
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return document


def _said(_: Request, error: Exception) -> Response:
    assert isinstance(error, Said)
    return error.answer


def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    titles = {404: "Dit adres is er niet.", 405: "Zo werkt dit adres niet."}
    return problem(error.status_code, titles.get(error.status_code, "Dat ging niet."), "Zie /in/openapi.json.", dict(error.headers or {}))


def _no_such_address(_: Request, error: Exception) -> Response:  # noqa: ARG001 - what was given is not repeated
    return problem(422, "Dit adres is er niet.", "Het laatste deel is de id van een bron.")


def _broken(request: Request, error: Exception) -> Response:
    log.error("a call broke", extra={"path": request.url.path}, exc_info=error)
    return problem(500, "Hier ging iets mis, en dat ligt aan ons.", "Probeer het later nog eens.")
