"""From figures and answers to phases. Pure: the same evidence gives the same score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboards.meetlat.method import PHASES, Line, MeasureOf, Method, Question

CARRIED_BY = 2 / 3
"""A phase is reached where this share of what is known has come that far: one thing that lags holds nothing up, one that shines lifts
nothing. Our own choice.
"""
KNOWN = 1 / 2
"""Of less than this share of an axis nothing is said."""
ROUNDING = 1e-9
AXES = 3
"""The first lines of the method are its axes; what comes after tells how the resident experiences it."""


@dataclass(frozen=True)
class Figure:
    """What was measured: `value` of `of` messages, tickets or choices. `low` and `high` bound a share at 95%."""

    value: float
    of: int
    low: float | None = None
    high: float | None = None


class Kind(StrEnum):
    """Where a piece of evidence comes from."""

    MEASURED = "gemeten"
    ASKED = "gevraagd"


@dataclass(frozen=True)
class Piece:
    """One piece of evidence. `phase` is None where there is nothing yet, or too little: `figure` then says how little."""

    id: str
    kind: Kind
    phase: int | None
    figure: Figure | None = None


@dataclass(frozen=True)
class LineScore:
    """One line. `phase` is None where too little is known. `reached`: of phases 2, 3 and 4, how many pieces came that far."""

    id: str
    phase: int | None
    pieces: tuple[Piece, ...]
    reached: tuple[int, ...]

    @property
    def known(self) -> int:
        return sum(piece.phase is not None for piece in self.pieces)

    @property
    def short_of_next(self) -> list[Piece]:
        """What has not come to the next phase, what lags most first; empty in the last phase or where nothing is known."""
        if self.phase is None or self.phase == PHASES:
            return []
        short = [piece for piece in self.pieces if piece.phase is not None and piece.phase <= self.phase]
        return sorted(short, key=lambda piece: piece.phase or 0)


@dataclass(frozen=True)
class Scored:
    """One year."""

    method: str
    lines: tuple[LineScore, ...]

    @property
    def whole(self) -> int | None:
        """The phase that every axis has reached; None while one of them is not known."""
        phases = [line.phase for line in self.lines[:AXES]]
        known = [phase for phase in phases if phase is not None]
        return min(known) if len(known) == len(phases) and known else None


def score(method: Method, figures: Mapping[str, Figure], answers: Mapping[str, int]) -> Scored:
    """Judge one year. `answers` are phases by question."""
    return Scored(method.version, tuple(_line(line, figures, answers) for line in method.lines))


def _line(line: Line, figures: Mapping[str, Figure], answers: Mapping[str, int]) -> LineScore:
    measured = [_measured(measure, figures.get(measure.id)) for measure in line.measures]
    asked = [_asked(question, answers.get(question.id)) for question in line.questions]
    pieces = (*measured, *asked)
    reached = tuple(sum((piece.phase or 0) >= phase for piece in pieces) for phase in range(2, PHASES + 1))
    return LineScore(line.id, _phase(pieces, reached), pieces, reached)


def _measured(measure: MeasureOf, figure: Figure | None) -> Piece:
    enough = figure is not None and figure.of >= measure.least
    return Piece(measure.id, Kind.MEASURED, measure.phase(figure.value) if figure is not None and enough else None, figure)


def _asked(question: Question, answer: int | None) -> Piece:
    return Piece(question.id, Kind.ASKED, answer)


def _phase(pieces: Sequence[Piece], reached: Sequence[int]) -> int | None:
    known = sum(piece.phase is not None for piece in pieces)
    if known == 0 or known < KNOWN * len(pieces):
        return None
    return 1 + sum(count >= CARRIED_BY * known - ROUNDING for count in reached)
