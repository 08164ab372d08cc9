"""Matomo over httpx: a client that waits, and one for who does something else meanwhile. What they say is in `talk`."""

import asyncio
import time
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TypeVar

import httpx

from ingest.matomo import talk
from ingest.matomo.answer import MAX_BODY, MatomoError, Received, Row
from ingest.matomo.question import PAGE, Question
from outside.errors import RequestRefused
from outside.guard import origin
from outside.httpx_guard import GuardedAsyncTransport, GuardedTransport
from outside.waiting import until

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
"""Seconds. Matomo may have to sum up a day while we wait."""
Got = TypeVar("Got")


@dataclass(frozen=True)
class Place:
    """One Matomo: the address of its index.php, and a token that may look at its sites. The token is in no text this class has."""

    url: str
    token: str
    allow_private: bool = False
    user_agent: str = "Luisterpost"

    def __repr__(self) -> str:
        return f"Place({self.url})"

    @property
    def private_origins(self) -> list[tuple[str, int]]:
        return [origin(self.url)] if self.allow_private else []

    @property
    def options(self) -> dict[str, Any]:
        """How both clients are set up: nothing from the environment leads around the guard, and no redirect takes the token along."""
        return {"timeout": TIMEOUT, "trust_env": False, "follow_redirects": False, "headers": {"User-Agent": self.user_agent}}


class Client:
    """A context manager: its connections close with it. `sleep` waits the seconds it is given."""

    def __init__(self, place: Place, sleep: Any = time.sleep) -> None:
        self._place, self._sleep = place, sleep
        self._http = httpx.Client(transport=GuardedTransport(place.private_origins), **place.options)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.close()

    def rows(self, question: Question, limit: int = PAGE) -> Iterator[Row]:
        """Every row of a report, `limit` at a time: no more than one page is held.

        Raises:
            MatomoError: it cannot be had. RequestRefused: the address may not be asked.
        """
        offset = 0
        while True:
            page = self._drive(talk.page(question, self._place.token, offset, limit))
            yield from page
            offset += limit
            if len(page) < limit:
                return

    def periods(self, question: Question) -> dict[str, list[Row]]:
        """The rows of each period of a range, by its name. Raises: see `rows`."""
        return self._drive(talk.periods(question, self._place.token))

    def together(self, questions: Sequence[Question], limit: int = PAGE) -> list[list[Row] | MatomoError]:
        """Several reports in one request, each its rows or why not. Raises: see `rows`."""
        return self._drive(talk.together(questions, self._place.token, limit))

    def _drive(self, said: Generator[talk.Send, Received, Got]) -> Got:
        send = next(said)
        while True:
            if send.wait:
                self._sleep(send.wait.total_seconds())
            try:
                send = said.send(self._post(send.form))
            except StopIteration as stop:
                done: Got = stop.value
                return done

    def _post(self, form: dict[str, str]) -> Received:
        try:
            with self._http.stream("POST", self._place.url, data=form) as response:
                body = bytearray()
                for chunk in response.iter_bytes():
                    body += chunk
                    if len(body) > MAX_BODY:
                        raise _too_large()
                return _received(response, bytes(body))
        except httpx.HTTPError as error:
            return Received(problem=type(error).__name__)


class AsyncClient:
    """As `Client`, for asyncio."""

    def __init__(self, place: Place, sleep: Any = asyncio.sleep) -> None:
        self._place, self._sleep = place, sleep
        self._http = httpx.AsyncClient(transport=GuardedAsyncTransport(place.private_origins), **place.options)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._http.aclose()

    async def rows(self, question: Question, limit: int = PAGE) -> AsyncIterator[Row]:
        """See `Client.rows`."""
        offset = 0
        while True:
            page = await self._drive(talk.page(question, self._place.token, offset, limit))
            for row in page:
                yield row
            offset += limit
            if len(page) < limit:
                return

    async def periods(self, question: Question) -> dict[str, list[Row]]:
        """See `Client.periods`."""
        return await self._drive(talk.periods(question, self._place.token))

    async def together(self, questions: Sequence[Question], limit: int = PAGE) -> list[list[Row] | MatomoError]:
        """See `Client.together`."""
        return await self._drive(talk.together(questions, self._place.token, limit))

    async def _drive(self, said: Generator[talk.Send, Received, Got]) -> Got:
        send = next(said)
        while True:
            if send.wait:
                await self._sleep(send.wait.total_seconds())
            try:
                send = said.send(await self._post(send.form))
            except StopIteration as stop:
                done: Got = stop.value
                return done

    async def _post(self, form: dict[str, str]) -> Received:
        try:
            async with self._http.stream("POST", self._place.url, data=form) as response:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_BODY:
                        raise _too_large()
                return _received(response, bytes(body))
        except httpx.HTTPError as error:
            return Received(problem=type(error).__name__)


def _received(response: httpx.Response, body: bytes) -> Received:
    return Received(
        response.status_code, body, until=until(response.headers, datetime.now(UTC)) if "Retry-After" in response.headers else None
    )


def _too_large() -> RequestRefused:
    return RequestRefused(f"Het antwoord van Matomo is groter dan {MAX_BODY // 1_000_000} MB.", "Vraag minder rijen per keer.")
