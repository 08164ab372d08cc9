"""What Matomo's answers mean. It says "error" with status 200, leaves out what is empty, and changes a shape between versions 4 and 5."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from outside.errors import OutsideError

Row = dict[str, Any]
"""One row as Matomo told it; `reports` makes something of it."""
MAX_BODY = 20_000_000
_TOKEN = ("authenticate", "token_auth", "access", "noaccess", "superuser", "secure")
_LATER = ("archiv", "timeout", "lock", "too many", "try again", "gone away", "deadlock")


class Fault(StrEnum):
    """What kind of no it was: the token is wrong, the question is, or it may work later."""

    TOKEN = "token"  # noqa: S105 - a word
    QUESTION = "question"
    LATER = "later"


class MatomoError(OutsideError):
    """Matomo did not answer the question. Its own words are kept short and never hold the token: that is only ever in what we send."""

    def __init__(self, message: str, mend: str, fault: Fault, until: datetime | None = None) -> None:
        super().__init__(message, mend, until)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Received:
    """What came back of one POST: a status and a body, or `problem` where nothing did. `until`: when it may be asked again."""

    status: int = 0
    body: bytes = b""
    problem: str = ""
    until: datetime | None = None


def read(received: Received) -> Any:
    """The JSON of an answer.

    Raises:
        MatomoError: nothing came, it was refused, is no JSON, or says that it is an error.
    """
    if received.problem:
        raise MatomoError(f"Matomo is niet bereikbaar ({received.problem}).", "Het wordt opnieuw geprobeerd.", Fault.LATER)
    if received.status == HTTPStatus.TOO_MANY_REQUESTS or received.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise MatomoError(f"Matomo antwoordt {received.status}.", "Het wordt opnieuw geprobeerd.", Fault.LATER, received.until)
    try:
        told = json.loads(received.body)
    except ValueError as error:
        if received.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise _no_token(f"antwoord {received.status}") from error
        if received.status == HTTPStatus.OK:
            raise MatomoError("Matomo gaf geen geldige JSON.", "Kijk of `url` naar index.php van Matomo leidt.", Fault.LATER) from error
        raise MatomoError(
            f"Matomo antwoordt {received.status}.", "Kijk of `url` naar index.php van Matomo leidt.", Fault.QUESTION
        ) from error
    refuse_error(told)
    if received.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise _no_token(f"antwoord {received.status}")
    if received.status >= HTTPStatus.BAD_REQUEST:
        raise MatomoError(f"Matomo antwoordt {received.status}.", "Kijk `url` en de sites na.", Fault.QUESTION)
    return told


def refuse_error(told: Any) -> None:
    """Raise what Matomo calls an error, whatever its status.

    Raises:
        MatomoError: that.
    """
    if not (isinstance(told, dict) and told.get("result") == "error"):
        return
    said = " ".join(str(told.get("message", "")).split())[:160]
    low = said.lower()
    if any(word in low for word in _LATER):
        raise MatomoError(f"Matomo is nog niet klaar: {said}.", "Het wordt opnieuw geprobeerd.", Fault.LATER)
    if any(word in low for word in _TOKEN):
        raise _no_token(said)
    raise MatomoError(f"Matomo weigert de vraag: {said}.", "Kijk sites en doelen in matomo.yaml na.", Fault.QUESTION)


def rows(told: Any) -> list[Row]:
    """The rows of a report: a list as it is, one row of figures as a list of one, an empty answer of either kind as none.

    Raises:
        MatomoError: it is something else.
    """
    if isinstance(told, list) and all(isinstance(row, dict) for row in told):
        return list(told)
    if isinstance(told, dict):
        return [told] if told else []
    if isinstance(told, (int, float)) and not isinstance(told, bool):
        return [{"value": told}]
    raise MatomoError("Matomo gaf iets anders dan een rapport.", "Kijk of de versie van Matomo 4 of 5 is.", Fault.QUESTION)


def by_period(told: Any) -> dict[str, list[Row]]:
    """The rows of each period of a range, by the name Matomo gives the period (`2026-11-19`)."""
    if isinstance(told, dict):
        return {period: rows(one) for period, one in told.items()}
    return {} if told == [] else {"": rows(told)}


def each(told: Any, asked: int) -> list[list[Row] | MatomoError]:
    """The answers to a bulk request, each rows or why not, in the order of the questions.

    Raises:
        MatomoError: there are not as many answers as questions.
    """
    if not isinstance(told, list) or len(told) != asked:
        raise MatomoError("Matomo beantwoordde niet alle vragen van een bulkverzoek.", "Het wordt opnieuw geprobeerd.", Fault.LATER)
    return [_one(answer) for answer in told]


def waits(attempts: int) -> Sequence[timedelta]:
    """How long to wait before each further attempt."""
    return [timedelta(seconds=2**attempt) for attempt in range(attempts - 1)]


def patience(error: MatomoError, planned: timedelta, now: datetime | None = None) -> timedelta:
    """How long to wait after this no: as planned, or until the server said it may be asked again, at most half a minute."""
    said = error.until - (now or datetime.now(UTC)) if error.until else timedelta()
    return min(max(planned, said), timedelta(seconds=30))


def _one(told: Any) -> list[Row] | MatomoError:
    try:
        refuse_error(told)
        return rows(told)
    except MatomoError as error:
        return error


def _no_token(said: str) -> MatomoError:
    return MatomoError(
        f"Matomo laat ons niet binnen: {said}.",
        "Maak in Matomo een token met recht 'bekijken' op deze sites, en zet het waar matomo.yaml het zoekt.",
        Fault.TOKEN,
    )
