"""Trends: a question as a sentence, its answer as a chart, a sentence and a table. The whole state is in the address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse, Response

from dashboards.charts import DARK, LIGHT, Inks, Mark, drawn, trend_chart
from dashboards.csv_file import csv_file
from dashboards.explanation import explained
from dashboards.trend_words import Per, Step, steps, to_be_seen
from dashboards.visit import Visit, Visitor
from models import trend as asked
from models.message import first_published
from models.settings import settings
from models.sight import readable
from models.trend import Trend
from models.words import Channel, Kind

router = APIRouter(prefix="/trends")
Ask = Callable[[Session, Trend, ZoneInfo], dict[str, int]]

PERIODS = {14: "twee weken", 30: "een maand", 61: "twee maanden", 91: "een kwartaal", 182: "een half jaar", 365: "een jaar"}
USUAL_PERIOD = 30
LONGEST = 3660
"""Days that can be asked at once: ten years."""
MARKS = 5
ROWS = 8
VOICES = 6


@dataclass(frozen=True)
class Question:
    """What the visitor asked, as far as it can be asked; `misfits` says kindly what could not."""

    trend: Trend
    per: Per
    period: int | None
    """The number of days chosen from the menu; None where first and last day are given."""
    misfits: tuple[str, ...]

    @property
    def address(self) -> dict[str, str]:
        """The question as the parameters of a link."""
        t = self.trend
        when = {"dagen": str(self.period)} if self.period else {"van": t.first.isoformat(), "tot": t.last.isoformat()}
        given = {"thema": t.theme, "plek": t.area, "kanaal": t.channel, "soort": t.kind, "per": self.per, **when}
        return {name: str(value) for name, value in given.items() if value}

    def link(self, **other: str | None) -> str:
        """The same question with something changed, or (None) left out."""
        changed = {**self.address, **other}
        return "/trends?" + urlencode({name: value for name, value in changed.items() if value})


class Answer:
    """What the tables say to a question; each part is asked when it is first needed."""

    def __init__(self, session: Session, question: Question) -> None:
        self._session = session
        self._zone = settings().zone
        self.question = question

    @cached_property
    def steps(self) -> list[Step]:
        trend = self.question.trend
        return steps(asked.by_day(self._session, trend, self._zone), trend.days, self.question.per)

    @cached_property
    def before(self) -> int | None:
        """Messages in as many days before; None where we did not listen yet for all of those."""
        heard_since = first_published(self._session)
        earlier = self.question.trend.before()
        if heard_since is None or heard_since.astimezone(self._zone).date() > earlier.first:
            return None
        return asked.total(self._session, earlier, self._zone)

    @cached_property
    def marks(self) -> list[Mark]:
        return [Mark(burst.day, signal.title) for burst, signal in asked.bursts_in(self._session, self.question.trend, MARKS)]

    @property
    def sentence(self) -> str:
        return to_be_seen(self.steps, self.question.per, self.before)

    @property
    def total(self) -> int:
        return sum(step.messages for step in self.steps)

    @property
    def usual(self) -> float | None:
        """Messages a bar in as many days before."""
        if self.before is None:
            return None
        return self.before / len(self.question.trend.days) * (1 if self.question.per is Per.DAY else 7)

    def chart(self, inks: Inks) -> dict[str, Any]:
        return trend_chart(self.steps, self.question.per, self.usual, self.marks, inks)


@router.get("")
def trends(visit: Visitor) -> Response:
    answer = _answer(visit)
    trend, zone = answer.question.trend, settings().zone
    return visit.page(
        "trends.html",
        answer=answer,
        question=answer.question,
        by_theme=_compared(asked.by_theme, visit.session, answer),
        by_area=_compared(asked.by_area, visit.session, answer),
        by_medium=_compared(asked.by_medium, visit.session, answer),
        voices=explained(visit.session, asked.newest_of(visit.session, trend, zone, VOICES, readable(visit.reader))),
        themes=asked.themes_to_ask(visit.session),
        areas=asked.areas_to_ask(visit.session),
        channels=list(Channel),
        kinds=list(Kind),
        periods=PERIODS,
        query=urlencode(answer.question.address),
    )


@router.get("/grafiek.svg")
def as_drawing(visit: Visitor, inkt: str = "licht") -> Response:
    svg = drawn(_answer(visit).chart(DARK if inkt == "donker" else LIGHT))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": policy})


@router.get("/grafiek.json")
def as_definition(visit: Visitor, inkt: str = "licht") -> Response:
    return JSONResponse(_answer(visit).chart(DARK if inkt == "donker" else LIGHT))


@router.get("/berichten.csv")
def as_table(visit: Visitor) -> Response:
    answer = _answer(visit)
    name = f"berichten-per-{answer.question.per}-{answer.question.trend.first}-{answer.question.trend.last}.csv"
    return csv_file(name, ["vanaf", "dagen", "berichten"], ((step.first, step.days, step.messages) for step in answer.steps))


def _answer(visit: Visit) -> Answer:
    themes = {theme.slug for theme in asked.themes_to_ask(visit.session)}
    areas = {area.id for area in asked.areas_to_ask(visit.session)}
    today = visit.now.astimezone(settings().zone).date()
    return Answer(visit.session, understood(visit.request.query_params, themes, areas, today))


def understood(given: Mapping[str, str], themes: set[str], areas: set[str], today: date) -> Question:
    """The question in an address. What cannot be asked is left out, and said."""
    misfits: list[str] = []

    def known(name: str, what: str, choices: set[str]) -> str | None:
        value = given.get(name, "")
        if value and value not in choices:
            misfits.append(f"{what} “{value[:60]}” kennen wij niet; u ziet alles.")
        return value if value in choices else None

    theme = known("thema", "Het thema", themes)
    area = known("plek", "De plek", areas)
    channel = known("kanaal", "Het kanaal", {channel.value for channel in Channel})
    kind = known("soort", "De soort", {kind.value for kind in Kind})
    per = Per(known("per", "De stap", {per.value for per in Per}) or Per.DAY)
    period, first, last = _period(given, today, misfits)
    trend = Trend(first, last, theme, area, Channel(channel) if channel else None, Kind(kind) if kind else None)
    return Question(trend, per, period, tuple(misfits))


def _period(given: Mapping[str, str], today: date, misfits: list[str]) -> tuple[int | None, date, date]:
    if given.get("van") or given.get("tot"):
        first, last = _day(given.get("van", "")), _day(given.get("tot", "")) or today
        if first is None:
            misfits.append("De eerste dag is geen datum (jaar-maand-dag); u ziet de laatste maand.")
        elif first > last:
            misfits.append("De eerste dag ligt na de laatste; u ziet de laatste maand.")
        elif first > today:
            misfits.append("Die dagen moeten nog komen; u ziet de laatste maand.")
        elif (last - first).days > LONGEST:
            misfits.append("Meer dan tien jaar tegelijk gaat niet; u ziet de laatste maand.")
        else:
            return None, first, min(last, today)
        return USUAL_PERIOD, today - timedelta(days=USUAL_PERIOD - 1), today
    length = given.get("dagen", str(USUAL_PERIOD))
    if length not in {str(days) for days in PERIODS}:
        misfits.append("Die periode staat niet in het menu; u ziet de laatste maand.")
        length = str(USUAL_PERIOD)
    return int(length), today - timedelta(days=int(length) - 1), today


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _compared(ask: Ask, session: Session, answer: Answer) -> list[tuple[str, int, int | None]]:
    """Name, messages now and messages in as many days before (None: not known), of the largest now."""
    trend, zone = answer.question.trend, settings().zone
    before = None if answer.before is None else ask(session, trend.before(), zone)
    return [
        (name, count, None if before is None else before.get(name, 0)) for name, count in list(ask(session, trend, zone).items())[:ROWS]
    ]
