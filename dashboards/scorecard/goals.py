"""goals.yaml: a municipality's own goals, by what each is measured, and what it wants to reach by when."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from models.configuration import Written
from models.gazetteer import Slug

FILE = "goals.yaml"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
NPS_SCALE = (0, 10)


class Unit(StrEnum):
    """In what a figure is written; the value stands behind it on the page."""

    PERCENT = "procent"
    HOURS = "uur"
    COUNT = "aantal"
    POINTS = "punten"
    MARK = "cijfer"
    EUROS = "euro"


class Own(StrEnum):
    """What Luisterpost itself counts: the figures of `dashboards/scorecard/figures/own.py`."""

    ANSWERED = "beantwoord"
    WITHIN_DAY = "binnen-een-dag"
    WITHIN_WORKING_HOURS = "binnen-werkuren"
    USUAL_WAIT = "wachttijd"
    MET_SHUT = "buiten-kantooruren"
    DIALOGUE = "dialoog"
    JOINED = "aansluiten"
    IDEAS = "ideeen"
    HELPED = "hielp"
    ACTIVE = "actief"
    TOGETHER = "samen"
    ASKING = "agenda"
    DEPARTMENTS = "afdelingen"
    IN_TERM = "termijn"
    OUTCOME = "veranderd"
    READING = "gelezen"
    USEFUL = "nuttig"


class Counted(StrEnum):
    """What Matomo counts: the figures of `dashboards/scorecard/figures/counted.py`."""

    VISITS = "bezoeken"
    CONVERSIONS = "doelen"
    FROM_DIGESTS = "bezoeken-uit-berichten"
    DIGESTS_OPENED = "geopende-berichten"


class Asked(StrEnum):
    """What can be made of a question of a survey: the figures of `dashboards/scorecard/figures/margins.py`."""

    NPS = "nps"
    SATISFIED = "tevreden"
    MEAN = "gemiddelde"


class Target(Written):
    """What is to be reached, in the unit of the figure: percent as 0 to 100, waits in hours."""

    at_least: float | None = Field(default=None, description="het doel: minstens zoveel")
    at_most: float | None = Field(default=None, description="het doel: hooguit zoveel")
    by: date = Field(description="wanneer het bereikt moet zijn: jjjj-mm-dd")
    start: float | None = Field(default=None, description="waar het begon; anders geldt de eerste maand met een cijfer")
    since: date | None = Field(default=None, description="wanneer het begon; hoort bij `start`")

    @model_validator(mode="after")
    def _goes_one_way(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("een doel heeft `at_least` of `at_most`, precies een van de twee: haal er een weg of vul er een in")
        if (self.start is None) != (self.since is None):
            raise ValueError("`start` en `since` horen bij elkaar: vul ze allebei in of geen van beide")
        if self.since is not None and self.since >= self.by:
            raise ValueError("`since` ligt niet voor `by`: zet de eerste dag voor de laatste")
        return self

    @property
    def value(self) -> float:
        return self.at_least if self.at_least is not None else self.at_most or 0.0

    def reached_by(self, value: float) -> bool:
        """Whether a figure is what was aimed at."""
        return value >= self.value if self.at_least is not None else value <= self.value


class Indicator(Written):
    """What every indicator has."""

    id: Slug = Field(description="de naam van dit cijfer, voor links en bestanden; verander haar niet meer")
    name: Name | None = Field(default=None, description="hoe het op de pagina heet; anders de naam van het cijfer")
    target: Target
    least: Annotated[int, Field(ge=1, le=100_000)] | None = Field(default=None, description="van minder dan dit aantal wordt niets gezegd")


class OwnIndicator(Indicator):
    """Counted by Luisterpost itself."""

    source: Literal["luisterpost"] = Field(alias="from", description="waar het cijfer vandaan komt")
    figure: Own
    hours: Literal[1, 2, 4, 8, 16, 24, 40] | None = Field(default=None, description="bij binnen-werkuren: binnen hoeveel werkuren")

    @model_validator(mode="after")
    def _has_hours_where_it_needs_them(self) -> Self:
        if (self.figure is Own.WITHIN_WORKING_HOURS) != (self.hours is not None):
            raise ValueError("`hours` hoort bij `figure: binnen-werkuren` en bij geen ander: vul het daar in, of haal het weg")
        return self


class CountedIndicator(Indicator):
    """Counted by Matomo."""

    source: Literal["matomo"] = Field(alias="from", description="waar het cijfer vandaan komt")
    figure: Counted
    site: Annotated[int, Field(ge=1)] | None = Field(default=None, description="nummer van de site, zoals in matomo.yaml")
    goal: str | None = Field(default=None, description="bij doelen: hoe het doel in matomo.yaml heet")

    @model_validator(mode="after")
    def _says_what_is_counted(self) -> Self:
        if self.figure in (Counted.VISITS, Counted.CONVERSIONS) and self.site is None:
            raise ValueError("`site` ontbreekt: vul het nummer van de site in, zoals in matomo.yaml")
        if (self.figure is Counted.CONVERSIONS) != (self.goal is not None):
            raise ValueError("`goal` hoort bij `figure: doelen` en bij geen ander: vul het daar in, of haal het weg")
        return self


class AskedIndicator(Indicator):
    """Asked in a survey."""

    source: Literal["survey"] = Field(alias="from", description="waar het cijfer vandaan komt")
    figure: Asked
    survey: Slug = Field(description="de vragenlijst, zoals onder `surveys`")
    question: Slug = Field(description="de vraag in die vragenlijst")


class HandIndicator(Indicator):
    """Counted by people, and entered each month."""

    source: Literal["hand"] = Field(alias="from", description="waar het cijfer vandaan komt")
    unit: Unit
    how: Text = Field(description="hoe u het telt, in een zin: zo telt iedereen hetzelfde")


AnyIndicator = Annotated[OwnIndicator | CountedIndicator | AskedIndicator | HandIndicator, Field(discriminator="source")]


class Goal(Written):
    """Something the municipality wants to reach."""

    id: Slug
    name: Name = Field(description="het doel, in een zin")
    why: Text = Field(description="waarom de gemeente dit wil")
    owner: Name = Field(description="wie ervoor zorgt: een afdeling of functie, geen naam van een mens")
    indicators: Annotated[tuple[AnyIndicator, ...], Field(min_length=1, max_length=8)]


class Question(Written):
    """One question of a survey, answered by a whole number on a scale."""

    id: Slug
    asks: Text = Field(description="de vraag, zoals mensen haar lazen")
    scale: tuple[int, int] = Field(description="de laagste en de hoogste score")
    satisfied_from: int | None = Field(default=None, description="vanaf welke score iemand tevreden is")

    @model_validator(mode="after")
    def _has_a_scale(self) -> Self:
        low, high = self.scale
        if not 0 <= low < high <= 100:
            raise ValueError("`scale` loopt niet van laag naar hoog, of niet tussen 0 en 100: schrijf bijvoorbeeld [1, 5]")
        if self.satisfied_from is not None and not low < self.satisfied_from <= high:
            raise ValueError("`satisfied_from` ligt niet op de schaal: kies een score boven de laagste")
        return self


class Survey(Written):
    """A satisfaction survey that is held again and again."""

    id: Slug
    name: Name
    among: Text = Field(description="wie de vragenlijst kregen, en hoe zij gekozen zijn")
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=20)]

    def question(self, name: str) -> Question | None:
        return next((question for question in self.questions if question.id == name), None)


class GoalsFile(Written):
    """goals.yaml"""

    goals: Annotated[tuple[Goal, ...], Field(max_length=30)] = ()
    surveys: Annotated[tuple[Survey, ...], Field(max_length=20)] = ()

    @property
    def indicators(self) -> list[OwnIndicator | CountedIndicator | AskedIndicator | HandIndicator]:
        return [indicator for goal in self.goals for indicator in goal.indicators]

    @property
    def by_hand(self) -> dict[str, HandIndicator]:
        return {indicator.id: indicator for indicator in self.indicators if isinstance(indicator, HandIndicator)}

    def survey(self, name: str) -> Survey | None:
        return next((survey for survey in self.surveys if survey.id == name), None)

    def question(self, indicator: AskedIndicator) -> Question:
        """What an indicator is asked by; that it is there was seen when the file was read."""
        survey = self.survey(indicator.survey)
        question = survey.question(indicator.question) if survey else None
        assert question is not None
        return question


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of what people write for this room, by the name of the file without its ending."""
    return {"goals": GoalsFile.model_json_schema()}
