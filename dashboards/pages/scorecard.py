"""Scorekaart: the municipality's own goals, how far it is with each, and where every number comes from."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.meetlat.evidence import Days
from dashboards.people.rights import Right
from dashboards.scorecard import wording
from dashboards.scorecard.card import GoalCard, card
from dashboards.scorecard.drawing import HEIGHT, WIDTH, draw
from dashboards.scorecard.entering import a_month
from dashboards.scorecard.figures.own import month_of
from dashboards.scorecard.reading import load_goals
from dashboards.scorecard.standing import State
from dashboards.scorecard.taken_away import HEADER, on_paper, rows
from dashboards.trends.files import as_csv, as_xlsx
from dashboards.visit import Visit, Visitor, needs
from ingest.matomo.sites import FILE, load_matomo
from models.configuration import ConfigurationError, read_yaml
from models.language import Language, speaking
from models.municipality import About
from models.settings import settings
from routing.community.count import earlier, first_of, later
from routing.readers.shapes import wall

router = APIRouter(prefix="/scorekaart", dependencies=[needs(Right.READ)])

YOUNG = timedelta(days=10)
"""In its first days a month says little: until then the one before is shown."""
OLDEST = date(2000, 1, 1)


@router.get("")
def scorecard(visit: Visitor, maand: str = "") -> Response:
    month = asked_month(visit, maand)
    problem, cards = "", list[GoalCard]()
    try:
        cards = _cards(visit, month)
    except ConfigurationError as wrong:
        problem = str(wrong)
    states = [one.standing.state for goal in cards for one in goal.indicators]
    return visit.page(
        "scorecard.html",
        cards=cards,
        problem=problem,
        month=month,
        earlier=earlier(month, 1),
        later=later(month) if later(month) <= _today(visit) else None,
        running=later(month) > _today(visit),
        counts=[(state, states.count(state)) for state in State if state in states],
        say=wording,
        draw=draw,
        box=(WIDTH, HEIGHT),
        writes=visit.may(Right.SCORE),
    )


@router.get("/maand.pdf")
def for_paper(visit: Visitor, maand: str = "") -> Response:
    month = asked_month(visit, maand)
    with speaking(Language.DUTCH):
        town = read_yaml(settings().config / "municipality.yaml", About).name
        body = wall.on_paper(on_paper(_cards(visit, month), month, town), visit.now)
    headers = {"Content-Disposition": f'inline; filename="scorekaart-{month:%Y-%m}.pdf"'}
    return Response(body, media_type="application/pdf", headers=headers)


@router.get("/maand.csv")
def for_spreadsheet(visit: Visitor, maand: str = "") -> Response:
    month = asked_month(visit, maand)
    with speaking(Language.DUTCH):
        return as_csv(f"scorekaart-{month:%Y-%m}", HEADER, rows(_cards(visit, month)))


@router.get("/maand.xlsx")
def for_excel(visit: Visitor, maand: str = "") -> Response:
    month = asked_month(visit, maand)
    with speaking(Language.DUTCH):
        return as_xlsx(f"scorekaart-{month:%Y-%m}", HEADER, rows(_cards(visit, month)))


def asked_month(visit: Visit, text: str) -> date:
    """The month in the address; else the newest that says something."""
    month = a_month(text)
    return month if month is not None and OLDEST <= month <= _today(visit) else first_of(_today(visit) - YOUNG)


def _cards(visit: Visit, month: date) -> list[GoalCard]:
    zone = settings().zone
    days = month_of(month, Days(month, month, visit.now, zone))
    return card(visit.session, load_goals(settings().config), days, _sites(), visit.request.app.state.past_months)


def _sites() -> Mapping[int, str]:
    """The names of Matomo's sites; none where it is not set up, or its file cannot be read now."""
    path = settings().config / FILE
    try:
        return _sites_at(path, path.stat().st_mtime_ns)
    except (FileNotFoundError, ConfigurationError):
        return {}


@lru_cache(maxsize=4)
def _sites_at(path: Path, _changed: int) -> Mapping[int, str]:
    file = load_matomo(path.parent)
    return {site.id: site.name for site in file.sites} if file else {}


def _today(visit: Visit) -> date:
    return visit.now.astimezone(settings().zone).date()
