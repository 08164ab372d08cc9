"""A JSON API of a source, asked through the guard: what every kind that speaks HTTP needs, and nothing that only one of them does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any

import requests

from ingest.entry import Reading
from ingest.errors import RequestRefused, SourceError
from ingest.outside.http import unreachable
from outside.guard import guarded_session, origin
from outside.waiting import until

Query = Mapping[str, str | int | list[str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said: the parsed body, its headers, and `next` from the Link header."""

    body: Any
    headers: Mapping[str, str]
    next: str | None


@dataclass
class Api:
    """One server, as one source asks it. A context manager: the connections close with it.

    `token_place` is where a person mends a refused token. Answers are never quoted in errors: they may hold what a resident wrote.
    """

    source: str
    base: str
    reading: Reading
    headers: Mapping[str, str] = field(default_factory=dict)
    token_place: str = "sources.yaml"  # noqa: S105 - where it is kept, not what it is
    allow_private: bool = False
    explain: Callable[[requests.Response], SourceError | None] = lambda _: None
    """What this server means by a refusal where its status does not tell; None leaves it to the status."""

    def __post_init__(self) -> None:
        self.base = self.base.rstrip("/")
        self._session = guarded_session(self.reading.user_agent, [origin(self.base)] if self.allow_private else [])
        self._session.headers.update({"Accept": "application/json", **self.headers})

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._session.close()

    def get(self, path: str, query: Query | None = None) -> Reply:
        """GET `path` of this server, or a whole address of this server that an earlier answer named.

        Raises:
            SourceError: no answer, an error, patience asked for (`until` is set), or an answer that is no JSON.
        """
        return self._reply(self._ask("GET", path, params=query))

    def find(self, path: str, query: Query | None = None) -> Reply | None:
        """As `get`, and None where the server says that it is gone (404, 410).

        Raises:
            SourceError: as `get`.
        """
        response = self._ask("GET", path, params=query)
        return None if response.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) else self._reply(response)

    def post(self, path: str, json: Any = None, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        """POST a question (a token, a GraphQL query); nothing is ever changed at a source.

        Raises:
            SourceError: as `get`.
        """
        return self._reply(self._ask("POST", path, json=json, data=form, headers=headers))

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        url = path if path.startswith(("http://", "https://")) else f"{self.base}/{path.lstrip('/')}"
        if origin(url) != origin(self.base):
            raise RequestRefused(
                f"{self.source}: het antwoord verwijst naar een andere server dan {origin(self.base)[0]}.",
                "Controleer het adres in sources.yaml; ons token gaat nergens anders heen.",
            )
        try:
            return self._session.request(method, url, **more)
        except SourceError as error:
            raise RequestRefused(f"{self.source}: {error.message}", error.mend) from error
        except requests.RequestException as error:
            raise unreachable(error, self.source, url) from error

    def _reply(self, response: requests.Response) -> Reply:
        if not response.ok and (meant := self.explain(response)):
            raise meant
        refuse_status(response, self.source, self.reading.now, self.token_place)
        try:
            body = None if response.status_code == HTTPStatus.NO_CONTENT else response.json()
        except ValueError as error:
            raise SourceError(
                f"{self.source}: het antwoord van {origin(response.url)[0]} is geen JSON.", "Controleer het adres in sources.yaml."
            ) from error
        return Reply(body, response.headers, response.links.get("next", {}).get("url"))


def refuse_status(response: requests.Response, source: str, now: datetime, token_place: str) -> None:
    """Pass what succeeded.

    Raises:
        SourceError: what a person hears of any other status; `until` where the server asks for patience.
    """
    status, host = response.status_code, origin(response.url)[0]
    if response.ok:
        return
    match status:
        case 401:
            raise SourceError(
                f"{source}: {host} kent ons token niet (401).", f"Maak bij {host} een nieuw token en zet het in {token_place}."
            )
        case 403:
            raise SourceError(
                f"{source}: {host} staat dit niet toe (403).",
                f"Kijk of het token in {token_place} de rechten heeft die docs/sources.md noemt.",
            )
        case 404 | 410:
            raise SourceError(
                f"{source}: {host} kent dit adres niet ({status}).", "Controleer de adressen en namen van deze bron in sources.yaml."
            )
        case 429 | 503:
            raise SourceError(
                f"{source}: {host} vraagt om later terug te komen ({status}).",
                "Luisterpost wacht tot het weer mag, en gaat dan vanzelf verder.",
                until(response.headers, now),
            )
        case _:
            raise SourceError(
                f"{source}: {host} geeft een fout ({status}).",
                f"Luisterpost probeert het vanzelf weer; blijft het zo, vraag de beheerder van {host}.",
            )
