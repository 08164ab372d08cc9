"""A target's JSON API, asked through the guard: nothing is sent on by a redirect, an error is never taken for a success."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import requests

from outside.errors import OutsideError
from outside.guard import guarded_session, origin
from outside.waiting import until
from routing.deliveries.attempt import Attempt, Fate
from routing.deliveries.targets.target import TargetEntry, TargetError

USER_AGENT = "Luisterpost"
DOWN = (502, 503, 504)
MOST_NAMED = 5


class Desk:
    """One server, as one target asks it.

    Answers are not quoted in errors: they may repeat what we sent. Names of refused fields are, as they tell what to mend.
    """

    def __init__(self, entry: TargetEntry, headers: Mapping[str, str]) -> None:
        self._entry = entry
        self._base = str(entry.url).rstrip("/")
        self._session = guarded_session(USER_AGENT, [origin(self._base)] if entry.allow_private else [])
        self._session.headers.update({"Accept": "application/json", **headers})

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """The parsed body; raises TargetError for anything but a success."""
        return self._ask("GET", path, params=query)

    def find(self, path: str) -> Any | None:
        """As `get`, and None where there is no such thing (404, 410)."""
        return self._ask("GET", path, may_miss=True)

    def send(self, method: str, path: str, body: Any) -> Any:
        """Change something; the parsed body of the answer, None where it is empty. Raises TargetError for anything but a success."""
        return self._ask(method, path, json=body)

    def post_bytes(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """POST what is signed as it is; of the answer only the status counts."""
        self._refuse(self._response("POST", path, data=body, headers=headers))

    def nonsense(self, what: str) -> TargetError:
        """The server said that it went well, and it did not."""
        return TargetError(Attempt(Fate.LATER, f"{self._entry.name} zegt dat het gelukt is, maar {what}. Het wordt opnieuw geprobeerd."))

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, path: str, *, may_miss: bool = False, **more: Any) -> Any:
        response = self._response(method, path, **more)
        if may_miss and response.status_code in (404, 410):
            return None
        self._refuse(response)
        if not response.content:
            return None
        try:
            body = response.json()
        except ValueError as error:
            raise self._no_json() from error
        if isinstance(body, dict) and any(body.get(name) for name in ("error", "errors", "errorMessages")):
            raise self.nonsense(f"meldt ook een fout{_fields(body)}")
        return body

    def _response(self, method: str, path: str, **more: Any) -> requests.Response:
        try:
            return self._session.request(method, f"{self._base}{path}", allow_redirects=False, **more)
        except OutsideError as error:
            raise TargetError(Attempt(Fate.LATER, f"{self._entry.name}: {error.message} {error.mend}", down=True)) from error
        except requests.exceptions.SSLError as error:
            problem = f"{self._entry.name}: het certificaat klopt niet. Vraag de beheerder van dat systeem het te vernieuwen."
            raise TargetError(Attempt(Fate.LATER, problem, down=True)) from error
        except requests.RequestException as error:
            problem = f"{self._entry.name} is niet bereikbaar of antwoordt niet op tijd. Het wordt opnieuw geprobeerd."
            raise TargetError(Attempt(Fate.LATER, problem, down=True)) from error

    def _refuse(self, response: requests.Response) -> None:
        if response.ok and response.status_code < 300:
            return
        status, name, token = response.status_code, self._entry.name, self._entry.token.place
        match status:
            case 401:
                attempt = Attempt(
                    Fate.LATER, f"{name} kent ons token niet (401). Maak daar een nieuw token en zet het in {token}.", down=True
                )
            case 403:
                problem = f"{name} staat dit niet toe (403). Geef het token in {token} de rechten die docs/deliveries.md noemt."
                attempt = Attempt(Fate.LATER, problem, down=True)
            case 404 | 410:
                problem = f"{name} kent dit adres of dit ticket niet ({status}). Kijk de url en de namen in targets.yaml na."
                attempt = Attempt(Fate.LATER, problem)
            case 409 | 423:
                attempt = Attempt(Fate.LATER, f"{name} is nu met dit ticket bezig ({status}). Het wordt opnieuw geprobeerd.")
            case 429:
                moment = until(response.headers, datetime.now(UTC))
                attempt = Attempt(Fate.LATER, f"{name} vraagt om later terug te komen (429).", down=True, until=moment)
            case _ if 300 <= status < 400:
                problem = f"{name} verwijst door naar een ander adres ({status}). Zet het adres waar het eindigt in targets.yaml."
                attempt = Attempt(Fate.LATER, problem, down=True)
            case _ if 400 <= status < 500:
                problem = f"{name} weigert dit ticket ({status}){_fields(_json(response))}. Kijk targets.yaml na en verstuur het opnieuw."
                attempt = Attempt(Fate.NEVER, problem)
            case _:
                attempt = Attempt(Fate.LATER, f"{name} heeft een storing ({status}). Het wordt opnieuw geprobeerd.", down=status in DOWN)
        raise TargetError(attempt)

    def _no_json(self) -> TargetError:
        problem = f"{self._entry.name}: het antwoord is geen JSON. Kijk de url in targets.yaml na; vaak staat er een aanmeldpagina voor."
        return TargetError(Attempt(Fate.LATER, problem, down=True))


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _fields(body: Any) -> str:
    """The names of the fields that a server refuses, where its answer has them as keys: `: velden group, customer`."""
    if not isinstance(body, dict):
        return ""
    errors = body.get("errors")
    names = [name for name in (errors if isinstance(errors, dict) else body) if isinstance(name, str) and name.isidentifier()]
    named = [name for name in names if name not in ("error", "errors", "errorMessages", "message", "detail", "status")][:MOST_NAMED]
    return f": velden {', '.join(named)}" if named else ""
