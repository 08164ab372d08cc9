"""One exchange with Matomo, without a connection: what to send and how long to wait, given what came back. Both clients drive it."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ingest.matomo.answer import Fault, MatomoError, Received, Row, by_period, each, patience, read, rows, waits
from ingest.matomo.question import PAGE, Question, bulk_form, form

ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Send:
    """POST this form, after waiting."""

    form: dict[str, str]
    wait: timedelta = timedelta()


Answer = Any
Talk = Generator[Send, Received, Answer]
"""Yields what to send, is sent what came back, returns the JSON."""


def ask(sent: dict[str, str], attempts: int = ATTEMPTS) -> Talk:
    """Ask until there is an answer; what may work later is tried again, a wrong token or question is not.

    Raises:
        MatomoError: there is none after so many attempts, or there will be none.
    """
    received = yield Send(sent)
    for planned in waits(attempts):
        try:
            return read(received)
        except MatomoError as error:
            if error.fault is not Fault.LATER:
                raise
            received = yield Send(sent, patience(error, planned))
    return read(received)


def page(question: Question, token: str, offset: int = 0, limit: int = PAGE) -> Generator[Send, Received, list[Row]]:
    """The rows of one page of a report."""
    told = yield from ask(form(question, token, offset, limit))
    return rows(told)


def periods(question: Question, token: str, limit: int = PAGE) -> Generator[Send, Received, dict[str, list[Row]]]:
    """The first page of a report for each period of a range."""
    told = yield from ask(form(question, token, 0, limit))
    return by_period(told)


def together(questions: Sequence[Question], token: str, limit: int = PAGE) -> Generator[Send, Received, list[list[Row] | MatomoError]]:
    """The first page of several reports in one request; one that is refused does not spoil the others."""
    told = yield from ask(bulk_form(questions, token, limit))
    return each(told, len(questions))
