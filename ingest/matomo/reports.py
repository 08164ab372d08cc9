"""The reports that the pages need, each a question and the shape of its rows: what versions 4 and 5 both tell, the rest left alone.

`live` asks for counters only: of single visits, and so of single visitors, nothing is ever asked.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ingest.matomo.answer import Fault, MatomoError, Row
from ingest.matomo.question import Period, Question


def _number(told: Any) -> Any:
    """Version 4 tells some counts as text, and both versions tell "nothing" as false, null or an empty text."""
    if told in (None, False, "", "-"):
        return 0
    return told.replace("%", "").strip() if isinstance(told, str) else told


Count = Annotated[float, BeforeValidator(_number)]


class Told(BaseModel):
    """Parent of every row: what we do not know is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Visits(Told):
    """VisitsSummary.get: one period of a site. Unique visitors are absent for longer periods in some settings of Matomo."""

    nb_visits: Count = 0
    nb_actions: Count = 0
    nb_uniq_visitors: Count = 0
    bounce_count: Count = 0
    sum_visit_length: Count = 0


class Labelled(Told):
    """A row of a report by page, campaign, website, search word, event: its label and counts."""

    label: str
    nb_visits: Count = 0
    nb_hits: Count = 0
    nb_actions: Count = 0
    nb_events: Count = 0
    nb_conversions: Count = 0


class Goal(Told):
    """Goals.get of one goal."""

    nb_conversions: Count = 0
    nb_visits_converted: Count = 0


class Live(Told):
    """Live.getCounters: the last minutes."""

    visits: Count = Field(default=0)
    actions: Count = Field(default=0)
    visitors: Count = Field(default=0)


Shape = TypeVar("Shape", bound=Told)


def read_as(shape: type[Shape], rows: Iterable[Row]) -> list[Shape]:
    """Rows in their shape; a row that does not fit is left out, unless none does.

    Raises:
        MatomoError: there are rows and none fits: this is another report than was asked.
    """
    read, misfits = [], 0
    for row in rows:
        try:
            read.append(shape.model_validate(row))
        except ValidationError:
            misfits += 1
    if misfits and not read:
        raise MatomoError("Matomo gaf een ander rapport dan gevraagd.", "Kijk of de versie van Matomo 4 of 5 is.", Fault.QUESTION)
    return read


def visits(site: int, day: date, last: date | None = None, period: Period = Period.DAY, segment: str = "") -> Question:
    return Question("VisitsSummary.get", site, day, last, period, segment)


def pages(site: int, day: date, last: date | None = None, period: Period = Period.DAY, segment: str = "") -> Question:
    """Pages by address, each whole."""
    return Question("Actions.getPageUrls", site, day, last, period, segment, {"flat": "1"})


def websites(site: int, day: date, last: date | None = None, period: Period = Period.DAY) -> Question:
    """Sites from which visitors came."""
    return Question("Referrers.getWebsites", site, day, last, period)


def campaigns(site: int, day: date, last: date | None = None, period: Period = Period.DAY) -> Question:
    """Visits by `mtm_campaign`."""
    return Question("Referrers.getCampaigns", site, day, last, period)


def events(site: int, day: date, last: date | None = None, period: Period = Period.DAY) -> Question:
    """Events by category."""
    return Question("Events.getCategory", site, day, last, period)


def goal(site: int, number: int, day: date, last: date | None = None, period: Period = Period.DAY) -> Question:
    return Question("Goals.get", site, day, last, period, more={"idGoal": str(number)})


def searches(site: int, day: date, last: date | None = None, period: Period = Period.DAY) -> Question:
    """Words that visitors searched the site for."""
    return Question("Actions.getSiteSearchKeywords", site, day, last, period)


def live(site: int, today: date, minutes: int = 30) -> Question:
    """How busy it is now."""
    return Question("Live.getCounters", site, today, more={"lastMinutes": str(minutes)})
