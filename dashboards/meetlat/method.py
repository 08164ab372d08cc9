"""method.yaml: the phases, the axes, what is measured and asked for each, and from which figure on which phase."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from models.configuration import Written, read_yaml
from models.gazetteer import Slug

FILE = Path(__file__).with_name("method.yaml")
PHASES = 4


class Unit(StrEnum):
    """What a figure is: a part of 1, or hours."""

    SHARE = "share"
    HOURS = "hours"


class Better(StrEnum):
    """Which figures are nearer to the fourth phase."""

    HIGH = "high"
    LOW = "low"


class Phase(Written):
    """`name` follows "de gemeente", `resident` follows "de inwoner"."""

    name: str
    municipality: str
    resident: str


class MeasureOf(Written):
    """Something that data can tell. `at`: where phases 2, 3 and 4 begin."""

    id: Slug
    name: str
    unit: Unit
    better: Better = Better.HIGH
    at: tuple[float, float, float]
    least: Annotated[int, Field(ge=1)]
    why: str
    nearer: str

    @model_validator(mode="after")
    def _goes_one_way(self) -> Self:
        if list(self.at) != sorted(set(self.at), reverse=self.better is Better.LOW):
            raise ValueError("de grenzen lopen niet van fase 2 naar fase 4: zet ze oplopend (bij better: low aflopend)")
        return self

    def phase(self, value: float) -> int:
        """1 to 4"""
        return 1 + sum(value >= bound if self.better is Better.HIGH else value <= bound for bound in self.at)


class Question(Written):
    """Something that only people can tell: four answers, one for each phase."""

    id: Slug
    asks: str
    options: Annotated[tuple[str, ...], Field(min_length=PHASES, max_length=PHASES)]
    nearer: str


class Line(Written):
    """One of the three axes, or what the resident experiences."""

    id: Slug
    name: str
    about: str
    measures: tuple[MeasureOf, ...]
    questions: tuple[Question, ...]


class Method(Written):
    """method.yaml"""

    version: str
    phases: Annotated[tuple[Phase, ...], Field(min_length=PHASES, max_length=PHASES)]
    lines: tuple[Line, ...]

    def texts(self) -> Iterator[str]:
        """What the page says of it."""
        for phase in self.phases:
            yield from (phase.name, phase.municipality, phase.resident)
        for line in self.lines:
            yield from (line.name, line.about)
            for measure in line.measures:
                yield from (measure.name, measure.why, measure.nearer)
            for question in line.questions:
                yield from (question.asks, *question.options, question.nearer)

    @property
    def questions(self) -> dict[str, Question]:
        return {question.id: question for line in self.lines for question in line.questions}

    @property
    def pieces(self) -> dict[str, MeasureOf | Question]:
        """Everything that is measured or asked."""
        return {measure.id: measure for line in self.lines for measure in line.measures} | self.questions


@cache
def method() -> Method:
    """The method in force.

    Raises:
        ConfigurationError: the file cannot be used.
    """
    return read_yaml(FILE, Method)
