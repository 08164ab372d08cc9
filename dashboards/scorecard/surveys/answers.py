"""A file with the answers to a survey, as counts by question, month and score. Of each row only these are read: who answered and what
else stands there is not looked at.

Three shapes: a column for each question, named by its `id` or as it was asked; or columns `vraag` and `score`, an answer a row; or these
with a column `aantal`. Each has a column `datum` or `maand`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.errors import PageError
from dashboards.scorecard.goals import Question, Survey
from ingest.exports.rows.row import Row
from ingest.written.moments import NoMoment, moment
from models.language import _
from models.survey import Scores

HEADER_WITHIN = 10
MAX_ROWS = 50_000
MOST_COUNTED = 1_000_000
TOLD = 50
"""Of so many refused rows is said why; of the others how many there are."""
DATES = ("datum", "maand", "ingevuld op", "date")
MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])")
WHOLE = re.compile(r"\d{1,9}(?:[.,]0+)?")
Cells = Sequence[Any]
Answer = tuple[str, date, int, int]
"""Question, month, score, how many."""


class SurveyError(PageError):
    """A survey's file cannot be used; the message says what to do."""


class _RowRefused(Exception):
    """Why one row is left out, without quoting it."""


@dataclass(frozen=True)
class Read:
    """What a file says: the scores, how many answers these are, and which rows were left out and why."""

    scores: tuple[Scores, ...]
    answers: int
    left_out: int
    refused: tuple[tuple[int, str], ...]


def read_survey(rows: Iterable[object], survey: Survey, today: date, zone: ZoneInfo) -> Read:
    """The answers in the rows of a file; a row that cannot be used is left out and the rest goes on.

    Raises:
        SurveyError: no row has the headings that are needed, there are too many rows, or no row can be used.
    """
    turn = iter(rows)
    answers_of, below = _layout(list(islice(turn, HEADER_WITHIN)), survey, today, zone)
    counts: dict[tuple[str, date], Counter[int]] = defaultdict(Counter)
    refused: list[tuple[int, str]] = []
    for number, row in enumerate(chain(below, turn)):
        if number >= MAX_ROWS:
            told = _("Het bestand heeft meer dan %(most)s regels. Splits het per maand, of tel de antwoorden per score.", most=MAX_ROWS)
            raise SurveyError(told)
        try:
            cells = _cells(row)
            found = list(answers_of(cells)) if any(_at(cells, place) is not None for place in range(len(cells))) else []
        except _RowRefused as why:
            refused.append((getattr(row, "number", 0), str(why)))
            continue
        for question, month, score, times in found:
            counts[question, month][score] += times
    if not counts:
        if not refused:
            raise SurveyError(_("In dit bestand staat geen enkel antwoord. Kijk of het het goede bestand is."))
        line, reason = refused[0]
        told = _("Geen antwoord in dit bestand is te gebruiken. Regel %(number)s: %(why)s. Verbeter het.", number=line, why=reason)
        raise SurveyError(told)
    scores = tuple(Scores(question, month, dict(found)) for (question, month), found in sorted(counts.items()))
    return Read(scores, sum(sum(one.counts.values()) for one in scores), len(refused), tuple(refused[:TOLD]))


def _layout(
    top: Sequence[object], survey: Survey, today: date, zone: ZoneInfo
) -> tuple[Callable[[Cells], Iterator[Answer]], Sequence[object]]:
    """How to read a row, from the headings among the first rows; and those of the first rows that stand below them."""
    for at, row in enumerate(top):
        places = {_heading(cell): place for place, cell in reversed(list(enumerate(row.cells)))} if isinstance(row, Row) else {}
        when = next((places[name] for name in DATES if name in places), None)
        if when is None:
            continue
        reads = _Reads(when, today, zone)
        wide = [(question, places[name]) for question in survey.questions for name in _names(question) if name in places]
        if wide and "score" not in places:
            return partial(_one_a_question, reads, wide), top[at + 1 :]
        if "score" in places and ("vraag" in places or len(survey.questions) == 1):
            return partial(_one_a_row, reads, places, survey), top[at + 1 :]
    needed = _(
        "De kolommen die nodig zijn staan er niet: datum (of maand), en vraag met score, of een kolom voor elke vraag (%(names)s). "
        "Kijk naar de eerste regel van het bestand.",
        names=", ".join(question.id for question in survey.questions),
    )
    raise SurveyError(needed)


@dataclass(frozen=True)
class _Reads:
    """Reads the month of a row."""

    when: int
    today: date
    zone: ZoneInfo

    def month(self, cells: Cells) -> date:
        value = _at(cells, self.when)
        if value is None:
            raise _RowRefused("er staat geen datum")
        text = MONTH.fullmatch(str(value).strip())
        try:
            month = date(int(text["year"]), int(text["month"]), 1) if text else moment(value, self.zone).astimezone(self.zone).date()
        except (NoMoment, ValueError) as error:
            raise _RowRefused(str(error) if isinstance(error, NoMoment) else "de maand bestaat niet") from error
        if month > self.today:
            raise _RowRefused("de datum moet nog komen")
        return month.replace(day=1)


def _one_a_question(reads: _Reads, wide: Sequence[tuple[Question, int]], cells: Cells) -> Iterator[Answer]:
    month = reads.month(cells)
    for question, place in wide:
        if (value := _at(cells, place)) is not None:
            yield question.id, month, _score(value, question), 1


def _one_a_row(reads: _Reads, places: Mapping[str, int], survey: Survey, cells: Cells) -> Iterator[Answer]:
    question = _question(cells, places, survey)
    value = _at(cells, places["score"])
    if value is None:
        raise _RowRefused("er staat geen score")
    times = _whole(_at(cells, places["aantal"]), "het aantal") if "aantal" in places else 1
    if times > MOST_COUNTED:
        raise _RowRefused(f"het aantal is groter dan {MOST_COUNTED}")
    yield question.id, reads.month(cells), _score(value, question), times


def _question(cells: Cells, places: Mapping[str, int], survey: Survey) -> Question:
    if "vraag" not in places:
        return survey.questions[0]
    asked = _heading(_at(cells, places["vraag"]))
    for question in survey.questions:
        if asked in _names(question):
            return question
    raise _RowRefused("deze vraag staat niet in goals.yaml")


def _names(question: Question) -> tuple[str, str]:
    return question.id, _heading(question.asks)


def _score(value: object, question: Question) -> int:
    low, high = question.scale
    score = _whole(value, "de score")
    if not low <= score <= high:
        raise _RowRefused(f"de score ligt niet tussen {low} en {high}")
    return score


def _whole(value: object, what: str) -> int:
    text = str(value).strip() if value is not None else ""
    if isinstance(value, bool) or not (text.isascii() and WHOLE.fullmatch(text)):
        raise _RowRefused(f"{what} is geen heel getal")
    return int(re.split("[.,]", text)[0])


def _cells(row: object) -> Cells:
    if not isinstance(row, Row):
        raise _RowRefused(str(getattr(row, "reason", "de regel is geen tabelrij")))
    return row.cells


def _at(cells: Cells, place: int) -> object | None:
    value = cells[place] if place < len(cells) else None
    return None if value is None or (isinstance(value, str) and not value.strip()) else value


def _heading(cell: object) -> str:
    return " ".join(str("" if cell is None else cell).lstrip("\ufeff").lower().split())
