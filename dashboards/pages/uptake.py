"""Gelezen en opgepakt: what became of the digests of each audience. Never of one reader."""

from datetime import date, timedelta

from fastapi import APIRouter
from starlette.responses import Response

from dashboards.pages.scorecard import asked_month
from dashboards.people.rights import Right
from dashboards.readers.uptake import HEADER, Told, rows, tell
from dashboards.trends.files import as_csv
from dashboards.visit import Visit, Visitor, needs
from models.settings import settings
from routing.community.count import earlier, later
from routing.readers.uptake import SOON, uptake

router = APIRouter(prefix="/gelezen", dependencies=[needs(Right.READ)])


@router.get("")
def read_and_taken_up(visit: Visitor, maand: str = "") -> Response:
    month = asked_month(visit, maand)
    return visit.page(
        "uptake.html",
        month=month,
        earlier=earlier(month, 1),
        later=later(month) if later(month) <= _today(visit) else None,
        told=_told(visit, month),
        hours=int(SOON.total_seconds() // 3600),
    )


@router.get("/maand.csv")
def for_spreadsheet(visit: Visitor, maand: str = "") -> Response:
    month = asked_month(visit, maand)
    return as_csv(f"gelezen-{month:%Y-%m}", HEADER, rows(_told(visit, month)))


def _told(visit: Visit, month: date) -> Told:
    today = _today(visit)
    last = min(later(month) - timedelta(days=1), today)
    return tell(*uptake(visit.session, month, last, settings().zone), today)


def _today(visit: Visit) -> date:
    return visit.now.astimezone(settings().zone).date()
